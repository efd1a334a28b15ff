"""One file that holds a home: its database as it was at one moment, every original, and the settings.

It is a plain tar. Its list of contents stands at its end, with the SHA-256 of everything, so that a file that broke off
is no backup. Nobody is kept waiting: SQLite is copied as it was when the copy began, and an original, whose name is its
hash, never changes. One that was deleted meanwhile is no longer needed: then all is copied once more.
"""

import errno
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Select, func, select

from ingest.files import Originals
from rag.calibration_file import NAME as CALIBRATION
from rag.database import Database
from rag.errors import NotFound, RetryableError, StorageError, StorageFull, UsageError
from rag.ports import Clock
from rag.settings_file import read_file
from rag.tables import documents, jobs

FORMAT = 1  # raise it where the archive changes
MANIFEST, DATABASE, SETTINGS = "manifest.json", "footnote.db", "footnote.toml"
LATEST = "last-backup.json"  # in the home: when the latest backup was made, and where
SECRET = frozenset({"generator_key", "database_url"})  # settings that no backup holds
ATTEMPTS = 3
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)

Tell = Callable[[int, int], None]  # originals that were copied, and of how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A backup that was made."""

    file: Path
    at: datetime
    size: int  # bytes
    database: bool  # whether it holds the database; PostgreSQL has its own way
    documents: int
    originals: int
    failed: tuple[tuple[str, str], ...]  # a document, and why its original is not in it as it came


class _Gone(Exception):
    """An original was deleted after the database had been copied."""


