"""The empty folder that a child is given for its home, and what a parent that was killed left of them."""

import shutil
import tempfile
from pathlib import Path

from ingest.owner import gone, owner

_PREFIX = "footnote-reader-"


def make() -> Path:
    """A new one, named after this process; its owner removes it."""
    folder = Path(tempfile.gettempdir(), f"{_PREFIX}{owner()}")
    folder.mkdir(mode=0o700)
    return folder


def remove(folder: Path) -> None:
    """Take one away, and whatever may have been put there."""
    shutil.rmtree(folder, ignore_errors=True)


def clear() -> None:
    """Remove those whose owners have ended without doing so."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if gone(folder.name.removeprefix(_PREFIX)):
            remove(folder)
