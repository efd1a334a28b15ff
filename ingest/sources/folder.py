"""Files and folders on this machine, as a source of documents."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file to take in."""

    path: Path
    source: str  # its name, or its path below the folder that was named, with forward slashes
    origin: str  # its absolute path, which makes it the same document next time


def walk(path: Path) -> Iterator[Found]:
    """The file itself, or every file below a folder in order of name; hidden ones and links are passed over.

    A path that is not there comes out as it is: opening it will say so.
    """
    if not path.is_dir():
        yield _found(path, path.name)
        return
    for parent, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(parent) / name
            if not name.startswith(".") and not file.is_symlink():
                yield _found(file, file.relative_to(path).as_posix())


def _found(path: Path, source: str) -> Found:
    printable = source.encode("utf-8", "replace").decode("utf-8")
    return Found(path=path, source=printable, origin=os.fsencode(path.absolute()).decode("utf-8", "replace"))
