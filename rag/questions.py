"""Questions that the documents left open: those that were declined, and those whose answers were called bad."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, union

from rag.database import Database
from rag.kept import kept
from rag.tables import documents
from rag.talk_tables import feedback, gap_answers, gaps, question_vectors, turns
from rag.types import Outcome, Question


class Kind(StrEnum):
    """Why a question is left open."""

    MISSING = "missing"  # it was declined: the documents do not say
    BAD = "bad"  # it was answered, and a reader called the answer bad


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Where a later document answers it, as long as that document is there."""

    document_id: str
    title: str
    page: int
    start: int
    end: int
    quote: str
    closed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question that was left open, when it was asked and what became of it. Who asked is not known here."""

    id: str  # its answer's
    text: str  # as it was understood
    collections: tuple[str, ...]
    asked_at: datetime
    kind: Kind
    reason: str  # of the reader who called the answer bad, see rag.feedback; empty where none was given
    words: str
    near: tuple[int, ...]  # ids of the chunks that came closest
    cited: tuple[str, ...]  # ids of the documents that the answer quoted
    seq: int  # the latest change when it was answered
    tried: int  # the latest change when it was last asked again
    dismissed: bool  # closed by hand
    closing: Closing | None
    stale: bool  # what closes it has changed since
    vector: bytes | None  # float16, little endian; none until it was embedded

    @property
    def open(self) -> bool:
        """Whether it still waits for a document."""
        return self.closing is None and not self.dismissed

    def waits(self, seq: int) -> bool:
        """Whether it is to be asked again now that the latest change is this one."""
        return not self.dismissed and (self.closing is None or self.stale) and self.tried < seq

    @property
    def question(self) -> Question:
        """The question to ask again."""
        return Question(text=self.text, collections=self.collections)


class Questions:
    """Reads the questions that were left open from a database, and keeps their vectors."""

    def __init__(self, database: Database, fingerprint: str) -> None:
        """Vectors are those of the embedder with this fingerprint."""
        self._database = database
        self._fingerprint = fingerprint

    def all(self, since: datetime | None = None) -> list[Asked]:
        """Those asked since then, to the day; the latest last."""
        query = _open(self._fingerprint).order_by(turns.c.created_at, turns.c.id)
        if since is not None:
            query = query.where(turns.c.day >= since.date().isoformat())
        with self._database.reading() as connection:
            return [_asked(row) for row in connection.execute(query)]

    def keep(self, vectors: Sequence[tuple[str, bytes]]) -> None:
        """Keep vectors by the questions' ids; those that are gone meanwhile are left out."""
        with self._database.writing() as connection:
            there = present(connection, [known for known, _ in vectors])
            if rows := [
                {"turn_id": known, "fingerprint": self._fingerprint, "vector": vector}
                for known, vector in vectors
                if known in there
            ]:
                connection.execute(insert(question_vectors), rows)


def present(connection: Connection, turn_ids: Sequence[str]) -> set[str]:
    """Those of these answers that are there, and stay until the transaction ends."""
    there = select(turns.c.id).where(turns.c.id.in_(turn_ids)).with_for_update(read=True, key_share=True)
    return set(connection.execute(there).scalars())


def _open(fingerprint: str) -> Select[Any]:
    declined = select(turns.c.id).where(turns.c.outcome == Outcome.NOT_FOUND)
    bad = select(feedback.c.turn_id).where(feedback.c.good.is_(False))
    closing = (gap_answers.c.turn_id == turns.c.id) & kept(gap_answers.c.document_id)
    vector = (question_vectors.c.turn_id == turns.c.id) & (question_vectors.c.fingerprint == fingerprint)
    closed = "document_id page start end quote closed_at".split()
    columns: list[Any] = [
        *(turns.c[name] for name in "id question answer created_at outcome seq".split()),
        *(feedback.c[name] for name in "reason words".split()),
        *(gaps.c[name] for name in "tried dismissed_at".split()),
        *(gap_answers.c[name] for name in closed),
        documents.c.title,
        documents.c.updated_at,
        question_vectors.c.vector,
    ]
    return (
        select(*columns)
        .select_from(turns)
        .outerjoin(feedback, (feedback.c.turn_id == turns.c.id) & feedback.c.good.is_(False))
        .outerjoin(gaps, gaps.c.turn_id == turns.c.id)
        .outerjoin(gap_answers, closing)
        .outerjoin(documents, documents.c.id == gap_answers.c.document_id)
        .outerjoin(question_vectors, vector)
        .where(turns.c.id.in_(union(declined, bad)), turns.c.replaced_by.is_(None))
    )


def _asked(row: Row[Any]) -> Asked:
    packed = json.loads(row.answer)
    return Asked(
        id=row.id,
        text=packed.get("looked_for") or row.question,
        collections=tuple(packed["collections"]),
        asked_at=row.created_at,
        kind=Kind.MISSING if row.outcome == Outcome.NOT_FOUND else Kind.BAD,
        reason=row.reason or "",
        words=row.words or "",
        near=tuple(packed.get("nearest", ())),
        cited=tuple(dict.fromkeys(c["document_id"] for s in packed["sentences"] for c in s["citations"])),
        seq=row.seq,
        tried=row.seq if row.tried is None else row.tried,
        dismissed=row.dismissed_at is not None,
        closing=_closing(row),
        stale=row.closed_at is not None and row.updated_at > row.closed_at,
        vector=row.vector,
    )


def _closing(row: Row[Any]) -> Closing | None:
    if row.document_id is None:
        return None
    names = "document_id title page start end quote closed_at".split()
    return Closing(**{name: getattr(row, name) for name in names})
