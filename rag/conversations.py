"""Conversations: what each is called, where it looked last, and how it is found among many."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, update

from rag.database import Database
from rag.errors import NotFound, TooLarge, UsageError
from rag.talk_tables import conversations, turns

TITLE_CHARS = 80  # of the first question, where it has no other title
MOST_CHARS = 200  # of a title that somebody gave
LATEST = 40
PINNED = 100  # at most so many stand above the latest
WORDS = 8  # of a search that are looked for
NO_CONVERSATION = "There is no such conversation; it may have been deleted."


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A row of the list of conversations."""

    id: str
    title: str
    pinned: bool
    collections: tuple[str, ...]  # names; where its last question looked; none: everywhere
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A conversation that was searched for."""

    conversation: Conversation
    turn: str = ""  # the first answer in which the words stand; empty where they stand in the title alone
    question: str = ""  # what that one answers


class Conversations:
    """The conversations of a database."""

    def __init__(self, database: Database) -> None:
        """Needs migrated tables."""
        self._database = database

    def recent(self, limit: int = LATEST) -> list[Conversation]:
        """Those that are pinned, then the latest others, newest first."""
        latest = select(conversations).order_by(conversations.c.updated_at.desc())
        pinned, others = conversations.c.pinned.is_(True), conversations.c.pinned.is_(False)
        with self._database.reading() as connection:
            above = connection.execute(latest.where(pinned).limit(PINNED)).all()
            below = connection.execute(latest.where(others).limit(limit)).all()
        return [_conversation(row) for row in (*above, *below)]

    def find(self, conversation_id: str) -> Conversation:
        """One of them. Raises NotFound."""
        with self._database.reading() as connection:
            query = select(conversations).where(conversations.c.id == conversation_id)
            row = connection.execute(query).first()
        if row is None:
            raise NotFound(NO_CONVERSATION)
        return _conversation(row)

    def search(self, query: str, limit: int, offset: int = 0) -> tuple[list[Hit], int]:
        """Those in whose title, or in one of whose turns, all words stand, newest first; and how many there are.

        Pinned ones come first. An empty query finds all of them.
        """
        words = query.casefold().split()[:WORDS]
        wanted = _holding(words)
        order = (conversations.c.pinned.desc(), conversations.c.updated_at.desc(), conversations.c.id)
        some = select(conversations).where(wanted).order_by(*order).limit(limit).offset(offset)
        with self._database.reading() as connection:
            count = select(func.count()).select_from(conversations).where(wanted)
            total = connection.execute(count).scalar_one()
            found = [_conversation(row) for row in connection.execute(some)]
            inside = (
                {}
                if not words
                else {row.conversation_id: row for row in connection.execute(_first(found, words))}
            )
        return [_hit(each, inside.get(each.id)) for each in found], total

    def rename(self, conversation_id: str, title: str) -> None:
        """Call it something else. Raises NotFound, UsageError for an empty title and TooLarge for a long one."""
        plain = " ".join(title.split())
        if not plain:
            raise UsageError("The title is empty. Write what the conversation is to be called.")
        if len(plain) > MOST_CHARS:
            raise TooLarge(
                f"The title has {len(plain):,} characters; {MOST_CHARS} is the most. Make it shorter."
            )
        self._change(conversation_id, title=plain, sought=plain.casefold())

    def pin(self, conversation_id: str, *, pinned: bool) -> None:
        """Keep it above the others, or no longer. Raises NotFound."""
        self._change(conversation_id, pinned=pinned)

    def _change(self, conversation_id: str, **values: object) -> None:
        row = update(conversations).where(conversations.c.id == conversation_id).values(values)
        with self._database.writing() as connection:
            if not connection.execute(row).rowcount:
                raise NotFound(NO_CONVERSATION)


def named(question: str) -> dict[str, str]:
    """The columns of a title made of the first question."""
    title = " ".join(question.split())
    short = title if len(title) <= TITLE_CHARS else title[: TITLE_CHARS - 1].rstrip() + "…"
    return {"title": short, "sought": short.casefold()}


def _holding(words: Sequence[str]) -> ColumnElement[bool]:
    titled = and_(True, *(conversations.c.sought.contains(word, autoescape=True) for word in words))
    inside = select(turns.c.conversation_id).where(_said(words))
    return or_(titled, conversations.c.id.in_(inside)) if words else titled


def _said(words: Sequence[str]) -> ColumnElement[bool]:
    return and_(True, *(turns.c.sought.contains(word, autoescape=True) for word in words))


def _first(found: Sequence[Conversation], words: Sequence[str]) -> Any:
    """Of each conversation the latest turn in which the words stand, a current one before one that was replaced."""
    mine = turns.c.conversation_id.in_([each.id for each in found])
    order = (turns.c.replaced_by.is_(None), turns.c.number)
    return (
        select(turns.c.conversation_id, turns.c.id, turns.c.question)
        .where(mine & _said(words))
        .order_by(*order)
    )


def _hit(conversation: Conversation, row: Row[Any] | None) -> Hit:
    if row is None:
        return Hit(conversation=conversation)
    return Hit(conversation=conversation, turn=row.id, question=row.question)


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id,
        title=row.title,
        pinned=row.pinned,
        collections=tuple(json.loads(row.collections)),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
