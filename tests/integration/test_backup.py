"""A home in one file, and out of it again: whole, checked, and never over another one."""

import io
import json
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from ingest import backup as backing
from ingest.backup import Backup
from ingest.restore import restore
from ingest.stock import stock
from rag.errors import (
    AlreadyRunning,
    NotFound,
    Refused,
    RetryableError,
    StorageError,
    StorageFull,
    UsageError,
)
from tests.factories import Home, opened

TEXT = "the heron stands in the reeds"


def saver(home: Home, settings: Path | None = None) -> Backup:
    home.folder.mkdir(parents=True, exist_ok=True)
    return Backup(
        database=home.database,
        originals=home.originals,
        home=home.folder,
        settings=settings or home.folder / "none.toml",
        clock=home.clock,
    )


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as archive:
        return {each.name: archive.extractfile(each).read() for each in archive}  # type: ignore[union-attr]


def written(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


@pytest.fixture
def filled(home: Home) -> Home:
    home.upload(TEXT)
    home.upload("the kingfisher dives", name="b.txt")
    return home


def database_of(home: Home, folder: Path) -> Path | None:
    return folder / "footnote.db" if home.database.is_sqlite else None


def test_what_was_saved_comes_back_and_answers(filled: Home, tmp_path: Path) -> None:
    saved = saver(filled).write(tmp_path / "b.tar")
    assert (saved.documents, saved.originals, saved.failed) == (2, 2, ())
    assert saved.size == (tmp_path / "b.tar").stat().st_size
    assert saved.database is filled.database.is_sqlite
    assert stat.S_IMODE((tmp_path / "b.tar").stat().st_mode) == 0o600, "it holds every document"
    there = tmp_path / "there"
    restored = restore(tmp_path / "b.tar", there, database_of(filled, there))
    assert (restored.originals, restored.failed) == (2, ())
    url = f"sqlite:///{there / 'footnote.db'}" if filled.database.is_sqlite else filled.database.url
    with opened(url, there) as again:
        assert again.problems() == []
        assert again.found("heron")[0] == TEXT
    assert not list(there.glob(".restoring-*"))


def test_a_backup_is_of_one_moment_however_much_is_written_meanwhile(filled: Home, tmp_path: Path) -> None:
    if not filled.database.is_sqlite:
        pytest.skip("PostgreSQL is saved by pg_dump")
    late: list[str] = []

    def write_meanwhile(done: int, total: int) -> None:
        late.append(filled.upload(f"an otter came {done}", name=f"late {done}.txt"))

    saved = saver(filled).write(tmp_path / "b.tar", write_meanwhile)
    assert (saved.documents, len(late)) == (2, 2)
    there = tmp_path / "there"
    restore(tmp_path / "b.tar", there, there / "footnote.db")
    with opened(f"sqlite:///{there / 'footnote.db'}", there) as again:
        assert again.problems() == []
        assert len(again.store.documents()) == 2


def test_a_document_deleted_while_it_is_saved_is_left_out_whole(filled: Home, tmp_path: Path) -> None:
    gone: list[str] = []

    def delete_meanwhile(done: int, total: int) -> None:
        if not gone:
            for each in filled.store.documents():
                gone.append(each.id)
                filled.intake.delete(each.id)

    saved = saver(filled).write(tmp_path / "b.tar", delete_meanwhile)
    assert (saved.documents, saved.originals, saved.failed) == (0, 0, ())


def test_where_documents_are_deleted_without_end_no_backup_is_made(
    filled: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again(self: Backup, sha256: str) -> None:
        raise backing._Gone

    monkeypatch.setattr(Backup, "_must_be_gone", again)
    for each in filled.store.documents():
        filled.originals.path(each.sha256).unlink()
    with pytest.raises(RetryableError, match="No backup was made"):
        saver(filled).write(tmp_path / "b.tar")
    assert list(tmp_path.glob("*.tar*")) == []
    for each, text in zip(filled.store.documents(), (TEXT, "the kingfisher dives"), strict=True):
        path = filled.folder / "originals" / each.sha256[:2] / each.sha256
        path.write_text(text)


@pytest.mark.parametrize(
    ("harm", "reason"),
    [(lambda path: path.unlink(), "missing"), (lambda path: path.write_bytes(b"other"), "damaged")],
)
def test_an_original_that_is_not_as_it_came_is_named_and_all_else_saved(
    database_url: str, tmp_path: Path, harm: Callable[[Path], object], reason: str
) -> None:
    with opened(database_url, tmp_path / "home") as home:
        home.upload(TEXT)
        home.upload("the kingfisher dives", name="b.txt")
        harm(home.originals.path(next(d.sha256 for d in home.store.documents() if d.source == "a.txt")))
        saved = saver(home).write(tmp_path / "b.tar")
        assert saved.failed == (("a.txt", f"its original is {reason}"),)
        latest = saver(home).latest()
        assert latest is not None
        assert latest["failed"] == 1
        there = tmp_path / "there"
        assert restore(tmp_path / "b.tar", there, database_of(home, there)).failed == saved.failed


def test_settings_are_saved_but_for_what_is_secret(filled: Home, tmp_path: Path) -> None:
    settings = tmp_path / "footnote.toml"
    settings.write_text(
        'voice = "Be\\nbrief"\nport = 8123\nhold_instructions = false\ngenerator_key = """\nhunter2"""\n'
        'database_url = "postgresql+psycopg://me:hunter2@db/x"\n'
    )
    saver(filled, settings).write(tmp_path / "b.tar")
    assert b"hunter2" not in members(tmp_path / "b.tar")["footnote.toml"]
    assert members(tmp_path / "b.tar")["footnote.toml"].decode() == (
        'voice = "Be\\nbrief"\nport = 8123\nhold_instructions = false\n'
    )
    there = tmp_path / "there"
    assert restore(tmp_path / "b.tar", there, database_of(filled, there)).settings == there / "footnote.toml"


def test_a_file_that_is_there_is_never_replaced(filled: Home, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("mine")
    with pytest.raises(UsageError, match="already"):
        saver(filled).write(tmp_path / "b.tar")
    assert (tmp_path / "b.tar").read_text() == "mine"


def test_two_backups_do_not_run_beside_each_other(filled: Home, tmp_path: Path) -> None:
    with filled.database.turn("the backup"), pytest.raises(AlreadyRunning):
        saver(filled).write(tmp_path / "b.tar")


def test_where_there_is_no_room_nothing_is_left_behind(
    filled: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backing.os, "fsync", full)
    (tmp_path / "out").mkdir()
    with pytest.raises(StorageFull, match="No backup was made"):
        saver(filled).write(tmp_path / "out" / "b.tar")
    assert list((tmp_path / "out").iterdir()) == []
    assert saver(filled).latest() is None


def test_when_and_where_the_latest_backup_was_made_is_remembered(filled: Home, tmp_path: Path) -> None:
    assert saver(filled).latest() is None
    saver(filled).write(tmp_path / "b.tar")
    latest = saver(filled).latest()
    assert latest is not None
    assert latest["at"] == filled.clock.now()
    assert latest["file"] == str(tmp_path / "b.tar")


@pytest.mark.parametrize("taken", ["footnote.db", "originals"])
def test_a_home_that_is_there_is_left_alone(filled: Home, tmp_path: Path, taken: str) -> None:
    saver(filled).write(tmp_path / "b.tar")
    there = tmp_path / "there"
    there.mkdir()
    (there / taken).write_text("mine")
    if taken == "footnote.db" and not filled.database.is_sqlite:
        pytest.skip("PostgreSQL's database is not in the home")
    with pytest.raises(Refused, match="left alone"):
        restore(tmp_path / "b.tar", there, database_of(filled, there))
    assert [path.name for path in there.iterdir()] == [taken]


def changed(change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Callable[[Path], object]:
    """The archive with other files in it."""
    return lambda path: written(path, change(members(path)))


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"manifest.json") + 700])  # in the list of contents


def spoilt(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(TEXT.encode(), TEXT.upper().encode()))


def without(beginning: str) -> Callable[[Path], object]:
    return changed(lambda files: {n: d for n, d in files.items() if not n.startswith(beginning)})


HARMS: dict[str, Callable[[Path], object]] = {
    "cut": cut,
    "other bytes": spoilt,
    "originals missing": without("originals/"),
    "one too many": changed(lambda files: files | {f"originals/ff/{'f' * 64}": b"x"}),
    "outside": changed(lambda files: {"../evil": b"x"} | files),
    "absolute": changed(lambda files: {"/tmp/evil": b"x"} | files),
    "no list": without("manifest.json"),
    "a list of nonsense": changed(lambda files: files | {"manifest.json": b'{"format": 1, "files": [1]}'}),
    "no archive": lambda path: path.write_bytes(b"hello"),
    "empty": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_backup_restores_nothing(filled: Home, tmp_path: Path, harm: str) -> None:
    saver(filled).write(tmp_path / "b.tar")
    HARMS[harm](tmp_path / "b.tar")
    there = tmp_path / "there"
    with pytest.raises(StorageError, match="Nothing was restored"):
        restore(tmp_path / "b.tar", there, database_of(filled, there))
    assert list(there.iterdir()) == []
    assert not (tmp_path / "evil").exists()


def test_links_in_an_archive_are_not_followed(filled: Home, tmp_path: Path) -> None:
    path = tmp_path / "b.tar"
    with tarfile.open(path, "w") as archive:
        link = tarfile.TarInfo("footnote.db")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(StorageError, match="is not of a backup"):
        restore(path, tmp_path / "there", tmp_path / "there" / "footnote.db")


def test_a_backup_of_another_kind_of_database_or_version_is_told_from_ours(
    filled: Home, tmp_path: Path
) -> None:
    saver(filled).write(tmp_path / "b.tar")
    there = tmp_path / "there"
    other = None if filled.database.is_sqlite else there / "footnote.db"
    with pytest.raises(UsageError, match="FOOTNOTE_DATABASE_URL"):
        restore(tmp_path / "b.tar", there, other)
    files = members(tmp_path / "b.tar")
    told = json.loads(files["manifest.json"]) | {"format": 99}
    written(tmp_path / "c.tar", files | {"manifest.json": json.dumps(told).encode()})
    with pytest.raises(UsageError, match="another version"):
        restore(tmp_path / "c.tar", there, database_of(filled, there))
    with pytest.raises(NotFound):
        restore(tmp_path / "none.tar", there, database_of(filled, there))


def test_the_stock_of_a_home_is_counted(filled: Home) -> None:
    filled.caches.catch_up()
    found = stock(filled.database, filled.folder, filled.folder / "caches")
    assert found.kind == make_url(filled.database.url).get_backend_name()
    assert (found.documents, found.pages, found.chunks, found.originals) == (2, 2, 2, 2)
    assert found.original_bytes == len(TEXT) + len("the kingfisher dives")
    assert found.database_bytes > 4096
    assert found.queue == {}
    assert found.change == filled.caches.vectors.seq
    assert found.cache_bytes > 0
    assert 0 < found.free_bytes <= found.disk_bytes


def test_what_waits_is_in_the_stock(home: Home) -> None:
    home.receive("one")
    assert stock(home.database, home.folder, home.folder / "caches").queue == {"waiting": 1}
    home.work()
