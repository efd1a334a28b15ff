"""The list of all documents, as people look through it: filtered, sorted, counted and cut into pages by SQL."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, case, func, or_, select

from ingest.jobs import JobState
from rag import rows
from rag.database import Database
from rag.kept import kept
from rag.tables import collections, documents, jobs
from rag.types import Document, MediaType, Status

BUSY = "busy"  # of documents that wait or are being read, whatever else is true of them
_LITERAL = {ord(mark): f"\\{mark}" for mark in "\\%_"}  # what LIKE would not take by the letter


class Order(StrEnum):
    """How the list is sorted."""

    NEWEST = "newest"
    NAME = "name"
    STATE = "state"
    SIZE = "size"
    PAGES = "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which documents of the list are meant; what is empty leaves none out."""

    words: str = ""  # each somewhere in title, source or collection, without regard to case
    state: str = ""  # a Status, or BUSY
    collection: str = ""  # its name
    kinds: tuple[str, ...] = ()  # any of these media types


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the list."""

    document: Document
    stage: str | None  # that reading it has come to, None where nobody reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many documents there are."""

    total: int  # in all
    busy: int  # of those, that wait or are being read
    states: dict[str, int]  # by Status or BUSY, of those that a filter without its state lets through

    def found(self, state: str) -> int:
        """How many are in a state; empty: in any."""
        return self.states.get(state, 0) if state else sum(self.states.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What became of documents since a moment."""

    done: int
    failed: int  # of those
    held: int  # of those
    last: datetime | None  # when the latest of them was finished


class Listing:
    """Reads the list."""

    def __init__(self, database: Database) -> None:
        """Needs migrated tables."""
        self._database = database

    def entries(self, of: Filter, order: Order, first: int, count: int) -> list[Entry]:
        """So many lines from the first (from 0) on."""
        active = _active()
        stage = active.c.stage.label("active_stage")
        columns = select(documents, collections.c.name.label("collection"), stage)
        sorting = _sorted(order, active)
        with self._database.reading() as connection:
            # Sorted as ids alone: whole rows, with their receipts, take several times as long.
            ids = _narrowed(connection, select(documents.c.id), active, of)
            some = list(connection.execute(ids.order_by(*sorting).offset(first).limit(count)).scalars())
            query = _narrowed(connection, columns, active, EVERYTHING).where(documents.c.id.in_(some))
            return [
                Entry(document=rows.document(row), stage=_stage(row.active_stage))
                for row in connection.execute(query.order_by(*sorting))
            ]

    def counts(self, of: Filter) -> Counts:
        """How many there are, in all and by state."""
        with self._database.reading() as connection:
            states = _states(connection, of)
            every = _states(connection, EVERYTHING) if _narrows(of) else states
        return Counts(total=sum(every.values()), busy=every.get(BUSY, 0), states=states)

    def ids(self, of: Filter) -> list[str]:
        """All that are meant, the newest first."""
        active = _active()
        with self._database.reading() as connection:
            query = _narrowed(connection, select(documents.c.id), active, of)
            return list(connection.execute(query.order_by(*_sorted(Order.NEWEST, active))).scalars())

    def kinds(self) -> list[MediaType]:
        """The media types that there are."""
        query = select(documents.c.media_type).distinct().where(documents.c.media_type.is_not(None))
        with self._database.reading() as connection:
            return sorted(map(MediaType, connection.execute(query).scalars()))

    def finished(self, since: datetime) -> Finished:
        """What was finished since a moment, and waits for nothing now."""
        d, active = documents.c, _active()
        query = (
            select(
                func.count().label("done"),
                func.count(case((d.status == Status.FAILED, 1))).label("failed"),
                func.count(case((d.status == Status.HELD, 1))).label("held"),
                func.max(d.updated_at).label("last"),
            )
            .select_from(documents.outerjoin(active, active.c.document_id == d.id))
            .where(d.updated_at >= since, active.c.document_id.is_(None), kept(d.id))
        )
        with self._database.reading() as connection:
            return Finished(**connection.execute(query).one()._mapping)


def _stage(stage: str | None) -> str | None:
    """That of a document; one whose job has none yet waits."""
    return None if stage is None else stage or Status.WAITING


def _active() -> Subquery:
    """Jobs that wait or run; a document has one at most."""
    states = jobs.c.state.in_((JobState.WAITING, JobState.RUNNING))
    query = select(jobs.c.document_id, func.max(jobs.c.stage).label("stage")).where(states)
    return query.group_by(jobs.c.document_id).subquery("active")


def _group(active: Subquery) -> ColumnElement[str]:
    """What a document is listed under."""
    return case((active.c.document_id.is_not(None), BUSY), else_=documents.c.status)


def _states(connection: Connection, of: Filter) -> dict[str, int]:
    active = _active()
    group = _group(active).label("state")
    without = Filter(words=of.words, collection=of.collection, kinds=of.kinds)
    columns: Any = select(group, func.count().label("number"))
    query = _narrowed(connection, columns, active, without)
    return {row.state: row.number for row in connection.execute(query.group_by(group))}


def _narrows(of: Filter) -> bool:
    return bool(of.words.split() or of.collection or of.kinds)


def _narrowed(connection: Connection, query: Select[Any], active: Subquery, of: Filter) -> Select[Any]:
    d = documents.c
    query = query.select_from(
        documents.join(collections, collections.c.id == d.collection_id).outerjoin(
            active, active.c.document_id == d.id
        )
    ).where(kept(d.id), *_saying(connection, of.words.casefold().split()))
    if of.state:
        query = query.where(_group(active) == of.state)
    if of.collection:
        query = query.where(collections.c.name == of.collection)
    if of.kinds:
        query = query.where(d.media_type.in_(of.kinds))
    return query


def _saying(connection: Connection, words: list[str]) -> list[ColumnElement[bool]]:
    """A condition for each word. The few names of collections are compared here: SQLite knows only A to Z."""
    shelves = connection.execute(select(collections.c.id, collections.c.name)).all() if words else []
    return [
        or_(
            documents.c.sought.like(f"%{word.translate(_LITERAL)}%", escape="\\"),
            documents.c.collection_id.in_([row.id for row in shelves if word in row.name.casefold()]),
        )
        for word in words
    ]


def _sorted(order: Order, active: Subquery) -> tuple[Any, ...]:
    d = documents.c
    newest = (d.created_at.desc(), d.id)
    match order:
        case Order.NEWEST:
            return newest
        case Order.NAME:
            return d.sought, d.id
        case Order.STATE:
            return _group(active), *newest
        case Order.SIZE:
            return d.size.desc(), *newest
        case Order.PAGES:
            return d.pages.desc(), *newest
