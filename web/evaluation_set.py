"""A folder of documents and questions with gold, as `footnote eval` is given it.

``corpus.jsonl`` with ``id, title, text``, or files (below ``documents/`` where that exists). Beside them
``queries.jsonl`` or ``questions.jsonl`` with ``id, question`` and, where known, ``gold_docs`` (ids, paths or
file names), ``gold_pages``, ``answerable``, ``answers``, ``spans`` (characters of the one gold document's
text, or of its stored page where it is a file), ``history`` (pairs of role and text) and ``standalone`` (the question
as one would ask it without that history). A file of questions alone, or a folder without documents, asks about the
documents of a home that is filled already.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.measure import Gold, Place
from rag.types import Document, Question, Turn
from web.conversation import turns

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
    standalone: Question | None = None  # a follow-up question as somebody wrote it out


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationSet:
    """Questions about documents: texts, the files of a folder, or what a home has read already."""

    name: str
    texts: tuple[Text, ...]
    folder: Path | None  # None where the documents are texts
    files: tuple[Path, ...]
    questions: tuple[Asked, ...]
    stored: Mapping[str, str] = field(default_factory=dict)  # ids by the names that the questions may use

    @property
    def names(self) -> tuple[str, ...]:
        """The documents' names: ids, or paths below the folder."""
        below = self.folder or Path()
        files = tuple(file.relative_to(below).as_posix() for file in self.files)
        return tuple(text.name for text in self.texts) or files or tuple(dict.fromkeys(self.stored.values()))

    @property
    def aliases(self) -> Mapping[str, str]:
        """Names by themselves, and by their last part where only one has it."""
        return self.stored or _aliases({name: name for name in self.names})

    def named(self, documents: Iterable[Document]) -> dict[str, str]:
        """The set's name of each document by its id; its source where the set does not know it."""
        known = self.aliases
        return {document.id: _name(document, known) for document in documents}

    @property
    def is_stored(self) -> bool:
        """Whether it asks about what a home has read already."""
        return not self.texts and not self.files

    @property
    def fingerprint(self) -> str:
        """What tells this set from others of its name: 16 hex digits over its questions and documents."""
        digest = hashlib.sha256()
        for each in (*map(_identity, self.questions), *self.texts):
            digest.update(repr(each).encode("utf-8", "surrogatepass"))
        for file in self.files:
            digest.update(file.read_bytes())
        return digest.hexdigest()[:16]


def load_set(path: Path, documents: Iterable[Document] = ()) -> EvaluationSet:
    """Read a set; ``documents`` are those of the home, for one that brings none.

    Raises UsageError that names the file and line which does not fit.
    """
    asked = (
        path if path.is_file() else next((path / name for name in QUESTIONS if (path / name).is_file()), None)
    )
    if asked is None:
        missing = "is not there" if not path.exists() else f"has no {' or '.join(QUESTIONS)}"
        raise UsageError(f"{path.name} {missing}: put the questions there, one a line.")
    texts = () if path.is_file() else tuple(_texts(path / CORPUS))
    home = None if texts or path.is_file() else path / "documents" if (path / "documents").is_dir() else path
    files = tuple(_files(home)) if home else ()
    stored = _stored(documents) if not texts and not files else {}
    name = path.stem if path.is_file() else path.resolve().name
    given = EvaluationSet(
        name=name, texts=texts, folder=home if files else None, files=files, questions=(), stored=stored
    )
    known = given.aliases
    questions = tuple(_asked(record, known) for record in _records(asked, ("id", "question")))
    return replace(given, questions=questions)


def load_documents(path: Path) -> EvaluationSet | None:
    """A folder of documents without questions, as a set that asks nothing; None where it has some, or no document."""
    if any((path / name).is_file() for name in QUESTIONS):
        return None
    texts = tuple(_texts(path / CORPUS))
    files = () if texts else tuple(_files(path))
    if not texts and not files:
        return None
    folder = path if files else None
    return EvaluationSet(name=path.resolve().name, texts=texts, folder=folder, files=files, questions=())


def brings_documents(path: Path) -> bool:
    """Whether a set is a folder with documents, so that a home need not have them."""
    if not path.is_dir():
        return False
    home = path / "documents" if (path / "documents").is_dir() else path
    return (path / CORPUS).is_file() or bool(_files(home))


def _name(document: Document, known: Mapping[str, str]) -> str:
    candidates = (document.id, document.source, document.source.rsplit("/", 1)[-1])
    return next((known[name] for name in candidates if name in known), document.source)


def _identity(asked: Asked) -> tuple[object, ...]:
    """The same in every process, as sets are not."""
    gold = asked.gold
    said = (gold.answerable, sorted(gold.documents), sorted(gold.pages), gold.answers, gold.spans)
    return asked.id, asked.question, asked.standalone, said


def _stored(documents: Iterable[Document]) -> dict[str, str]:
    """Ids by id, and by source or its last part where only one document has it."""
    listed = list(documents)
    sources = Counter(document.source for document in listed)
    named = {document.source: document.id for document in listed if sources[document.source] == 1}
    return _aliases(named) | {document.id: document.id for document in listed}


def _aliases(named: Mapping[str, str]) -> dict[str, str]:
    last = {name: name.rsplit("/", 1)[-1] for name in named}
    times = Counter(last.values())
    short = {part: named[name] for name, part in last.items() if times[part] == 1}
    return short | dict(named)


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


def _asked(record: dict[str, Any], known: Mapping[str, str]) -> Asked:
    return Asked(
        id=str(record["id"]),
        question=Question(text=str(record["question"]), history=_history(record)),
        gold=_gold(record, [_resolve(name, known, record) for name in record.get("gold_docs") or ()]),
        standalone=Question(text=str(record["standalone"])) if record.get("standalone") else None,
    )


def _history(record: dict[str, Any]) -> tuple[Turn, ...]:
    try:
        return turns(record.get("history"))
    except ValueError as error:
        raise UsageError(f"{record['where']} cannot be asked: {error}.") from None


def _resolve(name: Any, known: Mapping[str, str], record: dict[str, Any]) -> str:
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
        follow_up=bool(record.get("history")),
    )


def _pages(documents: list[str], numbers: Sequence[int]) -> Iterator[tuple[str, int]]:
    """As many pages as documents belong to them one by one; else each page may be of each document."""
    if len(documents) == len(numbers):
        yield from zip(documents, numbers, strict=True)
    else:
        yield from ((document, number) for document in documents for number in numbers)
