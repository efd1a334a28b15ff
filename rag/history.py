"""What was asked and answered, kept without outliving the documents that were quoted."""

import json
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from rag import packed
from rag.conversations import NO_CONVERSATION, named
from rag.database import Database
from rag.errors import NotFound
from rag.figures import figures, stages
from rag.line import Node, line, successor, versions
from rag.packed import GONE, cited
from rag.ports import Clock
from rag.store import Store
from rag.tables import counter, documents
from rag.talk_tables import conversations, turn_documents, turn_stages, turns
from rag.types import Answer, Document, Page

NO_ANSWER = "There is no such answer; its conversation may have been deleted."


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer of a conversation."""

    answer: Answer
    versions: tuple[str, ...]  # the answers that have stood in its place, oldest first, itself among them
    current: bool  # whether no other has taken its place


class History:
    """Saves answers and gives them back, each quote checked again."""

    def __init__(self, database: Database, store: Store, clock: Clock) -> None:
        """Needs migrated tables."""
        self._database = database
        self._store = store
        self._clock = clock

    def save(
        self,
        answer: Answer,
        conversation_id: str | None = None,
        *,
        begin: str | None = None,
        replaces: str | None = None,
    ) -> str:
        """Add the answer to a conversation, or begin one, of the id ``begin`` if that is given.

        With ``replaces`` it takes the place of that answer, or of what stands there now, and of all behind it. Returns
        the conversation's id. Raises NotFound.
        """
        with self._database.writing() as connection:
            answer = self._without_deleted(connection, answer)
            known = (
                self._touch(connection, conversation_id, answer)
                if conversation_id
                else self._begin(connection, begin or uuid.uuid4().hex, answer)
            )
            if replaces is not None:
                _replace(connection, known, replaces, answer.id)
            self._add(connection, known, answer)
        return known

    def turns(self, conversation_id: str) -> list[Answer]:
        """A conversation's current answers, oldest first, without sentences whose quotes stand no longer.

        Raises NotFound.
        """
        return [kept.answer for kept in self.line(conversation_id)]

    def line(self, conversation_id: str, at: str | None = None) -> list[Kept]:
        """A conversation's current answers, oldest first, or those that stood around this one. Raises NotFound."""
        with self._database.reading() as connection:
            nodes = _nodes(connection, conversation_id)
            if not nodes:
                raise NotFound(NO_CONVERSATION)
            if at is not None and at not in {node.id for node in nodes}:
                raise NotFound(NO_ANSWER)
            shown = line(nodes, at)
            wanted = select(turns).where(turns.c.id.in_([node.id for node in shown]))
            rows = {row.id: row for row in connection.execute(wanted)}
        answers = self._unpack([rows[node.id] for node in shown])
        return [
            Kept(
                answer=answer,
                versions=tuple(versions(nodes, node.id)),
                current=node.replaced_by is None,
            )
            for node, answer in zip(shown, answers, strict=True)
        ]

    def versions(self, conversation_id: str, answer_id: str) -> tuple[str, ...]:
        """The answers that have stood in the place of this one, as in `Kept`. Raises NotFound."""
        with self._database.reading() as connection:
            nodes = _nodes(connection, conversation_id)
        if answer_id not in {node.id for node in nodes}:
            raise NotFound(NO_ANSWER)
        return tuple(versions(nodes, answer_id))

    def find(self, answer_id: str) -> tuple[str, Answer]:
        """The conversation that an answer was given in, and the answer as `turns` has it. Raises NotFound."""
        with self._database.reading() as connection:
            row = connection.execute(select(turns).where(turns.c.id == answer_id)).first()
        if row is None:
            raise NotFound(NO_ANSWER)
        return row.conversation_id, self._unpack([row])[0]

    def has(self, answer_id: str) -> bool:
        """Whether there is an answer of this id."""
        with self._database.reading() as connection:
            return connection.execute(select(turns.c.id).where(turns.c.id == answer_id)).first() is not None

    def delete(self, conversation_id: str) -> None:
        """Remove a conversation with all its answers. Raises NotFound."""
        mine = select(turns.c.id).where(turns.c.conversation_id == conversation_id)
        with self._database.writing() as connection:
            connection.execute(delete(turn_documents).where(turn_documents.c.turn_id.in_(mine)))
            connection.execute(delete(turns).where(turns.c.conversation_id == conversation_id))
            gone = connection.execute(delete(conversations).where(conversations.c.id == conversation_id))
            if not gone.rowcount:
                raise NotFound(NO_CONVERSATION)

    def forget(self, connection: Connection, document_id: str) -> None:
        """Remove every sentence that quotes a document, in the transaction that deletes it."""
        quoting = select(turns).join(turn_documents, turn_documents.c.turn_id == turns.c.id)
        for row in connection.execute(quoting.where(turn_documents.c.document_id == document_id)).all():
            rest = packed.without(row.answer, document_id)
            found_by = packed.sought(row.question, rest)
            left = update(turns).where(turns.c.id == row.id).values(answer=rest, sought=found_by)
            connection.execute(left)
        connection.execute(delete(turn_documents).where(turn_documents.c.document_id == document_id))

    def _add(self, connection: Connection, known: str, answer: Answer) -> None:
        latest = select(func.coalesce(func.max(turns.c.number), 0)).where(turns.c.conversation_id == known)
        said, now = packed.pack(answer), self._clock.now()
        connection.execute(
            insert(turns).values(
                id=answer.id,
                conversation_id=known,
                number=connection.execute(latest).scalar_one() + 1,
                question=answer.question.text,
                answer=said,
                sought=packed.sought(answer.question.text, said),
                created_at=now,
                seq=select(counter.c.seq).scalar_subquery(),
                **figures(answer, now),
            )
        )
        if spent := stages(answer):
            connection.execute(insert(turn_stages), spent)
        if quoted := cited(answer.sentences):
            rows = [{"turn_id": answer.id, "document_id": document_id} for document_id in sorted(quoted)]
            connection.execute(insert(turn_documents), rows)

    def _without_deleted(self, connection: Connection, answer: Answer) -> Answer:
        """The answer without sentences whose documents went while it was written; the rest cannot go yet."""
        ids = select(documents.c.id).where(documents.c.id.in_(cited(answer.sentences)))
        live = set(connection.execute(ids.with_for_update(read=True, key_share=True)).scalars())
        kept = tuple(s for s in answer.sentences if cited([s]) <= live)
        return answer if len(kept) == len(answer.sentences) else replace(answer, sentences=kept, notice=GONE)

    def _begin(self, connection: Connection, known: str, answer: Answer) -> str:
        now = self._clock.now()
        begun = named(answer.question.text) | {"id": known, "created_at": now, "updated_at": now}
        connection.execute(insert(conversations).values(begun | _scope(answer)))
        return known

    def _touch(self, connection: Connection, conversation_id: str, answer: Answer) -> str:
        row = update(conversations).where(conversations.c.id == conversation_id)
        if not connection.execute(row.values(updated_at=self._clock.now(), **_scope(answer))).rowcount:
            raise NotFound(NO_CONVERSATION)
        return conversation_id

    def _unpack(self, rows: Collection[Row[Any]]) -> list[Answer]:
        look = self._look([place for row in rows for place in packed.places(row.answer)])
        return [packed.unpack(row.id, row.question, row.answer, look) for row in rows]

    def _look(self, places: Collection[tuple[str, int]]) -> packed.Look:
        """Documents and pages as they are now, all looked up together."""
        pages = self._store.pages(places)
        there = {document_id: self._document(document_id) for document_id in {each for each, _ in places}}
        return _looking(pages, there)

    def _document(self, document_id: str) -> Document | None:
        try:
            return self._store.document(document_id)
        except NotFound:
            return None


