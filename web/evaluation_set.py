"""A folder of documents and questions with gold, as `footnote eval` is given it.

``corpus.jsonl`` with ``id, title, text``, or files (below ``documents/`` where that exists). Beside them
``queries.jsonl`` or ``questions.jsonl`` with ``id, question`` and, where known, ``gold_docs`` (ids, paths or
file names), ``gold_pages``, ``answerable``, ``answers``, ``spans`` (characters of the one gold document's
text, or of its stored page where it is a file) and ``history`` (pairs of role and text).
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.measure import Gold, Place
from rag.types import Question, Turn

CORPUS = "corpus.jsonl"
QUESTIONS = ("queries.jsonl", "questions.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A document given as text."""

    name: str  # its id in the set
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with its gold. Spans count in the set's own text of the document."""

    id: str
    question: Question
    gold: Gold


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationSet:
    """Documents, either texts or the files of a folder, and questions about them."""

    name: str
    texts: tuple[Text, ...]
    folder: Path | None  # None where the documents are texts
    files: tuple[Path, ...]
    questions: tuple[Asked, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The documents' names: ids, or paths below the folder."""
        below = self.folder or Path()
        files = (file.relative_to(below).as_posix() for file in self.files)
        return tuple(text.name for text in self.texts) or tuple(files)

    @property
    def aliases(self) -> dict[str, str]:
        """Names by themselves, and by their last part where only one has it."""
        last = [name.rsplit("/", 1)[-1] for name in self.names]
        times = Counter(last)
        short = {part: name for part, name in zip(last, self.names, strict=True) if times[part] == 1}
        return short | {name: name for name in self.names}


def load_set(folder: Path) -> EvaluationSet:
    """Read a set. Raises UsageError that names the file and line which does not fit."""
    asked = next((folder / name for name in QUESTIONS if (folder / name).is_file()), None)
    if asked is None:
        raise UsageError(
            f"{folder.name} has no {' or '.join(QUESTIONS)}: put the questions there, one a line."
        )
    texts = tuple(_texts(folder / CORPUS))
    home = None if texts else folder / "documents" if (folder / "documents").is_dir() else folder
    files = tuple(_files(home)) if home else ()
    given = EvaluationSet(name=folder.resolve().name, texts=texts, folder=home, files=files, questions=())
    known = given.aliases
    questions = tuple(_asked(record, known) for record in _records(asked, ("id", "question")))
    return replace(given, questions=questions)


def spread(questions: Sequence[Asked], limit: int | None) -> tuple[Asked, ...]:
    """At most ``limit`` of them, at even distances, the first among them."""
    count = len(questions) if limit is None else min(limit, len(questions))
    return tuple(questions[at * len(questions) // count] for at in range(count))


def _files(home: Path) -> list[Path]:
    found = (path for path in sorted(home.rglob("*")) if path.is_file() and path.name not in QUESTIONS)
    return [path for path in found if not any(part.startswith(".") for part in path.relative_to(home).parts)]


def _records(file: Path, fields: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _record(line, fields, f"{file.name}, line {number}")


def _record(line: str, fields: tuple[str, ...], where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise UsageError(f"{where} is not JSON: {error}. Write one object a line.") from error
    missing = [name for name in fields if not isinstance(record, dict) or name not in record]
    if missing:
        raise UsageError(
            f"{where} has no {' and no '.join(missing)}. Every line needs {' and '.join(fields)}."
        )
    return dict(record, where=where)


def _texts(file: Path) -> Iterator[Text]:
    for record in _records(file, ("id", "text")) if file.is_file() else ():
        title = str(record.get("title") or "")
        yield Text(name=str(record["id"]), title=title, text=str(record["text"]))


def _asked(record: dict[str, Any], known: dict[str, str]) -> Asked:
    history = tuple(_turns(record.get("history") or ()))
    return Asked(
        id=str(record["id"]),
        question=Question(text=str(record["question"]), history=history),
        gold=_gold(record, [_resolve(name, known, record) for name in record.get("gold_docs") or ()]),
    )


def _resolve(name: Any, known: dict[str, str], record: dict[str, Any]) -> str:
    if str(name) not in known:
        raise UsageError(f"{record['where']} names the gold document {name!r}, which is not in the set.")
    return known[str(name)]


def _gold(record: dict[str, Any], documents: list[str]) -> Gold:
    pages: Sequence[int] = record.get("gold_pages") or ()
    page = pages[0] if len(pages) == 1 else None
    spans = record.get("spans") or () if len(documents) == 1 else ()  # of several, nobody says of which
    return Gold(
        answerable=bool(record.get("answerable", bool(documents))),
        documents=frozenset(documents),
        pages=frozenset(_pages(documents, pages)),
        answers=tuple(str(answer) for answer in record.get("answers") or ()),
        spans=tuple(Place(document=documents[0], page=page, start=start, end=end) for start, end in spans),
    )


def _pages(documents: list[str], numbers: Sequence[int]) -> Iterator[tuple[str, int]]:
    """As many pages as documents belong to them one by one; else each page may be of each document."""
    if len(documents) == len(numbers):
        yield from zip(documents, numbers, strict=True)
    else:
        yield from ((document, number) for document in documents for number in numbers)


def _turns(history: Sequence[Sequence[str]]) -> Iterator[Turn]:
    for (role, text), (answering, answer) in pairwise(history):
        if role != "assistant" == answering:
            yield Turn(question=text, answer=answer)
