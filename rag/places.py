"""Where documents lie: a path, a URL, an upload's name. The same content in two places is one document.

A document whose last place is taken by other content while a source is synced lies in a place of no file, so that it
is still there when its content turns up elsewhere: two files may have swapped their names. What is still there when the
sync ends goes, if so much may.

Law: all places of a document have found the same content there, and no other document of its collection has it,
unless it is empty.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from rag.database import Database
from rag.ports import Clock
from rag.sought import sought
from rag.tables import collections, documents, places
from rag.types import PUBLISHED, Status

LEFT = "left:"  # how the origin begins of a place that is no file's, before the document's id
OVERTAKEN = "Other content was found there. This one goes with the next sync that is allowed to delete it."
BATCH = 500  # bound parameters in one statement
UNSURE = -1  # a time of change that no file has: look at the content again


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What tells without reading it that the content of a place is the same as before."""

    size: int = 0  # bytes
    modified: int = 0  # ns since 1970; 0 unknown. Whoever writes a file may set it to any time,
    changed: int = 0  # but not this one: ns since 1970 of any change, of its name or its times too; 0 unknown
    etag: str = ""
    last_modified: str = ""


NOTHING_KNOWN = Mark(modified=UNSURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of a document, with what is to be known of the document."""

    id: int
    origin: str
    name: str
    document_id: str
    source_id: int | None
    sha256: str
    mark: Mark
    seen_at: datetime
    trouble: str | None
    trouble_at: datetime | None
    status: Status
    reason: str | None

    @property
    def left(self) -> bool:
        """Whether it is no file's: other content was found where the document lay."""
        return self.origin.startswith(LEFT)

    def vacated(self) -> "Place":
        """Where its document lies once other content was found there."""
        return replace(
            self, origin=f"{LEFT}{self.document_id}", mark=Mark(size=self.mark.size, modified=UNSURE)
        )


class Places:
    """Reads and writes places. What writes takes the caller's transaction, which holds the feed's lock."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Needs migrated tables."""
        self._database = database
        self._clock = clock

    def of_source(self, source_id: int) -> dict[str, Place]:
        """Every place that a registered source keeps in step, by origin."""
        return {place.origin: place for place in self._read(places.c.source_id == source_id)}

    def of_document(self, document_id: str) -> list[Place]:
        """The places of a document, oldest first."""
        return self._read(places.c.document_id == document_id)

    def of_collection(self, name: str) -> dict[str, Place]:
        """Every place of a collection, by origin."""
        shelf = select(collections.c.id).where(collections.c.name == name).scalar_subquery()
        return {place.origin: place for place in self._read(places.c.collection_id == shelf)}

    def at(self, connection: Connection, collection_id: int, origin: str) -> Place | None:
        """The place of this origin, if there is one."""
        query = _places().where(places.c.collection_id == collection_id, places.c.origin == origin)
        row = connection.execute(query).first()
        return None if row is None else _place(row)

    def current(self, connection: Connection, place: Place) -> Place | None:
        """A place as it is now; None if it is no more."""
        row = connection.execute(_places().where(places.c.id == place.id)).first()
        return None if row is None else _place(row)

    def holding(self, connection: Connection, collection_id: int, sha256: str) -> str | None:
        """The id of the document in this collection with this content, if there is one."""
        query = select(places.c.document_id).where(
            places.c.collection_id == collection_id, places.c.sha256 == sha256
        )
        return connection.execute(query.limit(1)).scalar()

    def count(self, connection: Connection, document_id: str) -> int:
        """In how many places a document lies."""
        query = select(func.count()).where(places.c.document_id == document_id)
        return int(connection.execute(query).scalar_one())

    def only_in(self, lost: Sequence[Place]) -> set[str]:
        """The ids of the documents that lie nowhere but in these places."""
        losing = Counter(place.document_id for place in lost)
        ids, lies = list(losing), places.c.document_id
        query = select(lies, func.count().label("times")).group_by(lies)
        with self._database.reading() as connection:
            return {
                row.document_id
                for at in range(0, len(ids), BATCH)
                for row in connection.execute(query.where(lies.in_(ids[at : at + BATCH])))
                if row.times == losing[row.document_id]
            }

    def put(
        self,
        connection: Connection,
        known: Place | None,
        *,
        collection_id: int,
        origin: str,
        name: str,
        document_id: str,
        sha256: str,
        mark: Mark,
        source_id: int | None,
    ) -> None:
        """Make or change the place of this origin: what was found there now is this document.

        Where a source found it, a document whose last place this was is left in a place of no file, until its content
        is found elsewhere, or the source's sync ends.
        """
        found = {
            "document_id": document_id,
            "name": name,
            "sha256": sha256,
            "seen_at": self._clock.now(),
            "trouble": None,
            "trouble_at": None,
            **asdict(mark),
        }
        if source_id is not None:
            found["source_id"] = source_id
        if (
            known is not None
            and known.document_id != document_id
            and self._vacated(connection, known, source_id)
        ):
            known = None
        if known is None:
            connection.execute(insert(places).values(collection_id=collection_id, origin=origin, **found))
        else:
            connection.execute(update(places).where(places.c.id == known.id).values(**found))
            self._rename(connection, known.document_id)
        self._found_again(connection, document_id)

    def remove(self, connection: Connection, place: Place) -> None:
        """Forget a place; a document that is shown under its name is shown under that of another place."""
        connection.execute(delete(places).where(places.c.id == place.id))
        self._rename(connection, place.document_id)

    def doubt(self, connection: Connection, document_id: str) -> None:
        """Have the content of a document's places looked at again, whatever their marks say."""
        row = update(places).where(places.c.document_id == document_id)
        connection.execute(row.values(modified=UNSURE, etag="", last_modified=""))

    def seen(self, connection: Connection, ids: Sequence[int]) -> None:
        """These places were looked at and have not changed."""
        for at in range(0, len(ids), BATCH):
            row = update(places).where(places.c.id.in_(ids[at : at + BATCH]))
            connection.execute(row.values(seen_at=self._clock.now(), trouble=None, trouble_at=None))

    def trouble(self, connection: Connection, place: Place, why: str) -> None:
        """This place could not be looked at; what was found there last stays. Empty: that is over."""
        since = func.coalesce(places.c.trouble_at, self._clock.now()) if why else None
        row = update(places).where(places.c.id == place.id)
        connection.execute(row.values(trouble=why or None, trouble_at=since))

    def release(self, connection: Connection, source_id: int) -> None:
        """No source keeps these places in step any longer."""
        connection.execute(update(places).where(places.c.source_id == source_id).values(source_id=None))

    def _read(self, *where: Any) -> list[Place]:
        with self._database.reading() as connection:
            return [_place(row) for row in connection.execute(_places().where(*where).order_by(places.c.id))]

    def _vacated(self, connection: Connection, place: Place, source_id: int | None) -> bool:
        """Whether a document's place, its last, was made one of no file, as other content was found there."""
        if source_id is None or self.count(connection, place.document_id) > 1:
            return False
        vacated = place.vacated()
        row = update(places).where(places.c.id == place.id)
        why = {"trouble": OVERTAKEN, "trouble_at": self._clock.now(), "source_id": source_id}
        connection.execute(row.values(origin=vacated.origin, **asdict(vacated.mark), **why))
        return True

    def _found_again(self, connection: Connection, document_id: str) -> None:
        """A document that lies somewhere needs no place of no file."""
        spare = (places.c.document_id == document_id) & (places.c.origin == f"{LEFT}{document_id}")
        if connection.execute(delete(places).where(spare)).rowcount:
            self._rename(connection, document_id)

    @staticmethod
    def _rename(connection: Connection, document_id: str) -> None:
        """Have a document shown under the name of one of its places."""
        left = select(places.c.name).where(places.c.document_id == document_id).order_by(places.c.id)
        names = list(connection.execute(left).scalars())
        d = documents.c
        row = connection.execute(select(d.source, d.title).where(d.id == document_id)).first()
        if row is None or not names or row.source in names:
            return
        titled = row.title == row.source.rsplit("/", 1)[-1]  # it has no title but its name
        title = names[0].rsplit("/", 1)[-1] if titled else row.title
        named = {"source": names[0], "title": title, "sought": sought(title, names[0])}
        connection.execute(update(documents).where(d.id == document_id).values(**named))


def unpublished(place: Place) -> bool:
    """Whether its document does not answer, or not with what was found there last."""
    return place.reason is not None or place.status not in PUBLISHED


def _places() -> Any:
    joined = places.join(documents, documents.c.id == places.c.document_id)
    return select(places, documents.c.status, documents.c.reason).select_from(joined)


def _place(row: Row[Any]) -> Place:
    mark = Mark(**{each.name: getattr(row, each.name) for each in fields(Mark)})
    names = (
        "id", "origin", "name", "document_id", "source_id", "sha256", "seen_at", "trouble", "trouble_at", "reason",
    )  # fmt: skip
    return Place(mark=mark, status=Status(row.status), **{name: getattr(row, name) for name in names})
