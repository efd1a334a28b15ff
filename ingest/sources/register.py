"""The sources that are kept in step: folders and web sites, each with a name and how it is to be read."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from ingest.names import shelf
from rag.database import Database
from rag.errors import NotFound, UsageError
from rag.places import Places
from rag.ports import Clock
from rag.tables import sources

_RUNNING = "running"  # in the column of outcomes
_BOTH = (
    "Both would claim the same files. Choose another collection with --collection, or register the outer folder with "
    "--exclude '{}/*'."
)
_INSIDE = "{} lies inside {}, which the source {} keeps in step. " + _BOTH
_AROUND = "{} lies around {}, which the source {} keeps in step. " + _BOTH
_SAME = "The source {1} keeps {0} in step already. Choose another collection with --collection."
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
class Running:
    """How far a sync had come when it last said so."""

    at: datetime
    done: int
    failed: int
    total: int | None  # files that there are; None where nobody knows
    rate: float | None  # files a second; None before there is one


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
    running: Running | None = None  # how far the sync has come that is under way


class Register:
    """Reads and writes registered sources."""

    def __init__(self, database: Database, places: Places, clock: Clock) -> None:
        """Needs migrated tables."""
        self._database = database
        self._places = places
        self._clock = clock

    def add(self, name: str, kind: Kind, location: str, collection: str, options: Options) -> Source:
        """Register a source.

        Raises UsageError where a name is taken or no name, and where another source has the same files: what lies
        in one place of a collection can be in the care of one source only.
        """
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} cannot be the name of a source. Use letters, digits, blanks, dots and dashes."
            )
        with self._database.writing() as connection:
            if connection.execute(select(sources.c.id).where(sources.c.name == name)).first():
                raise UsageError(f"There is a source named {name} already. Choose another with --name.")
            if kind is Kind.FOLDER:
                _refuse_overlap(connection, PurePath(location), shelf(collection), options)
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

    def note(self, source: Source, running: dict[str, float | None]) -> None:
        """Keep how far a sync has come (see Running), beside what the one before reported."""
        at = self._clock.now().isoformat()
        outcome = json.dumps({**(source.outcome or {}), _RUNNING: {"at": at, **running}})
        with self._database.writing() as connection:
            connection.execute(update(sources).where(sources.c.id == source.id).values(outcome=outcome))

    def record(self, source: Source, outcome: dict[str, Any]) -> None:
        """Keep what a sync reported."""
        row = update(sources).where(sources.c.id == source.id)
        with self._database.writing() as connection:
            connection.execute(row.values(synced_at=self._clock.now(), outcome=json.dumps(outcome)))


def _refuse_overlap(connection: Connection, folder: PurePath, collection: str, options: Options) -> None:
    rows = connection.execute(
        select(sources).where(sources.c.kind == Kind.FOLDER, sources.c.collection == collection)
    )
    for other in map(_source, rows):
        there = PurePath(other.location)
        if folder == there:
            raise UsageError(_SAME.format(folder, other.name))
        if folder.is_relative_to(there):
            inner, excluded, overlap = folder.relative_to(there), other.options.exclude, _INSIDE
        elif there.is_relative_to(folder):
            inner, excluded, overlap = there.relative_to(folder), options.exclude, _AROUND
        else:
            continue
        if not _leaves_out(excluded, inner):
            raise UsageError(overlap.format(folder, there, other.name, inner))


def _leaves_out(patterns: Iterable[str], folder: PurePath) -> bool:
    """Whether patterns exclude all below a folder: names that nobody gives a file stand for any."""
    return all(
        any(fnmatchcase(f"{folder.as_posix()}/{name}", pattern) for pattern in patterns)
        for name in ("\0\0", "\0/\0\0")
    )


def _source(row: Row[Any]) -> Source:
    raw: dict[str, Any] = json.loads(row.options)
    options: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()
    }
    outcome: dict[str, Any] = json.loads(row.outcome or "{}")
    running = outcome.pop(_RUNNING, None)
    return Source(
        id=row.id,
        name=row.name,
        kind=Kind(row.kind),
        location=row.location,
        collection=row.collection,
        options=Options(**options),
        synced_at=row.synced_at,
        outcome=outcome or None,
        running=running and Running(**{**running, "at": datetime.fromisoformat(running["at"])}),
    )
