"""Files and folders on this machine, as a source of documents."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rag.errors import RetryableError


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
    if not path.is_dir():
        yield _found(path, path.name)
        return
    closed: list[OSError] = []
    for parent, folders, names in os.walk(path, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(parent) / name
            if not name.startswith(".") and not file.is_symlink() and file.is_file():
                yield _found(file, file.relative_to(path).as_posix())
    for error in closed:
        folder = Path(error.filename)
        yield _found(folder, folder.relative_to(path).as_posix())


def _found(path: Path, source: str) -> Found:
    return Found(path=path, source=_text(source), origin=_text(os.path.abspath(path)))  # noqa: PTH100, links stay


def _text(name: str) -> str:
    """A name, in which bytes that are no text show as their codes, so that two such names stay two."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
