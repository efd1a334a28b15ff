"""Files and folders on this machine, as a source of documents."""

import hashlib
import os
import stat
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

from ingest.sources.item import Seen, Unchanged
from rag.errors import NotFound, RetryableError
from rag.places import NOTHING_KNOWN, UNSURE, Mark

TICK = 100_000_000  # ns after a change in which another might leave the file's times as they are


class SteadyFile:
    """A file being read to its end, which must not change meanwhile: half old and half new is no version."""

    def __init__(self, file: BinaryIO) -> None:
        """Open, and at its beginning."""
        self._file = file
        self._before = self._state()

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, none at the end. Raises RetryableError there if the file has changed."""
        block = self._file.read(size)
        if not block and self._state() != self._before:
            raise RetryableError(
                "The file was being changed while it was read. Add it again when it is finished."
            )
        return block

    def _state(self) -> tuple[int, int]:
        status = os.fstat(self._file.fileno())
        return status.st_size, status.st_mtime_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file to take in."""

    path: Path
    source: str  # its name, or its path below the folder that was named, with forward slashes
    origin: str  # its absolute path, which makes it the same document next time
    mark: Mark = NOTHING_KNOWN  # its size and times of change when it was found
    closed: bool = False  # a folder that may not be looked into

    @contextmanager
    def open(self) -> Iterator[SteadyFile]:
        """Its bytes. Raises OSError."""
        with self.path.open("rb") as file:
            yield SteadyFile(file)


def walk(path: Path) -> Iterator[Found]:
    """The file itself, or every file below a folder in order of name.

    Hidden ones, links, and what is no file at all are passed over. A path that is not there, or a folder that
    may not be looked into, comes out as it is: opening it will say so.
    """
    if not _is_folder(path):
        yield _found(path, path.name)
        return
    closed: list[OSError] = []
    for parent, folders, names in os.walk(path, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            file = Path(parent) / name
            if (regular := _regular(file)) is not False:
                yield _found(file, file.relative_to(path).as_posix(), closed=regular is None)
    for error in closed:
        folder = Path(error.filename)
        yield _found(folder, folder.relative_to(path).as_posix(), closed=True)


class Folder:
    """A registered folder, looked at again and again."""

    def __init__(
        self,
        path: Path,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        contents: Collection[str] = (),
    ) -> None:
        """The patterns are globs of paths below the folder; an empty ``include`` takes all.

        ``contents`` are the SHA-256 sums, as hex digits, of what lay there before.
        """
        self._path = path
        self._include = include
        self._exclude = exclude
        self._contents = frozenset(contents)
        self._closed: list[str] = []
        self._count = 0

    def look(self, known: Mapping[str, Mark]) -> Iterator[Seen]:
        """Every file: as it is, or as unchanged where size and times of change are as they were.

        New ones come before those that changed, and of these what lay under another name before comes before what was
        edited: a renamed file is to be found before its old name is taken for a new version of it.

        Raises NotFound where there is no such folder, unless something is known of it: then all of that is gone.
        """
        if not known and not _is_folder(self._path):
            raise NotFound(f"There is no folder {self._path}. See whether it is mounted, then sync again.")
        changed: list[Found] = []
        for found in self._listed():
            if found.mark.modified != UNSURE and known.get(found.origin) == found.mark:
                yield Unchanged(origin=found.origin, source=found.source, quick=True)
            elif found.origin in known:
                changed.append(found)
            else:
                yield found
        yield from sorted(changed, key=lambda found: not self._lay_here(found))

    def expected(self) -> int:
        """How many files there are: names and times are listed before the first is opened."""
        return self._count

    def gone(self, origin: str) -> bool:
        """Whether a file that was not seen is no more: nobody knows what a folder holds that stays shut."""
        return not any(origin.startswith(f"{closed}/") for closed in self._closed)

    def trouble(self) -> str:
        """Why files that are known were not seen, and may be there all the same."""
        return f"The folder {self._closed[0]} cannot be looked into." if self._closed else ""

    def _listed(self) -> list[Found]:
        found = list(walk(self._path)) if _is_folder(self._path) else []
        self._closed = [each.origin for each in found if each.closed]
        listed = [each for each in found if each.closed or self._wanted(each.source)]
        self._count = len(listed)
        return listed

    def _lay_here(self, found: Found) -> bool:
        with suppress(OSError), found.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() in self._contents
        return False

    def _wanted(self, source: str) -> bool:
        taken = not self._include or any(fnmatchcase(source, pattern) for pattern in self._include)
        return taken and not any(fnmatchcase(source, pattern) for pattern in self._exclude)


def _found(path: Path, source: str, *, closed: bool = False) -> Found:
    origin = os.path.abspath(path)  # noqa: PTH100, links stay
    return Found(path=path, source=_text(source), origin=_text(origin), mark=_mark(path), closed=closed)


def _is_folder(path: Path) -> bool:
    """Whether it is a folder; not so where that cannot be told, as of a mount that is gone."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _regular(path: Path) -> bool | None:
    """Whether it is a file, and no link to one; None where that cannot be told: it may be a folder."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False
    except OSError:
        return None


def _mark(path: Path) -> Mark:
    with suppress(OSError):  # opening it will say so
        status = path.stat()
        settled = abs(time.time_ns() - status.st_ctime_ns) > TICK
        modified = status.st_mtime_ns if settled else UNSURE
        return Mark(size=status.st_size, modified=modified, changed=status.st_ctime_ns)
    return Mark(modified=UNSURE)


def _text(name: str) -> str:
    """A name, in which bytes that are no text show as their codes, so that two such names stay two."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
