import json
from pathlib import Path

import pytest

from rag import snapshot

CASES = ["flip", "truncate", "lengthen", "remove", "manifest", "foreign", "no manifest"]


def save(folder: Path, seq: int = 7) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "index").write_bytes(bytes(range(256)) * 10)
    snapshot.save(folder, seq=seq, fingerprint="mine", names=["index"])


def harm(folder: Path, how: str) -> None:
    path = folder / "index"
    data = bytearray(path.read_bytes())
    match how:
        case "flip":
            data[1000] ^= 1
            path.write_bytes(data)
        case "truncate":
            path.write_bytes(data[:-1])
        case "lengthen":
            path.write_bytes(data + b"\0")
        case "remove":
            path.unlink()
        case "manifest":
            (folder / snapshot.MANIFEST).write_bytes(b"{\xff")
        case "foreign":
            (folder / snapshot.MANIFEST).write_text("[1, 2]")
        case "no manifest":
            (folder / snapshot.MANIFEST).unlink()


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save(tmp_path)
    manifest = snapshot.load(tmp_path, "mine")
    assert manifest is not None
    assert (manifest.seq, list(manifest.files)) == (7, ["index"])


def test_a_later_save_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    save(tmp_path)
    save(tmp_path, seq=8)
    manifest = snapshot.load(tmp_path, "mine")
    assert manifest is not None
    assert manifest.seq == 8
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index", snapshot.MANIFEST]


@pytest.mark.parametrize("how", CASES)
def test_what_is_not_as_it_was_saved_is_not_loaded(tmp_path: Path, how: str) -> None:
    save(tmp_path)
    harm(tmp_path, how)
    assert snapshot.load(tmp_path, "mine") is None


def test_what_belongs_to_another_database_or_model_is_not_loaded(tmp_path: Path) -> None:
    save(tmp_path)
    assert snapshot.load(tmp_path, "yours") is None


def test_a_manifest_that_points_out_of_its_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    save(folder)
    manifest = json.loads((folder / snapshot.MANIFEST).read_text())
    (folder / "index").rename(tmp_path / "outside")
    manifest["files"] = {"../outside": manifest["files"]["index"]}
    (folder / snapshot.MANIFEST).write_text(json.dumps(manifest))
    assert snapshot.load(folder, "mine") is None


def test_what_is_set_aside_can_be_looked_at_but_only_the_latest(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    for seq in (1, 2):
        save(folder, seq)
        snapshot.set_aside(folder)
    (aside,) = tmp_path.glob("cache.corrupt-*")
    assert json.loads((aside / snapshot.MANIFEST).read_text())["seq"] == 2
    assert not folder.exists()
    snapshot.set_aside(folder)
    assert aside.exists()
