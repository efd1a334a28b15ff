"""Originals, byte for byte as they came in, each kept once under its hash."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rag.errors import NotFound, StorageFull, TooLarge

BLOCK = 1 << 20  # bytes read at a time
INCOMING = "incoming"  # folder of files that are still coming in


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that is safely on disk."""

    sha256: str
    size: int  # bytes


class Originals:
    """A folder of originals, named by sha256."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        """Nothing is made before the first file comes."""
        self._folder = folder
        self._max_bytes = max_bytes

    def keep(self, data: BinaryIO) -> Kept:
        """Store a stream whole or not at all; on return it survives a power loss.

        Raises TooLarge beyond the limit and StorageFull when there is no room.
        """
        incoming = self._folder / INCOMING
        incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=incoming)
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as out:
                kept = self._copy(data, out)
                out.flush()
                os.fsync(out.fileno())
            self._place(draft, kept.sha256)
        except OSError as error:
            raise StorageFull(
                f"The file could not be stored: {error.strerror}. Free some space, then try again."
            ) from error
        finally:
            draft.unlink(missing_ok=True)
        return kept

    def path(self, sha256: str) -> Path:
        """Where an original lies. Raises NotFound if it is not there."""
        path = self._at(sha256)
        if not path.is_file():
            raise NotFound("The original is no longer stored. Add the file again.")
        return path

    def forget(self, sha256: str) -> None:
        """Remove an original, if it is there."""
        self._at(sha256).unlink(missing_ok=True)

    def stored(self) -> Iterator[str]:
        """The hash of every original."""
        return (path.name for path in self._folder.glob("??/*") if len(path.name) == 64)

    def sweep(self) -> int:
        """Remove what never finished coming in. Returns how many files went."""
        stale = list((self._folder / INCOMING).glob("*"))
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _at(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _copy(self, data: BinaryIO, out: BinaryIO) -> Kept:
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
        return Kept(sha256=digest.hexdigest(), size=size)

    def _place(self, draft: Path, sha256: str) -> None:
        target = self._at(sha256)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        draft.replace(target)
        for folder in (target.parent, self._folder):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
