"""Evaluations kept as files of a home: figures, every question's scores, the settings, and two plots."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain, count
from pathlib import Path
from typing import Any

from rag.calibration import Calibration
from rag.errors import NotFound, UsageError
from rag.scorecard import Scored
from rag.settings import Settings
from web.evaluate import Examined
from web.evaluation_report import Curve
from web.evaluation_set import EvaluationSet
from web.plot import line_chart

FOLDER = "evaluations"
QUOTES = "quotes"  # who writes where no generator does
LAST = re.compile(r"last(?:-(\d{1,4}))?")  # last-1 is the one before it
SETTINGS = frozenset(  # those that answers depend on, and none that could hold a secret
    "embedder generator generator_model generator_context generator_tokens generator_bits voice "
    "device chunk_tokens search_depth passages threshold "
    "reader reader_for reranker rerank_ms nli unsupported".split()
)
PLOTS = {
    "recall": ("Recall against the number of documents looked at", "documents (k)", "recall@k"),
    "risk": ("Risk against coverage", "share of the questions answered", "wrong among them"),
}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A question of a run."""

    id: str
    question: str
    scored: Scored


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One evaluation, as it is kept."""

    id: str  # the time and the set's name
    date: str  # ISO 8601
    version: str  # of Footnote
    fingerprint: str  # of the set
    settings: Mapping[str, Any]
    result: Json  # the contract's `eval` document
    curves: Mapping[str, Curve]
    questions: tuple[Judged, ...]


def of(
    examined: Examined,
    given: EvaluationSet,
    settings: Settings,
    now: datetime,
    calibration: Calibration | None = None,
    writer: str = QUOTES,
) -> Run:
    """A run as of now, and what it was made with; ``writer`` is what the setting `generator` came to."""
    chosen = settings.model_dump(include=set(SETTINGS), mode="json")
    chosen["writer"] = writer
    chosen["calibration"] = asdict(calibration) if calibration else None
    return Run(
        id=f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{_plain(given.name)}",
        date=now.isoformat(timespec="seconds"),
        version=version("footnote"),
        fingerprint=given.fingerprint,
        settings=chosen,
        result=examined.result,
        curves=examined.curves,
        questions=tuple(
            Judged(id=asked.id, question=asked.question.text, scored=scored)
            for asked, scored in examined.questions
        ),
    )


class Runs:
    """The runs of a home."""

    def __init__(self, home: Path) -> None:
        """Nothing is made before the first run is kept."""
        self._folder = home / FOLDER

    def save(self, run: Run) -> Run:
        """Keep a run, and its curves beside it as SVG. Returns it with the id that it is kept under."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        run = replace(run, id=self._free(run.id))
        for name, points in run.curves.items():
            if points:
                drawn = line_chart(*PLOTS[name], [(point[0], point[1]) for point in points])
                (self._folder / f"{run.id}-{name}.svg").write_text(drawn, encoding="utf-8")
        file = self._folder / f"{run.id}.json"
        draft = file.with_suffix(".part")
        draft.write_text(json.dumps(asdict(run), ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(file)
        return run

    def all(self) -> Iterator[Run]:
        """Every run, oldest first. Raises UsageError for a file that is none."""
        yield from (read(file) for file in self._files())

    def find(self, name: str) -> Run:
        """By id, by the beginning of one, by path, or as `last` and `last-1`. Raises NotFound and UsageError."""
        if Path(name).is_file():
            return read(Path(name))
        found = self._named(name)
        if len(found) > 1:
            raise UsageError(
                f"{len(found)} runs begin with {name}. `footnote eval --runs` lists them; write more of it."
            )
        if not found:
            raise NotFound(f"There is no run {name}. `footnote eval --runs` lists those there are.")
        return read(found[0])

    def _named(self, name: str) -> list[Path]:
        files = self._files()
        if back := LAST.fullmatch(name):
            return files[::-1][int(back[1] or 0) :][:1]
        exact = [file for file in files if file.stem == name]
        return exact or [file for file in files if file.stem.startswith(name)]

    def _free(self, wanted: str) -> str:
        """The id, numbered if another run of the same second has it."""
        names = chain([wanted], (f"{wanted}-{number}" for number in count(2)))
        return next(name for name in names if not (self._folder / f"{name}.json").exists())

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.json"), key=lambda file: file.stem)


def read(file: Path) -> Run:
    """A run from its file. Raises UsageError for one that is none."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        questions = tuple(
            Judged(id=each["id"], question=each["question"], scored=Scored(**each["scored"]))
            for each in kept["questions"]
        )
        return Run(**{**kept, "questions": questions})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{file.name} is no run of `footnote eval`: {error}.") from None


def _plain(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-.")[:60] or "set"
