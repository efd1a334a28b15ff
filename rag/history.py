"""Conversations: what was asked and answered, kept without outliving the documents that were quoted."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from rag.cite import stands
from rag.database import Database
from rag.errors import NotFound
from rag.ports import Clock
from rag.store import Store
from rag.tables import conversations, documents, turn_documents, turns
from rag.types import Answer, Citation, Outcome, Question, Sentence, Support

TITLE_CHARS = 80
NEAREST = 5  # passages that a declined question is remembered with
GONE = "A document that this answer quoted was changed or deleted since; what it quoted is no longer shown."


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A row of the list of conversations."""

    id: str
    title: str
    updated_at: datetime


class History:
    """Saves answers and gives them back, each quote checked again."""

    def __init__(self, database: Database, store: Store, clock: Clock) -> None:
        """Needs migrated tables."""
        self._database = database
        self._store = store
        self._clock = clock

    def save(self, answer: Answer, conversation_id: str | None = None) -> str:
        """Add the answer to a conversation, or begin one. Returns the conversation's id. Raises NotFound."""
        with self._database.writing() as connection:
            answer = self._without_deleted(connection, answer)
            known = (
                self._touch(connection, conversation_id)
                if conversation_id
                else self._begin(connection, answer)
            )
            latest = select(func.coalesce(func.max(turns.c.number), 0)).where(
                turns.c.conversation_id == known
            )
            connection.execute(
                insert(turns).values(
                    id=answer.id,
                    conversation_id=known,
                    number=connection.execute(latest).scalar_one() + 1,
                    question=answer.question.text,
                    answer=json.dumps(_pack(answer)),
                    created_at=self._clock.now(),
                )
            )
            if cited := _cited(answer.sentences):
                rows = [{"turn_id": answer.id, "document_id": document_id} for document_id in sorted(cited)]
                connection.execute(insert(turn_documents), rows)
        return known

    def conversations(self, limit: int = 200) -> list[Conversation]:
        """The latest conversations, newest first."""
        query = select(conversations).order_by(conversations.c.updated_at.desc()).limit(limit)
        with self._database.reading() as connection:
            return [
                Conversation(id=row.id, title=row.title, updated_at=row.updated_at)
                for row in connection.execute(query)
            ]

    def turns(self, conversation_id: str) -> list[Answer]:
        """A conversation's answers, oldest first, without sentences whose quotes stand no longer.

        Raises NotFound.
        """
        query = select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.number)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        if not rows:
            raise NotFound("There is no such conversation; it may have been deleted.")
        return [self._unpack(row) for row in rows]

    def find(self, answer_id: str) -> tuple[str, Answer]:
        """The conversation that an answer was given in, and the answer as `turns` has it. Raises NotFound."""
        with self._database.reading() as connection:
            row = connection.execute(select(turns).where(turns.c.id == answer_id)).first()
        if row is None:
            raise NotFound("There is no such answer; its conversation may have been deleted.")
        return row.conversation_id, self._unpack(row)

    def delete(self, conversation_id: str) -> None:
        """Remove a conversation with all its answers. Raises NotFound."""
        mine = select(turns.c.id).where(turns.c.conversation_id == conversation_id)
        with self._database.writing() as connection:
            connection.execute(delete(turn_documents).where(turn_documents.c.turn_id.in_(mine)))
            connection.execute(delete(turns).where(turns.c.conversation_id == conversation_id))
            gone = connection.execute(delete(conversations).where(conversations.c.id == conversation_id))
            if not gone.rowcount:
                raise NotFound("There is no such conversation; it may have been deleted.")

    def forget(self, connection: Connection, document_id: str) -> None:
        """Remove every sentence that quotes a document, in the transaction that deletes it."""
        quoting = select(turns).join(turn_documents, turn_documents.c.turn_id == turns.c.id)
        for row in connection.execute(quoting.where(turn_documents.c.document_id == document_id)).all():
            packed = json.loads(row.answer)
            packed["sentences"] = [s for s in packed["sentences"] if not _quotes(s, document_id)]
            packed["notice"] = GONE
            connection.execute(update(turns).where(turns.c.id == row.id).values(answer=json.dumps(packed)))
        connection.execute(delete(turn_documents).where(turn_documents.c.document_id == document_id))

    def _without_deleted(self, connection: Connection, answer: Answer) -> Answer:
        """The answer without sentences whose documents went while it was written; the rest cannot go yet."""
        ids = select(documents.c.id).where(documents.c.id.in_(_cited(answer.sentences)))
        live = set(connection.execute(ids.with_for_update(read=True, key_share=True)).scalars())
        kept = tuple(s for s in answer.sentences if _cited([s]) <= live)
        return answer if len(kept) == len(answer.sentences) else replace(answer, sentences=kept, notice=GONE)

    def _begin(self, connection: Connection, answer: Answer) -> str:
        now = self._clock.now()
        known = uuid.uuid4().hex
        title = " ".join(answer.question.text.split())
        short = title if len(title) <= TITLE_CHARS else title[: TITLE_CHARS - 1].rstrip() + "…"
        connection.execute(
            insert(conversations).values(id=known, title=short, created_at=now, updated_at=now)
        )
        return known

    def _touch(self, connection: Connection, conversation_id: str) -> str:
        now = self._clock.now()
        row = update(conversations).where(conversations.c.id == conversation_id).values(updated_at=now)
        if not connection.execute(row).rowcount:
            raise NotFound("There is no such conversation; it may have been deleted.")
        return conversation_id

    def _unpack(self, row: Row[Any]) -> Answer:
        packed = json.loads(row.answer)
        restored = [self._sentence(sentence) for sentence in packed["sentences"]]
        sentences = tuple(sentence for sentence in restored if sentence is not None)
        return Answer(
            id=row.id,
            question=Question(text=row.question, collections=tuple(packed["collections"])),
            outcome=Outcome(packed["outcome"]),
            sentences=sentences,
            passages=(),
            confidence=packed["confidence"],
            generator=packed["generator"],
            ms=packed["ms"],
            notice=packed["notice"] if len(sentences) == len(restored) else GONE,
            looked_for=packed.get("looked_for", ""),
            conflicts=_standing(packed.get("conflicts", ()), sentences),
        )

    def _sentence(self, packed: dict[str, Any]) -> Sentence | None:
        citations = [self._citation(citation) for citation in packed["citations"]]
        standing = tuple(citation for citation in citations if citation is not None)
        if len(standing) < len(citations):
            return None
        return Sentence(
            text=packed["text"],
            citations=standing,
            support=Support(packed["support"]),
            reasons=tuple(packed.get("reasons", ())),
        )

    def _citation(self, packed: dict[str, Any]) -> Citation | None:
        try:
            document = self._store.document(packed["document_id"])
            page = self._store.page(document.id, packed["page"])
        except NotFound:
            return None
        places = {name: packed[name] for name in ("marker", "page", "start", "end", "quote")}
        words = packed.get("words")
        citation = Citation(
            document=document,
            place=packed.get("place", ""),
            words=words and tuple(words),
            **places,
        )
        return citation if stands(citation, page) else None


