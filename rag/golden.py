"""Golden questions: what readers called rightly answered, kept to be asked again by `footnote eval --golden`."""

import json
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from rag.database import Database
from rag.ports import Clock
from rag.tables import documents
from rag.talk_tables import golden, golden_quotes
from rag.types import Answer, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a right answer cited, where it stood then."""

    document_id: str
    page: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """A question that was answered rightly, or rightly declined."""

    id: str  # the answer's
    question: str
    collections: tuple[str, ...]
    answerable: bool
    quotes: tuple[Quote, ...]  # of documents that are there still
    created_at: datetime


class GoldenSet:
    """The golden questions of a database. A quote goes with its document, by the database's own cascade."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Needs migrated tables."""
        self._database = database
        self._clock = clock

    def add(self, answer: Answer) -> None:
        """Keep an answer's question with what it cites; an earlier one of the same words makes way.

        A follow-up question is kept as it was understood, for its conversation may go.
        """
        values = {
            "id": answer.id,
            "question": answer.looked_for or answer.question.text,
            "collections": json.dumps(answer.question.collections),
            "answerable": answer.outcome is Outcome.ANSWERED,
            "created_at": self._clock.now(),
        }
        with self._database.writing() as connection:
            same = (golden.c.id == answer.id) | (golden.c.question == values["question"])
            connection.execute(delete(golden).where(same))
            connection.execute(insert(golden).values(values))
            if rows := _quotes(connection, answer):
                connection.execute(insert(golden_quotes), rows)

    def remove(self, answer_id: str) -> None:
        """Call it golden no more. Nothing happens where it is not."""
        with self._database.writing() as connection:
            connection.execute(delete(golden).where(golden.c.id == answer_id))

    def ids(self) -> frozenset[str]:
        """The answers that are golden."""
        with self._database.reading() as connection:
            return frozenset(connection.execute(select(golden.c.id)).scalars())

    def all(self) -> list[Golden]:
        """Every golden question, oldest first."""
        with self._database.reading() as connection:
            order = golden_quotes.c.golden_id, golden_quotes.c.number
            rows = connection.execute(select(golden_quotes).order_by(*order)).all()
            kept = connection.execute(select(golden).order_by(golden.c.created_at, golden.c.id)).all()
        quotes = {
            known: tuple(
                Quote(document_id=r.document_id, page=r.page, start=r.start, end=r.end, text=r.quote)
                for r in its
            )
            for known, its in groupby(rows, key=lambda row: row.golden_id)
        }
        return [
            Golden(
                id=row.id,
                question=row.question,
                collections=tuple(json.loads(row.collections)),
                answerable=row.answerable,
                quotes=quotes.get(row.id, ()),
                created_at=row.created_at,
            )
            for row in kept
        ]


def _quotes(connection: Connection, answer: Answer) -> list[dict[str, Any]]:
    """A row for each citation whose document is there, and cannot go before this is written."""
    cited = dict.fromkeys(citation for sentence in answer.sentences for citation in sentence.citations)
    ids = select(documents.c.id).where(documents.c.id.in_({citation.document.id for citation in cited}))
    live = set(connection.execute(ids.with_for_update(read=True, key_share=True)).scalars())
    return [
        {
            "golden_id": answer.id,
            "number": number,
            "document_id": citation.document.id,
            "page": citation.page,
            "start": citation.start,
            "end": citation.end,
            "quote": citation.quote,
        }
        for number, citation in enumerate(cited, start=1)
        if citation.document.id in live
    ]
