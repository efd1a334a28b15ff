import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.sources.folder import walk
from rag.errors import RetryableError


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
