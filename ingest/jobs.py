"""Work to be done, kept in the database: claimed with a lease, fenced against owners who come too late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Delete, Row, Select, Update, and_, delete, insert, or_, select, update

from ingest.owner import gone
from rag.database import Database
from rag.errors import RetryableError
from rag.ports import Clock
from rag.tables import documents, jobs

LEASE = timedelta(seconds=60)  # an owner who is not heard of for so long has lost the job
MAX_ATTEMPTS = 3
BACK_OFF = timedelta(seconds=5)  # doubled at each attempt


class JobState(StrEnum):
    """Where a job stands; a finished one is gone."""

    WAITING = "waiting"
    RUNNING = "running"
    FAILED = "failed"  # parked: trying again would not help
    HELD = "held"  # parked until somebody has looked at the document


class LostLease(RetryableError):
    """Somebody else has taken the job over; whatever this owner made of it is void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One original to be read into one document."""

    id: int
    document_id: str
    source: str  # the document's, for messages
    sha256: str
    size: int
    state: JobState
    stage: str  # parsing, chunking, embedding, publishing; empty before
    attempts: int
    fence: int
    released: bool = False  # the owner wants what the screening would leave out or hold back


class Jobs:
    """The queue."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Needs migrated tables."""
        self._database = database
        self._clock = clock

    def add(
        self,
        connection: Connection,
        document_id: str,
        sha256: str,
        size: int,
        *,
        priority: int = 0,
        released: bool = False,
    ) -> set[str]:
        """Queue the reading of an original in place of any older job of the document; see ``drop``."""
        replaced = self.drop(connection, document_id)
        now = self._clock.now()
        row = insert(jobs).values(
            document_id=document_id,
            sha256=sha256,
            size=size,
            state=JobState.WAITING,
            priority=priority,
            released=released,
            run_after=now,
            created_at=now,
        )
        connection.execute(row)
        return replaced

    def drop(self, connection: Connection, document_id: str) -> set[str]:
        """Remove every job of a document; who does one has lost it. Returns the hashes of their originals."""
        theirs = delete(jobs).where(jobs.c.document_id == document_id).returning(jobs.c.sha256)
        return set(connection.execute(theirs).scalars())

    def hasten(self, connection: Connection, document_id: str, priority: int) -> None:
        """Have a document's jobs claimed as early as those of this priority."""
        later = (jobs.c.document_id == document_id) & (jobs.c.priority < priority)
        connection.execute(update(jobs).where(later).values(priority=priority))

    def pending(self, connection: Connection, document_id: str, sha256: str) -> JobState | None:
        """How far this very original is, where it is queued, being read or held for the document."""
        query = select(jobs.c.state).where(
            jobs.c.document_id == document_id, jobs.c.sha256 == sha256, jobs.c.state != JobState.FAILED
        )
        state = connection.execute(query).scalar()
        return state and JobState(state)

    def under_way(self, connection: Connection, document_id: str) -> bool:
        """Whether a job of the document waits or runs."""
        states = jobs.c.state.in_((JobState.WAITING, JobState.RUNNING))
        query = select(jobs.c.id).where(jobs.c.document_id == document_id, states)
        return connection.execute(query).first() is not None

    def latest(self, connection: Connection, document_id: str) -> tuple[str, int] | None:
        """Hash and size of the original that a document's job is about, parked ones included."""
        query = select(jobs.c.sha256, jobs.c.size).where(jobs.c.document_id == document_id)
        row = connection.execute(query.order_by(jobs.c.id.desc())).first()
        return row and (row.sha256, row.size)

    def claim(self, owner: str, among: Sequence[str] | None = None) -> Job | None:
        """Take a job that is free, uploads first, of any document or of those given; None if there is none."""
        now = self._clock.now()
        query = (
            _jobs()
            .order_by(jobs.c.priority.desc(), jobs.c.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=jobs)
        )
        if among is not None:
            query = query.where(jobs.c.document_id.in_(among))
        with self._database.writing() as connection:
            row = connection.execute(query.where(_free(connection, now))).first()
            if row is None:
                return None
            taken = {
                "state": JobState.RUNNING,
                "attempts": row.attempts + 1,
                "fence": row.fence + 1,
                "stage": "parsing",
            }
            connection.execute(
                update(jobs).where(jobs.c.id == row.id).values(**taken, owner=owner, lease_until=now + LEASE)
            )
        return _job(row, **taken)

    def renew(self, owner: str) -> None:
        """Lengthen the leases of everything that this owner holds."""
        mine = (jobs.c.owner == owner) & (jobs.c.state == JobState.RUNNING)
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(mine).values(lease_until=self._clock.now() + LEASE))

    def release(self, owner: str) -> None:
        """Give back everything that this owner holds, as if it had not been tried."""
        mine = (jobs.c.owner == owner) & (jobs.c.state == JobState.RUNNING)
        with self._database.writing() as connection:
            connection.execute(
                update(jobs)
                .where(mine)
                .values(state=JobState.WAITING, attempts=jobs.c.attempts - 1, owner=None)
            )

    def enter(self, held: Sequence[Job], stage: str) -> None:
        """Say what is being done now with those of these jobs that are still held."""
        with self._database.writing() as connection:
            for job in held:
                connection.execute(update(jobs).where(*_held(job)).values(stage=stage))

    def finish(self, connection: Connection, job: Job) -> None:
        """Remove a job that is done, in the transaction that publishes its work. Raises LostLease."""
        _change(connection, job, delete(jobs))

    def fail(self, connection: Connection, job: Job, *, retry: bool) -> bool:
        """Park a job, or queue it again with back-off while it has attempts left. Returns whether it will run again.

        Raises LostLease.
        """
        again = retry and job.attempts < MAX_ATTEMPTS
        state = JobState.WAITING if again else JobState.FAILED
        later = self._clock.now() + BACK_OFF * 2 ** (job.attempts - 1)
        _change(connection, job, update(jobs).values(state=state, run_after=later, owner=None))
        return again

    def hold(self, connection: Connection, job: Job) -> None:
        """Park a job until somebody has looked at its document. Raises LostLease."""
        _change(connection, job, update(jobs).values(state=JobState.HELD, owner=None))

    def active(self) -> dict[str, Job]:
        """Jobs that wait or run, by document id."""
        with self._database.reading() as connection:
            rows = connection.execute(
                _jobs().where(jobs.c.state.in_((JobState.WAITING, JobState.RUNNING)))
            ).all()
        return {row.document_id: _job(row) for row in rows}


