"""Documents that are deleted by hand: marked at once, so that nobody finds them, and removed some minutes later.

Until then the deletion can be undone, and everything is as it was, for nothing but the mark was written. A crash in
between is harmless: the mark stands in the database, and whoever works next carries it out.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select

from ingest.intake import Intake
from rag.database import Database
from rag.errors import NotFound
from rag.feed import lock
from rag.kept import kept
from rag.ports import Clock
from rag.tables import documents, removals

GRACE = timedelta(minutes=10)  # how long a deletion can be undone
AT_ONCE = 20  # documents that are removed before somebody looks at something else
BATCH = 500  # bound parameters in one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Documents that were deleted together."""

    batch: str
    documents: int
    due_at: datetime  # until then it can be undone


class Removals:
    """Marks documents, takes the marks away, and removes what is due."""

    def __init__(self, database: Database, clock: Clock, intake: Intake) -> None:
        """All of one home."""
        self._database = database
        self._clock = clock
        self._intake = intake

    def mark(self, document_ids: Sequence[str]) -> int:
        """Delete documents; those that are gone or marked already are passed over. Returns how many were not."""
        now, batch, marked = self._clock.now(), uuid.uuid4().hex, 0
        with self._database.writing() as connection:
            lock(connection)
            for at in range(0, len(document_ids), BATCH):
                some = documents.c.id.in_(document_ids[at : at + BATCH])
                standing = connection.execute(select(documents.c.id).where(some, kept(documents.c.id)))
                rows = [
                    {"document_id": known, "batch": batch, "asked_at": now, "due_at": now + GRACE}
                    for known in standing.scalars()
                ]
                if rows:
                    connection.execute(insert(removals), rows)
                marked += len(rows)
        return marked

    def undo(self, batch: str) -> int:
        """Bring back what was deleted together. Returns how many documents. Raises NotFound where it is too late."""
        with self._database.writing() as connection:
            lock(connection)  # whoever removes them holds it too
            mine = (removals.c.batch == batch) & (removals.c.due_at > self._clock.now())
            undone = connection.execute(delete(removals).where(mine)).rowcount
        if not undone:
            raise NotFound("These documents cannot be brought back: they were removed, or are back already.")
        return undone

    def open(self) -> list[Removal]:
        """What can still be undone, the latest first."""
        r = removals.c
        query = select(r.batch, func.count().label("documents"), func.max(r.due_at).label("due_at"))
        query = (
            query.where(r.due_at > self._clock.now()).group_by(r.batch).order_by(func.max(r.due_at).desc())
        )
        with self._database.reading() as connection:
            return [Removal(**row._mapping) for row in connection.execute(query)]

    def carry_out(self, most: int = AT_ONCE) -> int:
        """Remove what is due, so many documents at most. Returns how many there were."""
        now = self._clock.now()
        query = select(removals.c.document_id).where(removals.c.due_at <= now).limit(most)
        with self._database.reading() as connection:
            due = list(connection.execute(query).scalars())
        for known in due:
            self._intake.delete_marked(known, now)
        return len(due)

    def carry_out_all(self) -> None:
        """Remove everything that is due."""
        while self.carry_out():
            pass
