"""A cache's files on disk, with a manifest that says what they must be. What does not match is set aside."""

import hashlib
import json
import os
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a snapshot folder holds."""

    seq: int  # the change up to which the cache is complete
    fingerprint: str  # of what must match for the cache to be usable at all
    files: dict[str, str]  # name -> sha256, hex


def turns(folder: Path) -> FileLock:
    """The lock by which processes take turns to load and to write a snapshot; it lies beside the folder."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileLock(folder.with_name(f"{folder.name}.lock"))


def save(folder: Path, *, seq: int, fingerprint: str, names: list[str]) -> None:
    """Vouch for the named files, which are on disk already; the manifest replaces the old one at once."""
    for name in names:
        _sync(folder / name)
    files = {name: _digest(folder / name) for name in names}
    text = json.dumps(asdict(Manifest(seq=seq, fingerprint=fingerprint, files=files)))
    draft = folder / f"{MANIFEST}.new"
    draft.write_text(text, encoding="utf-8")
    _sync(draft)
    draft.replace(folder / MANIFEST)
    _sync(folder)


def load(folder: Path, fingerprint: str) -> Manifest | None:
    """The manifest if every file is the one it vouches for, else None: the cache must then be rebuilt."""
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        sound = manifest.fingerprint == fingerprint and all(
            "/" not in name and _digest(folder / name) == digest for name, digest in manifest.files.items()
        )
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    return manifest if sound else None


def set_aside(folder: Path) -> None:
    """Move a folder that cannot be used out of the way, keeping the latest such one to look at."""
    if not folder.exists():
        return
    for old in folder.parent.glob(f"{folder.name}.corrupt-*"):
        shutil.rmtree(old, ignore_errors=True)
    folder.replace(folder.with_name(f"{folder.name}.corrupt-{time.time_ns()}"))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
