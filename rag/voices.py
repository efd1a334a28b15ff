"""How the house speaks: about everything, and about a collection that has a voice of its own."""

from collections.abc import Set

from sqlalchemy import select, update

from rag.database import Database
from rag.errors import NotFound, UsageError
from rag.tables import collections

MOST = 2000  # characters of a voice: it takes room from the sources


class Voices:
    """The voices, as the database holds them. Any number of threads may use it."""

    def __init__(self, database: Database, general: str = "") -> None:
        """``general`` speaks where no collection's own does; it may be changed while answers are written."""
        self._database = database
        self.general = general

    def own(self) -> dict[str, str]:
        """By collection, of those that have one of their own."""
        with self._database.reading() as connection:
            found = connection.execute(
                select(collections.c.name, collections.c.voice).where(collections.c.voice != "")
            )
            return {row.name: row.voice for row in found}

    def give(self, collection: str, voice: str) -> None:
        """Have a collection spoken about like this; with nothing, as everywhere else.

        Raises NotFound, or UsageError where it is too long.
        """
        voice = voice.replace("\0", "").encode("utf-8", "replace").decode().strip()
        if len(voice) > MOST:
            raise UsageError(
                f"The voice has {len(voice):,} characters and may have {MOST:,}. Say it in fewer words."
            )
        with self._database.writing() as connection:
            changed = connection.execute(
                update(collections).where(collections.c.name == collection).values(voice=voice)
            )
            if not changed.rowcount:
                raise _unknown(collection)

    def about(self, collection: str) -> str:
        """The voice in which a collection is spoken about. Raises NotFound."""
        with self._database.reading() as connection:
            found = connection.execute(
                select(collections.c.voice).where(collections.c.name == collection)
            ).scalar()
        if found is None:
            raise _unknown(collection)
        return found or self.general

    def of(self, names: Set[str]) -> str:
        """The voice in which an answer from these collections is written.

        Their own where they are one collection that has one; where several speak together, the general voice.
        """
        if len(names) != 1:
            return self.general
        (name,) = names
        return self.own().get(name, self.general)


def _unknown(collection: str) -> NotFound:
    return NotFound(
        f"There is no collection {collection}. `footnote collections list` shows those there are."
    )