def _jobs() -> Select[Any]:
    return select(jobs, documents.c.source).join(documents, documents.c.id == jobs.c.document_id)


def _free(connection: Connection, now: datetime) -> Any:
    """Jobs that wait, and those whose owner has ended or has not been heard of for too long."""
    running = jobs.c.state == JobState.RUNNING
    owners = connection.execute(select(jobs.c.owner).where(running).distinct()).scalars()
    ended = [owner for owner in owners if owner and gone(owner)]
    return or_(
        and_(jobs.c.state == JobState.WAITING, jobs.c.run_after <= now),
        and_(running, or_(jobs.c.lease_until < now, jobs.c.owner.in_(ended))),
    )


def _held(job: Job) -> tuple[Any, ...]:
    return jobs.c.id == job.id, jobs.c.fence == job.fence, jobs.c.state == JobState.RUNNING


def _change(connection: Connection, job: Job, statement: Update | Delete) -> None:
    """Change a job if it is still held. Raises LostLease."""
    if not connection.execute(statement.where(*_held(job))).rowcount:
        raise LostLease(f"Another worker has taken over {job.source}.")


def _job(row: Row[Any], **changed: Any) -> Job:
    names = (
        "id",
        "document_id",
        "source",
        "sha256",
        "size",
        "state",
        "stage",
        "attempts",
        "fence",
        "released",
    )
    values = {name: getattr(row, name) for name in names} | {k: v for k, v in changed.items() if k in names}
    return Job(**{**values, "state": JobState(values["state"])})
