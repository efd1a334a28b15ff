import errno
import io
import os
from pathlib import Path

import pytest

from ingest import files
from ingest.files import Originals
from rag.errors import NotFound, StorageError, StorageFull, TooLarge

SHA_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    return Originals(tmp_path / "originals", 10)


def keep(originals: Originals, data: bytes) -> str:
    with originals.incoming(io.BytesIO(data)) as incoming:
        originals.keep(incoming)
    return incoming.sha256


def left(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_its_hash(originals: Originals) -> None:
    assert keep(originals, b"abc") == SHA_OF_ABC
    assert originals.path(SHA_OF_ABC).read_bytes() == b"abc"
    assert list(originals.stored()) == [SHA_OF_ABC]


def test_a_file_that_is_not_kept_is_gone_again(originals: Originals, tmp_path: Path) -> None:
    with originals.incoming(io.BytesIO(b"abc")) as incoming:
        assert (incoming.path.read_bytes(), incoming.sha256, incoming.size) == (b"abc", SHA_OF_ABC, 3)
    assert left(tmp_path) == []
    with pytest.raises(NotFound, match="Add the file again"):
        originals.path(SHA_OF_ABC)


def test_the_same_bytes_are_kept_once_and_mended_by_coming_again(
    originals: Originals, tmp_path: Path
) -> None:
    keep(originals, b"abc")
    originals.path(SHA_OF_ABC).write_bytes(b"damaged")
    keep(originals, b"abc")
    assert [path.read_bytes() for path in left(tmp_path)] == [b"abc"]


def test_an_empty_file_is_a_file(originals: Originals) -> None:
    assert originals.path(keep(originals, b"")).read_bytes() == b""


def test_nothing_is_made_before_the_first_file(originals: Originals, tmp_path: Path) -> None:
    assert list(originals.stored()) == originals.abandoned() == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_beyond_the_limit_leaves_nothing(originals: Originals, tmp_path: Path) -> None:
    with pytest.raises(TooLarge), originals.incoming(io.BytesIO(b"x" * 11)):
        pytest.fail("it was taken")
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "error"), [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EIO, StorageError)]
)
def test_a_disk_that_takes_no_more_leaves_nothing(
    originals: Originals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, error: type[Exception]
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(number, os.strerror(number), str(tmp_path))

    monkeypatch.setattr(files.os, "fsync", refuse)
    with pytest.raises(error) as caught, originals.incoming(io.BytesIO(b"abc")):
        pytest.fail("it was taken")
    assert str(tmp_path) not in str(caught.value)
    assert left(tmp_path) == []


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    originals = Originals(tmp_path / "file" / "originals", 10)
    with pytest.raises(StorageError, match="permissions"), originals.incoming(io.BytesIO(b"abc")):
        pytest.fail("it was taken")


def test_bytes_and_folder_are_synced_before_it_counts_as_kept(
    originals: Originals, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    monkeypatch.setattr(
        files.os, "fsync", lambda fd: synced.append(Path(f"/proc/self/fd/{fd}").readlink().name)
    )
    with originals.incoming(io.BytesIO(b"abc")) as incoming:
        assert synced == [incoming.path.name]
        originals.keep(incoming)
    assert synced[1:] == ["ba", "originals"]


def test_only_files_that_nobody_has_written_to_for_long_are_abandoned(originals: Originals) -> None:
    with originals.incoming(io.BytesIO(b"abc")) as incoming:
        assert originals.abandoned() == []
        os.utime(incoming.path, (0, 0))
        assert originals.abandoned() == [incoming.path]
