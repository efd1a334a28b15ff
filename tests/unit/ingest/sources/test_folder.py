import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.sources.folder import Folder, walk
from ingest.sources.item import Unchanged
from rag.errors import NotFound, RetryableError
from rag.places import Mark


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    for name in ("b.txt", "a.txt", "sub/c.txt", "sub/.hidden", ".git/config", ".secret"):
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return made


def sources(path: Path) -> list[str]:
    return [found.source for found in walk(path)]


def test_a_file_comes_out_under_its_name(folder: Path) -> None:
    (found,) = walk(folder / "sub" / "c.txt")
    assert (found.source, found.origin) == ("c.txt", str(folder / "sub" / "c.txt"))


def test_a_folder_gives_all_below_it_in_order_without_what_is_hidden(folder: Path) -> None:
    assert sources(folder) == ["a.txt", "b.txt", "sub/c.txt"]


def test_a_hidden_file_that_is_named_is_taken(folder: Path) -> None:
    assert sources(folder / ".secret") == [".secret"]


def test_links_and_what_is_no_file_are_passed_over(folder: Path) -> None:
    (folder / "link.txt").symlink_to(folder / "a.txt")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.txt")
    assert sources(folder) == ["a.txt", "b.txt", "sub/c.txt"]


def test_a_path_that_is_not_there_fails_when_it_is_opened(folder: Path) -> None:
    (found,) = walk(folder / "nowhere")
    with pytest.raises(FileNotFoundError), found.open():
        pytest.fail("it was opened")


def test_a_folder_that_may_not_be_looked_into_is_not_passed_over_in_silence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refuse(path: str) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert sources(folder) == ["a.txt", "b.txt", "sub"]


def refusing(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Nobody can tell what the paths of these names are."""
    stat = Path.stat

    def refuse(path: Path, **options: bool) -> os.stat_result:
        if path.name in names:
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refuse)


def test_a_file_that_may_not_be_looked_at_is_not_passed_over_in_silence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, "b.txt")
    assert sources(folder) == ["a.txt", "b.txt", "sub/c.txt"]


def seen(folder: Folder, known: dict[str, Mark]) -> dict[str, bool]:
    """What a look gives: by name, whether it is unchanged."""
    return {each.source: isinstance(each, Unchanged) for each in folder.look(known)}


def marks(path: Path) -> dict[str, Mark]:
    return {found.origin: found.mark for found in walk(path)}


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as changed long ago."""
    monkeypatch.setattr("ingest.sources.folder.TICK", 0)


@pytest.mark.usefixtures("settled")
def test_what_is_as_it_was_is_unchanged_and_what_is_not_is_a_file(folder: Path) -> None:
    for name in ("a.txt", "b.txt", "sub/c.txt"):
        os.utime(folder / name, (1, 1))
    known = marks(folder)
    os.utime(folder / "a.txt", (2, 2))
    (folder / "b.txt").write_text("longer than before")
    os.utime(folder / "b.txt", (1, 1))
    assert seen(Folder(folder), known) == {"a.txt": False, "b.txt": False, "sub/c.txt": True}


@pytest.mark.usefixtures("settled")
def test_a_change_is_seen_although_size_and_time_of_change_are_as_they_were(folder: Path) -> None:
    os.utime(folder / "a.txt", (1, 1))
    known = marks(folder)
    (folder / "a.txt").write_text("A.TXT")
    os.utime(folder / "a.txt", (1, 1))
    assert not seen(Folder(folder), known)["a.txt"]


def test_a_file_that_changed_a_moment_ago_is_never_taken_for_unchanged(folder: Path) -> None:
    (folder / "a.txt").write_text("now")
    assert not seen(Folder(folder), marks(folder))["a.txt"]


def test_only_what_the_patterns_take_is_seen(folder: Path) -> None:
    assert list(seen(Folder(folder, include=["*.txt"], exclude=["sub/*"]), {})) == ["a.txt", "b.txt"]
    assert list(seen(Folder(folder, include=["sub/*"]), {})) == ["sub/c.txt"]


def test_nobody_knows_what_is_gone_from_a_folder_that_stays_shut(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refuse(path: str) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    looked = Folder(folder)
    assert seen(looked, {}) == {"a.txt": False, "b.txt": False, "sub": False}
    assert not looked.gone(str(folder / "sub" / "c.txt"))
    assert looked.gone(str(folder / "subtle.txt"))


@pytest.mark.parametrize("how", ["missing", "unknown"])
def test_a_folder_that_is_not_there_shows_nothing_of_what_was_known_and_else_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "unknown":
        (tmp_path / "mount").mkdir()
        refusing(monkeypatch, "mount")
    looked = Folder(tmp_path / "mount")
    assert seen(looked, {str(tmp_path / "mount" / "a.txt"): Mark(size=1)}) == {}
    with pytest.raises(NotFound, match="is mounted"):
        seen(looked, {})


def test_the_origin_is_the_same_by_whatever_way_it_was_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    ways = (Path("a.txt"), Path("./sub/../a.txt"), folder / "a.txt")
    assert {found.origin for way in ways for found in walk(way)} == {str(folder / "a.txt")}
    assert [f.origin for f in walk(Path()) if f.source == "a.txt"] == [str(folder / "a.txt")]


def test_names_that_are_no_text_are_told_apart(tmp_path: Path) -> None:
    for name in (b"\xff", b"\xfe", "é".encode()):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("")
    assert sorted(sources(tmp_path)) == ["\\xfe", "\\xff", "é"]
    for found in walk(tmp_path):
        found.origin.encode()


def read(path: Path, *, meanwhile: bytes = b"") -> bytes:
    (found,) = walk(path)
    with found.open() as file:
        data = file.read(4)
        if meanwhile:
            path.write_bytes(meanwhile)
        while block := file.read(4):
            data += block
    return data


def test_a_file_that_stays_as_it_is_is_read_whole(folder: Path) -> None:
    assert read(folder / "sub" / "c.txt") == b"sub/c.txt"


@pytest.mark.parametrize("meanwhile", [b"longer than it was", b"x", b"SUB/C.TXT"])
def test_a_file_that_changes_while_it_is_read_is_refused(folder: Path, meanwhile: bytes) -> None:
    os.utime(folder / "sub" / "c.txt", (0, 0))
    with pytest.raises(RetryableError, match="being changed while it was read"):
        read(folder / "sub" / "c.txt", meanwhile=meanwhile)


def test_a_file_that_is_replaced_while_it_is_read_is_read_as_it_was(folder: Path) -> None:
    (found,) = walk(folder / "a.txt")
    with found.open() as file:
        (folder / "b.txt").replace(folder / "a.txt")
        assert file.read(100) == b"a.txt"
        assert file.read(100) == b""