class Backup:
    """Saves one home."""

    def __init__(
        self, *, database: Database, originals: Originals, home: Path, settings: Path, clock: Clock
    ) -> None:
        """``settings`` is the file of settings, which may be missing."""
        self._database = database
        self._originals = originals
        self._home = home
        self._settings = settings
        self._clock = clock

    def write(self, target: Path, tell: Tell = lambda _done, _total: None) -> Saved:
        """Save all into a new file that only its owner can read.

        Raises UsageError where there is a file of that name, AlreadyRunning beside another backup, StorageFull,
        StorageError, and RetryableError where documents are deleted faster than they can be copied.
        """
        if target.exists():
            raise UsageError(f"There is a file {target} already, which is left alone. Choose another name.")
        with self._database.turn("the backup"), _own_words(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            for _ in range(ATTEMPTS):
                try:
                    saved = self._attempt(target, tell)
                except _Gone:
                    continue
                self._note(saved)
                return saved
        raise RetryableError(
            "Documents were deleted while they were being saved, again and again. No backup was made; try later."
        )

    def latest(self) -> dict[str, Any] | None:
        """When the latest backup was made ("at", ISO 8601), its "file", "size" and how many originals "failed"."""
        try:
            told = json.loads((self._home / LATEST).read_bytes())
            return {**told, "at": datetime.fromisoformat(told["at"])}
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _attempt(self, target: Path, tell: Tell) -> Saved:
        draft = target.with_name(f"{target.name}.part")
        draft.unlink(missing_ok=True)
        at = self._clock.now()
        try:
            with (
                tempfile.TemporaryDirectory(dir=target.parent, prefix=".footnote-") as folder,
                open(draft, "xb", opener=_private) as file,
            ):
                with tarfile.open(fileobj=file, mode="w") as archive:
                    told = self._fill(_Writing(archive), Path(folder), at, tell)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        return Saved(file=target.resolve(), at=at, size=target.stat().st_size, **told)

    def _fill(self, out: "_Writing", folder: Path, at: datetime, tell: Tell) -> dict[str, Any]:
        copy = self._copied(folder / DATABASE)
        try:
            with (copy or self._database).reading() as connection:
                wanted = _wanted(connection)
                stored = connection.execute(select(func.count()).select_from(documents)).scalar_one()
        finally:
            if copy:
                copy.close()
        if copy:
            out.add(DATABASE, folder / DATABASE)
        failed = tuple(self._originals_into(out, wanted, tell))
        for name, text in self._settings_texts():
            out.text(name, text)
        told = {"database": copy is not None, "documents": stored, "failed": failed}
        out.text(MANIFEST, json.dumps({"format": FORMAT, "at": at.isoformat(), **told, "files": out.files}))
        return told | {"originals": sum(name.startswith("originals/") for name in out.files)}

    def _copied(self, path: Path) -> Database | None:
        """The database as it is now, in a file of its own; None for PostgreSQL."""
        if not self._database.is_sqlite:
            return None
        self._database.copy(path)
        return Database(f"sqlite:///{path}")

    def _originals_into(
        self, out: "_Writing", wanted: Mapping[str, str], tell: Tell
    ) -> Iterator[tuple[str, str]]:
        for done, (sha256, source) in enumerate(wanted.items(), start=1):
            try:
                digest = out.add(f"originals/{sha256[:2]}/{sha256}", self._originals.path(sha256))
            except (NotFound, FileNotFoundError):
                self._must_be_gone(sha256)
                yield source, "its original is missing"
            else:
                if digest != sha256:
                    yield source, "its original is damaged"
            tell(done, len(wanted))

    def _must_be_gone(self, sha256: str) -> None:
        """Raises _Gone where nothing needs the original any more: it was missing for a good reason."""
        with self._database.reading() as connection:
            if not any(connection.execute(query).first() for query in _needs(sha256)):
                raise _Gone

    def _settings_texts(self) -> Iterator[tuple[str, str]]:
        """What was set by hand, but for what is secret, and what was calibrated."""
        kept = {name: value for name, value in read_file(self._settings).items() if name not in SECRET}
        if kept:
            yield SETTINGS, "".join(f"{name} = {json.dumps(value)}\n" for name, value in kept.items())
        if (calibrated := self._home / CALIBRATION).is_file():
            yield CALIBRATION, calibrated.read_text("utf-8")

    def _note(self, saved: Saved) -> None:
        told = asdict(saved) | {
            "file": str(saved.file),
            "at": saved.at.isoformat(),
            "failed": len(saved.failed),
        }
        draft = self._home / f"{LATEST}.new"
        draft.write_text(json.dumps(told), "utf-8")
        draft.replace(self._home / LATEST)


class _Writing:
    """An archive that is being written, and what is in it so far."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self.files: dict[str, tuple[int, str]] = {}  # name: bytes, sha256

    def add(self, name: str, path: Path) -> str:
        """Put a file in. Returns its SHA-256."""
        with path.open("rb") as file:
            return self._put(name, file, os.fstat(file.fileno()).st_size)

    def text(self, name: str, text: str) -> None:
        """Put a text in."""
        data = text.encode("utf-8", "surrogatepass")
        self._put(name, io.BytesIO(data), len(data))

    def _put(self, name: str, file: BinaryIO, size: int) -> str:
        info, read = tarfile.TarInfo(name), _Hashing(file)
        info.size, info.mode = size, 0o600
        self._archive.addfile(info, read)  # type: ignore[arg-type]  # it needs no more than `read`
        self.files[name] = (size, read.digest.hexdigest())
        return self.files[name][1]


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _wanted(connection: Connection) -> dict[str, str]:
    """The hash of every original that is needed, and the document that needs it."""
    queued = select(jobs.c.sha256, documents.c.source).join(documents, documents.c.id == jobs.c.document_id)
    rows = [*connection.execute(queued), *connection.execute(select(documents.c.sha256, documents.c.source))]
    return {row.sha256: row.source for row in rows}


def _needs(sha256: str) -> Iterator[Select[str]]:
    """Whether a document needs this original, or a job."""
    return (select(table.c.sha256).where(table.c.sha256 == sha256).limit(1) for table in (documents, jobs))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def _own_words(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull(
                f"There is no room for {target}. No backup was made; free some space, or save it elsewhere."
            ) from error
        raise StorageError(
            f"The backup {target} could not be written: {error.strerror}. Choose another folder, or see to its rights."
        ) from error
