"""Originals, byte for byte as they came in, each kept once under its hash."""

import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from rag.database import Database
from rag.errors import NotFound, StorageError, StorageFull, TooLarge
from rag.feed import lock
from rag.store import Store

BLOCK = 1 << 20  # bytes read at a time
INCOMING = "incoming"  # folder of files that are still coming in
GRACE = 3600  # seconds without a write after which one is taken for abandoned
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, none at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file that is whole and safe on disk, but not yet one of the originals."""

    path: Path
    sha256: str
    size: int  # bytes


class Originals:
    """A folder of originals, named by sha256.

    One is put there (``keep``) in the transaction that makes the row which needs it, and removed (``discard``)
    in one that finds none left; both hold the store's lock, so neither can undo the other.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        """Nothing is made before the first file comes."""
        self._folder = folder
        self._max_bytes = max_bytes

    @contextmanager
    def incoming(self, data: Readable) -> Iterator[Incoming]:
        """Copy a stream whole; when the block ends it is gone again unless it was kept.

        Raises TooLarge beyond the limit, StorageFull when there is no room, and StorageError.
        """
        draft: Path | None = None
        try:
            with _own_words():
                folder = self._folder / INCOMING
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                descriptor, name = tempfile.mkstemp(dir=folder)
                draft = Path(name)
                with os.fdopen(descriptor, "wb") as out:
                    sha256, size = self._copy(data, out)
                    out.flush()
                    os.fsync(out.fileno())
            yield Incoming(path=draft, sha256=sha256, size=size)
        finally:
            if draft is not None:
                draft.unlink(missing_ok=True)

    def keep(self, incoming: Incoming) -> None:
        """Make it one of the originals; on return it survives a power loss. Raises like ``incoming``."""
        target = self._at(incoming.sha256)
        with _own_words():
            target.parent.mkdir(exist_ok=True, mode=0o700)
            incoming.path.replace(target)
            for folder in (target.parent, self._folder):
                _sync(folder)

    def path(self, sha256: str) -> Path:
        """Where an original lies. Raises NotFound if it is not there."""
        path = self._at(sha256)
        if not path.is_file():
            raise NotFound("The original is no longer stored. Add the file again.")
        return path

    def discard(self, database: Database, store: Store, hashes: Iterable[str]) -> None:
        """Remove those originals that no document and no job needs. Raises StorageError."""
        if not (doubtful := set(hashes)):
            return
        with database.writing() as connection:
            lock(connection)
            for sha256 in doubtful:
                if not store.uses(connection, sha256):
                    self._remove(sha256)

    def stored(self) -> Iterator[str]:
        """The hash of every original."""
        return (path.name for path in self._folder.glob("??/*") if len(path.name) == 64)

    def abandoned(self) -> list[Path]:
        """Files that never finished coming in."""
        before = time.time() - GRACE
        return [path for path in (self._folder / INCOMING).glob("*") if _written(path) < before]

    def _at(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _copy(self, data: Readable, out: BinaryIO) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        while block := data.read(BLOCK):
            size += len(block)
            if size > self._max_bytes:
                limit = self._max_bytes >> 20
                raise TooLarge(
                    f"The file is larger than {limit} MiB. Split it, or raise FOOTNOTE_MAX_UPLOAD_MB."
                )
            digest.update(block)
            out.write(block)
        return digest.hexdigest(), size

    def _remove(self, sha256: str) -> None:
        try:
            self._at(sha256).unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(
                f"An original that is no longer needed could not be removed: {error.strerror}. Check the "
                "permissions of the home folder, then run `footnote doctor --repair`."
            ) from error


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # it has just come in
        return time.time()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _own_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull(
                "There is no room to store the file. Free some space, then try again."
            ) from error
        raise StorageError(
            f"The file could not be read or stored: {error.strerror}. Check its disk and that of the home "
            "folder, and their permissions, then try again."
        ) from error