def _standing(pairs: Sequence[Sequence[int]], sentences: Sequence[Sentence]) -> tuple[tuple[int, int], ...]:
    """Of pairs of markers those that are both still cited."""
    markers = {citation.marker for sentence in sentences for citation in sentence.citations}
    return tuple((one, other) for one, other in pairs if {one, other} <= markers)


def _cited(sentences: Sequence[Sentence]) -> set[str]:
    return {citation.document.id for sentence in sentences for citation in sentence.citations}


def _quotes(sentence: dict[str, Any], document_id: str) -> bool:
    return any(citation["document_id"] == document_id for citation in sentence["citations"])


def _pack(answer: Answer) -> dict[str, Any]:
    return {
        "collections": list(answer.question.collections),
        "outcome": answer.outcome,
        "sentences": [_pack_sentence(sentence) for sentence in answer.sentences],
        "confidence": answer.confidence,
        "generator": answer.generator,
        "ms": dict(answer.ms),
        "notice": answer.notice,
        "looked_for": answer.looked_for,
        "conflicts": answer.conflicts,
        "nearest": _nearest(answer),
    }


def _nearest(answer: Answer) -> list[int]:
    """The chunks that came closest to a question which was declined, so that gaps can be reported."""
    return [p.chunk_id for p in answer.passages[:NEAREST]] if answer.outcome is Outcome.NOT_FOUND else []


def _pack_sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "support": sentence.support,
        "reasons": list(sentence.reasons),
        "citations": _pack_citations(sentence.citations),
    }


def _pack_citations(citations: Sequence[Citation]) -> list[dict[str, Any]]:
    return [
        {
            "document_id": citation.document.id,
            "marker": citation.marker,
            "page": citation.page,
            "start": citation.start,
            "end": citation.end,
            "quote": citation.quote,
            "place": citation.place,
            "words": citation.words,
        }
        for citation in citations
    ]
