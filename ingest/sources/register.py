"""The sources that are kept in step: folders and web sites, each with a name and how it is to be read."""

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from ingest.names import shelf
from rag.database import Database
from rag.errors import NotFound, UsageError
from rag.places import Places
from rag.ports import Clock
from rag.tables import sources

_NAME = re.compile(r"[^\W_][\w .-]{0,98}")


class Kind(StrEnum):
    """Where a source's documents come from."""

    FOLDER = "folder"
    PAGE = "page"
    SITEMAP = "sitemap"
    FEED = "feed"
    SITE = "site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How far to look."""

    include: tuple[str, ...] = ()  # glob patterns of paths; empty takes all
    exclude: tuple[str, ...] = ()  # glob patterns of paths that are passed over
    depth: int = 3  # links away from the start page
    max_pages: int = 1000
    delay: float = 1.0  # seconds between two requests to a host


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A registered source."""

    id: int
    name: str
    kind: Kind
    location: str  # absolute path, or URL
    collection: str
    options: Options = field(default_factory=Options)
    synced_at: datetime | None = None
    outcome: dict[str, Any] | None = None  # counts and failures of the latest sync, and what ended it early


class Register:
    """Reads and writes registered sources."""

    def __init__(self, database: Database, places: Places, clock: Clock) -> None:
        """Needs migrated tables."""
        self._database = database
        self._places = places
        self._clock = clock

    def add(self, name: str, kind: Kind, location: str, collection: str, options: Options) -> Source:
        """Register a source. Raises UsageError where a name is taken or no name."""
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} cannot be the name of a source. Use letters, digits, blanks, dots and dashes."
            )
        with self._database.writing() as connection:
            if connection.execute(select(sources.c.id).where(sources.c.name == name)).first():
                raise UsageError(f"There is a source named {name} already. Choose another with --name.")
            row = insert(sources).values(
                name=name,
                kind=kind,
                location=location,
                collection=shelf(collection),
                options=json.dumps(asdict(options)),
                created_at=self._clock.now(),
            )
            connection.execute(row)
        return self.named(name)

    def all(self) -> list[Source]:
        """Every source, by name."""
        with self._database.reading() as connection:
            return [_source(row) for row in connection.execute(select(sources).order_by(sources.c.name))]

    def named(self, name: str) -> Source:
        """One source. Raises NotFound."""
        with self._database.reading() as connection:
            row = connection.execute(select(sources).where(sources.c.name == name)).first()
        if row is None:
            raise NotFound(f"There is no source named {name}. `footnote source list` shows those there are.")
        return _source(row)

    def remove(self, source: Source) -> None:
        """Forget a source; its documents stay, in nobody's care."""
        with self._database.writing() as connection:
            self._places.release(connection, source.id)
            connection.execute(delete(sources).where(sources.c.id == source.id))

    def record(self, source: Source, outcome: dict[str, Any]) -> None:
        """Keep what a sync reported."""
        row = update(sources).where(sources.c.id == source.id)
        with self._database.writing() as connection:
            connection.execute(row.values(synced_at=self._clock.now(), outcome=json.dumps(outcome)))


def _source(row: Row[Any]) -> Source:
    raw: dict[str, Any] = json.loads(row.options)
    options: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()
    }
    return Source(
        id=row.id,
        name=row.name,
        kind=Kind(row.kind),
        location=row.location,
        collection=row.collection,
        options=Options(**options),
        synced_at=row.synced_at,
        outcome=None if row.outcome is None else json.loads(row.outcome),
    )
