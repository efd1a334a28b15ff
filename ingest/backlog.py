"""How much there is still to be read."""

from sqlalchemy import func, select

from ingest.intake import Priority
from ingest.jobs import JobState
from rag.database import Database
from rag.tables import jobs


class Backlog:
    """Originals that wait in the queue."""

    def __init__(self, database: Database) -> None:
        """Needs migrated tables."""
        self._database = database

    def uploads(self) -> int:
        """How many documents that people sent wait to be read, those of folders and sites not counted."""
        theirs = (jobs.c.state == JobState.WAITING) & (jobs.c.priority == Priority.UPLOAD)
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).where(theirs)).scalar_one()
