"""A home out of a backup: checked whole before anything of it is used, and never put over another home."""

import hashlib
import json
import re
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.backup import DATABASE, FORMAT, MANIFEST, SETTINGS
from rag.calibration_file import NAME as CALIBRATION
from rag.errors import NotFound, Refused, StorageError, UsageError

BLOCK = 1 << 20  # bytes read at a time
ORIGINAL = re.compile(r"originals/[0-9a-f]{2}/[0-9a-f]{64}")
KNOWN = frozenset({MANIFEST, DATABASE, SETTINGS, CALIBRATION})
LARGEST_LIST = 1 << 30  # bytes of a list of contents that is believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came out of a backup."""

    at: str  # when it was made, ISO 8601
    database: bool  # whether the database was in it
    originals: int
    failed: tuple[tuple[str, str], ...]  # what it was made without: a document, and why
    settings: Path | None  # where the settings of then lie now, to be looked at


def restore(archive: Path, home: Path, database: Path | None) -> Restored:
    """Fill an empty home; ``database`` is where SQLite's file belongs, None where PostgreSQL is used.

    Raises NotFound without the file, Refused where there is something in the home already, UsageError for a backup of
    the other kind of database, and StorageError where it is damaged; then the home is as it was.
    """
    if not archive.is_file():
        raise NotFound(f"There is no file {archive}. Name the file that `footnote backup` has written.")
    for taken in (database, home / "originals"):
        if taken and taken.exists():
            raise Refused(
                f"There is a home already: {taken}. It was left alone. Choose another with --home, or move it away."
            )
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=home, prefix=".restoring-") as name:
        folder = Path(name)
        manifest = _unpacked(archive, folder)
        _suits(manifest, database)
        if manifest["database"]:
            _whole(folder / DATABASE)
        return _placed(folder, home, database, manifest)


def _unpacked(archive: Path, folder: Path) -> dict[str, Any]:
    """Everything into the folder, each file checked. Returns the list of contents. Raises StorageError."""
    found: dict[str, tuple[int, str]] = {}
    try:
        with tarfile.open(archive, "r:") as opened:
            for member in opened:
                if not (member.isreg() and (member.name in KNOWN or ORIGINAL.fullmatch(member.name))):
                    raise _damaged(archive, f"{member.name!r} is not of a backup")
                found[member.name] = _extracted(opened, member, folder / member.name)
        if (folder / MANIFEST).stat().st_size > LARGEST_LIST:
            raise _damaged(archive, "its list of contents is too long")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
        listed = {str(name): (int(size), str(digest)) for name, (size, digest) in manifest["files"].items()}
    except FileNotFoundError:
        raise _damaged(archive, "its end is missing") from None
    except (tarfile.TarError, ValueError, KeyError, TypeError, AttributeError, EOFError) as error:
        raise _damaged(archive, "it is none, or was changed") from error
    if manifest.get("format") != FORMAT:
        raise UsageError(f"{archive} was made by another version of Footnote. Restore it with that one.")
    found.pop(MANIFEST)
    wrong = sorted(name for name in listed.keys() | found.keys() if listed.get(name) != found.get(name))
    if wrong:
        raise _damaged(archive, f"{len(wrong)} of its files are not what they were, such as {wrong[0]}")
    return manifest


def _extracted(opened: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> tuple[int, str]:
    source, digest, size = opened.extractfile(member), hashlib.sha256(), 0
    assert source is not None  # it is a regular file
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("wb") as out:
        while block := source.read(BLOCK):
            digest.update(block)
            out.write(block)
            size += len(block)
    path.chmod(0o600)
    return size, digest.hexdigest()


def _suits(manifest: dict[str, Any], database: Path | None) -> None:
    if manifest["database"] and database is None:
        raise UsageError(
            "This backup holds an SQLite database, and FOOTNOTE_DATABASE_URL names PostgreSQL. Leave that setting out "
            "to restore it."
        )
    if not manifest["database"] and database is not None:
        raise UsageError(
            "This backup was made beside PostgreSQL and holds no database. Restore the dump with pg_restore, set "
            "FOOTNOTE_DATABASE_URL, then run this again."
        )


def _whole(path: Path) -> None:
    """Raises StorageError unless SQLite finds nothing wrong with its file."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            found = str(error)
    if found != "ok":
        raise StorageError(f"The database in the backup is damaged: {found}. Nothing was restored.")


def _placed(folder: Path, home: Path, database: Path | None, manifest: dict[str, Any]) -> Restored:
    """Everything to its place, the database last: before it is there, the home is none."""
    originals = sum(1 for _ in folder.glob("originals/??/*"))
    if originals:
        (folder / "originals").replace(home / "originals")
    settings = home / SETTINGS if (folder / SETTINGS).is_file() else None
    for name in (SETTINGS, CALIBRATION):
        if (folder / name).is_file():
            (folder / name).replace(home / name)
    if database is not None:
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(folder / DATABASE, database)
    return Restored(
        at=str(manifest["at"]),
        database=database is not None,
        originals=originals,
        failed=tuple((str(source), str(reason)) for source, reason in manifest["failed"]),
        settings=settings,
    )


def _damaged(archive: Path, why: str) -> StorageError:
    return StorageError(
        f"{archive} is no sound backup of Footnote: {why}. Nothing was restored; use another copy."
    )