def _looking(
    pages: Mapping[tuple[str, int], Page], there: Mapping[str, Document | None]
) -> Callable[[str, int], tuple[Document, Page] | None]:
    def look(document_id: str, number: int) -> tuple[Document, Page] | None:
        document, page = there[document_id], pages.get((document_id, number))
        return (document, page) if document and page else None

    return look


def _scope(answer: Answer) -> dict[str, str]:
    """What the conversation remembers of where it looked."""
    return {"collections": json.dumps(answer.question.collections)}


def _nodes(connection: Connection, conversation_id: str) -> list[Node]:
    query = select(turns.c.id, turns.c.replaced_by).where(turns.c.conversation_id == conversation_id)
    found = connection.execute(query.order_by(turns.c.number))
    return [Node(id=row.id, replaced_by=row.replaced_by) for row in found]


def _replace(connection: Connection, conversation_id: str, replaced: str, by: str) -> None:
    """The turn that stands where this one stood, and all current ones behind it, make way."""
    nodes = _nodes(connection, conversation_id)
    if replaced not in {node.id for node in nodes}:
        raise NotFound(NO_ANSWER)
    current = [node.id for node in line(nodes)]
    gone = current[current.index(successor(nodes, replaced)) :]
    connection.execute(update(turns).where(turns.c.id.in_(gone)).values(replaced_by=by))
