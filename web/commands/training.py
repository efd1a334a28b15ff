"""`footnote train-reader`: teach a reader of one's own on question sets."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from web.commands.common import Home, Json, print_json, reports_errors, say, throw_away
from web.commands.progress import Stage, stages

if TYPE_CHECKING:
    from rag.training.example import Example
    from rag.training.fit import Progress, Recipe
    from web.evaluation_set import EvaluationSet

OFTEN = 2.0  # seconds between lines of progress

Removed = Annotated[
    float, typer.Option(min=0, max=1, help="Share of the passages read again without the answering sentence.")
]
Altered = Annotated[
    float,
    typer.Option(min=0, max=1, help="Share of the questions asked again, changed so that nothing answers."),
]


@reports_errors
def train_reader(
    sets: Annotated[
        list[Path],
        typer.Argument(metavar="SET…", help="Folders of documents and questions with their spans."),
    ],
    out: Annotated[Path, typer.Option(help="Folder that the reader is written to.")],
    start: Annotated[
        Path | None, typer.Option("--from", help="Folder of a reader to go on from, instead of the embedder.")
    ] = None,
    work: Annotated[
        Path | None,
        typer.Option(help="Folder of examples and checkpoints, by default training in Footnote's home."),
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="How often each example is read.")] = 2,
    negatives: Annotated[
        int, typer.Option(min=0, help="Passages without the answer beside each question.")
    ] = 1,
    batch: Annotated[int, typer.Option(min=1, help="Rows that are read at each step.")] = 16,
    rate: Annotated[float, typer.Option(min=0, help="The highest learning rate.")] = 1e-4,
    dropout: Annotated[
        float, typer.Option(min=0, max=0.9, help="Share of states left out at each step.")
    ] = 0.0,
    removed: Removed = 0.0,
    altered: Altered = 0.0,
    seed: Annotated[int, typer.Option(help="What chance begins with.")] = 0,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Only so many questions of each set, spread evenly.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Teach a small model to point at answers, on the questions of the sets; broken off, it resumes when run again.

    The passages without the answer are those that Footnote itself would have found. On a CPU it gives way to whatever
    else the machine does.
    """
    from rag.settings import load
    from rag.training.fit import Recipe
    from rag.training.train import ready

    ready(out, device, start)
    recipe = Recipe(
        epochs=epochs, size=batch, rate=rate, dropout=dropout, removed=removed, altered=altered, seed=seed
    )
    folder = work or load(home=home).home / "training"
    folder.mkdir(parents=True, exist_ok=True)
    mining = _Mining(negatives, limit, folder, home)
    _train(sets, recipe, mining, _Place(start, out, device), as_json)


class _Mining(NamedTuple):
    """How examples are made, and where they are kept."""

    negatives: int
    limit: int | None
    folder: Path
    home: Path | None


class _Place(NamedTuple):
    """Where a reader comes from, where it goes, and where it learns."""

    start: Path | None
    out: Path
    device: str


def _train(sets: Sequence[Path], recipe: "Recipe", mining: _Mining, place: _Place, as_json: bool) -> None:
    from rag.training.train import train

    began = time.monotonic()
    given = [_given(each, mining.limit) for each in sets]
    examples = [_examples(one, mining) for one in given]
    told = {"negatives": mining.negatives, "sets": [_named(one) for one in given]}
    follow = _progress(as_json=as_json)
    card = train(examples, recipe, work=mining.folder, told=told, follow=follow, **place._asdict())
    if as_json:
        print_json({**card, "out": str(place.out), "seconds": round(time.monotonic() - began, 1)})
    else:
        typer.echo(
            f"{place.out} holds a reader, taught on {card['examples']:,} examples. Its card.json says how."
        )


def _given(path: Path, limit: int | None) -> "EvaluationSet":
    """A set with its questions; a folder of documents alone has none yet."""
    from web.evaluation_set import load_documents, load_set, spread

    if path.is_dir() and (alone := load_documents(path)):
        return alone
    given = load_set(path)
    return replace(given, questions=spread(given.questions, limit))


def _named(given: "EvaluationSet") -> dict[str, Any]:
    return {"name": given.name, "fingerprint": given.fingerprint, "questions": len(given.questions)}


def _examples(given: "EvaluationSet", mining: _Mining) -> "list[Example]":
    """Those mined before, or else mined now, in a throw-away home with this one's models."""
    from rag.training import example

    most = f"-{mining.limit}" if mining.limit and not given.questions else ""
    file = mining.folder / f"{given.name}-{given.fingerprint}-{mining.negatives}{most}.jsonl"
    if not file.exists():
        asked = (
            f"{len(given.questions):,} questions" if given.questions else "questions made of its sentences"
        )
        say(f"{given.name}: looking for passages without the answer, {asked}")
        with stages() as stage:
            example.save(_mined(given, mining, stage), file)
    return list(example.load(file))


def _mined(given: "EvaluationSet", mining: _Mining, stage: Stage) -> "Iterator[Example]":
    from web.clozes import asked_about
    from web.evaluation_home import Home as Filled
    from web.lessons import Miner

    with throw_away(mining.home, reader="none") as opened:  # none's mistakes decide what the next one learns
        filled = Filled(opened)
        filled.fill(given, stage)
        names = given.named(filled.documents())
        if not given.questions:
            given = replace(given, questions=asked_about(filled.passages(), names, mining.limit))
        miner = Miner(home=filled, given=given, names=names, negatives=mining.negatives)
        yield from miner.examples(lambda done, total: stage("asking", done, total))


def _progress(*, as_json: bool) -> "Callable[[Progress], None]":
    """What to call at each step: a line now and then, of JSON where that was asked for."""
    shown = [0.0]

    def follow(at: "Progress") -> None:
        if at.step < at.steps and time.monotonic() - shown[0] < OFTEN:
            return
        shown[0] = time.monotonic()
        if as_json:
            sys.stderr.write(json.dumps(asdict(at)) + "\n")
            return
        minutes = f"{at.seconds_left / 60:.0f} min left"
        end = "\r" if sys.stderr.isatty() and at.step < at.steps else "\n"
        typer.echo(f"step {at.step:,} of {at.steps:,}, loss {at.loss:.3f}, {minutes}   ", err=True, nl=False)
        typer.echo(end, err=True, nl=False)

    return follow
