"""Figures of what was asked: how much, with what outcome, how fast, and from which documents. All are SQL's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select

from rag.database import Database
from rag.figures import ALL
from rag.kept import kept
from rag.tables import collections, documents
from rag.talk_tables import feedback, turn_documents, turn_stages, turns
from rag.types import PUBLISHED, Outcome

EVER = date.min
MOST_CITED = 10  # documents
NEVER_CITED = 20  # documents on a page of that list


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How questions ended. What is neither answered nor declined went wrong."""

    asked: int = 0
    answered: int = 0  # every sentence carried by what it quotes
    partly: int = 0  # answered, but not every sentence
    declined: int = 0

    @property
    def failed(self) -> int:
        """What was neither answered nor declined."""
        return self.asked - self.answered - self.partly - self.declined


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """How long something took, in seconds: of half of the answers no longer, and of 95 in 100."""

    name: str
    median: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A document, and how many answers quote it."""

    id: str
    title: str
    collection: str
    answers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Of a collection's documents that can be found, how many were quoted."""

    collection: str
    documents: int
    cited: int


class Usage:
    """Reads figures. Days are those of UTC; a period begins with a day and ends now."""

    def __init__(self, database: Database) -> None:
        """Needs migrated tables."""
        self._database = database

    def days(self, since: date = EVER) -> dict[date, Counts]:
        """How the questions of each day ended; days without any are left out. The earliest comes first."""
        query = _counts().where(_during(since), turns.c.day != "").group_by(turns.c.day).order_by(turns.c.day)
        with self._database.reading() as connection:
            rows = connection.execute(query.add_columns(turns.c.day)).all()
        return {date.fromisoformat(row.day): _counted(row) for row in rows}

    def thumbs(self, since: date = EVER) -> tuple[int, int]:
        """How many answers were called good, and how many bad."""
        query = select(
            func.count(case((feedback.c.good.is_(True), 1))),
            func.count(case((feedback.c.good.is_(False), 1))),
        ).join(turns, turns.c.id == feedback.c.turn_id)
        with self._database.reading() as connection:
            good, bad = connection.execute(query.where(_during(since))).one()
        return good, bad

    def seconds(self, since: date = EVER) -> Spent | None:
        """How long answers took; none where there are none."""
        whole = select(literal(ALL).label("stage"), turns.c.seconds).where(_during(since))
        return next(iter(self._spent(whole)), None)

    def stages(self, since: date = EVER) -> list[Spent]:
        """How long each stage of an answer took, the slowest first."""
        spent = select(turn_stages.c.stage, turn_stages.c.seconds)
        if since != EVER:
            spent = spent.join(turns, turns.c.id == turn_stages.c.turn_id).where(_during(since))
        return sorted(self._spent(spent), key=lambda each: (-each.median, each.name))

    def _spent(self, seconds: Select[str, float]) -> list[Spent]:
        """Both quantiles of each stage, by nearest rank."""
        given = seconds.subquery()
        ranked = select(
            given.c.stage,
            given.c.seconds,
            func.row_number().over(partition_by=given.c.stage, order_by=given.c.seconds).label("rank"),
            func.count().over(partition_by=given.c.stage).label("count"),
        ).subquery()
        middle, high = ((ranked.c["count"] * share + 99) // 100 == ranked.c["rank"] for share in (50, 95))
        query = select(
            ranked.c.stage,
            func.max(case((middle, ranked.c.seconds))).label("median"),
            func.max(case((high, ranked.c.seconds))).label("most"),
        ).group_by(ranked.c.stage)
        with self._database.reading() as connection:
            return [Spent(name=r.stage, median=r.median, most=r.most) for r in connection.execute(query)]

    def most_cited(self, since: date = EVER, most: int = MOST_CITED) -> list[Cited]:
        """The documents that most answers quote."""
        quoted = _quoted(since).add_columns(func.count().label("answers"))
        counted = quoted.group_by(turn_documents.c.document_id).subquery()
        query = (
            _standing(counted.c.answers)
            .join(counted, counted.c.document_id == documents.c.id)
            .order_by(counted.c.answers.desc(), documents.c.title, documents.c.id)
        )
        with self._database.reading() as connection:
            return [Cited(**row._asdict()) for row in connection.execute(query.limit(most))]

    def never_cited(self, since: date = EVER, page: int = 1) -> tuple[int, list[Cited]]:
        """How many documents no answer quotes, and a page of them, from 1, by collection and title."""
        uncited = documents.c.id.not_in(_quoted(since))
        query = _standing().where(uncited).order_by(collections.c.name, documents.c.title, documents.c.id)
        count = _standing(func.count()).with_only_columns(func.count()).where(uncited)
        with self._database.reading() as connection:
            found = connection.execute(count).scalar_one()
            rows = connection.execute(query.limit(NEVER_CITED).offset((page - 1) * NEVER_CITED))
            return found, [Cited(**row._asdict()) for row in rows]

    def coverage(self, since: date = EVER) -> list[Coverage]:
        """How much of each collection was quoted, by the collections' names."""
        cited = func.count(case((documents.c.id.in_(_quoted(since)), 1)))
        query = (
            _standing()
            .with_only_columns(collections.c.name, func.count().label("documents"), cited.label("cited"))
            .group_by(collections.c.name)
            .order_by(collections.c.name)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [Coverage(collection=r.name, documents=r.documents, cited=r.cited) for r in rows]


def added(counts: Sequence[Counts]) -> Counts:
    """All of them together."""
    names = "asked answered partly declined".split()
    return Counts(**{name: sum(getattr(each, name) for each in counts) for name in names})


def _during(since: date) -> ColumnElement[bool]:
    return turns.c.day >= ("" if since == EVER else since.isoformat())


def _counts() -> "Select[int, int, int, int]":
    answered = turns.c.outcome == Outcome.ANSWERED
    return select(
        func.count().label("asked"),
        func.count(case((answered & turns.c.partly.is_(False), 1))).label("answered"),
        func.count(case((answered & turns.c.partly.is_(True), 1))).label("partly"),
        func.count(case((turns.c.outcome == Outcome.NOT_FOUND, 1))).label("declined"),
    ).select_from(turns)


def _counted(row: Any) -> Counts:
    return Counts(asked=row.asked, answered=row.answered, partly=row.partly, declined=row.declined)


def _quoted(since: date) -> Select[Any]:
    """The ids of the documents that an answer quotes."""
    quoted = select(turn_documents.c.document_id)
    if since == EVER:
        return quoted
    return quoted.join(turns, turns.c.id == turn_documents.c.turn_id).where(_during(since))


def _standing(*more: ColumnElement[Any]) -> Select[Any]:
    """Documents that can be found."""
    columns = documents.c.id, documents.c.title, collections.c.name.label("collection"), *more
    joined = documents.join(collections, collections.c.id == documents.c.collection_id)
    return select(*columns).select_from(joined).where(documents.c.status.in_(PUBLISHED), kept(documents.c.id))
