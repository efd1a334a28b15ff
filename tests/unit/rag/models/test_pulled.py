"""Models on this machine that came from a hub."""

from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.generator_name import HubName
from rag.models import pulled
from rag.models.pulled import Pulled
from rag.models.weights import sha256

OLD, NEW = "a" * 40, "b" * 40


def put(
    models: Path, name: str = "acme/tiny", revision: str = OLD, *, at: str = "2026-01-01", asked: str = "main"
) -> Pulled:
    folder = pulled.place(models, name, revision)
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights")
    files = {"model.safetensors": (7, sha256(folder / "model.safetensors"))}
    one = Pulled(folder=folder, name=name, revision=revision, asked=asked, licence="MIT", at=at, files=files)
    one.write()
    return one


def found(models: Path, name: str, revision: str = "") -> Pulled:
    return pulled.find(models, HubName(name=name, revision=revision))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    one = put(tmp_path)
    assert pulled.read(one.folder) == one
    assert one.size == 7


def test_a_name_means_its_latest(tmp_path: Path) -> None:
    old, new = put(tmp_path), put(tmp_path, revision=NEW, at="2026-02-01", asked="v2")
    assert pulled.everything(tmp_path) == [new, old]
    assert found(tmp_path, "acme/tiny") == new
    assert found(tmp_path, "acme/tiny", OLD) == found(tmp_path, "acme/tiny", OLD[:12]) == old
    assert found(tmp_path, "acme/tiny", "v2") == new


@pytest.mark.parametrize(
    ("name", "revision"), [("acme/tiny", "c" * 40), ("acme/tiny", "aaa"), ("acme/other", "")]
)
def test_what_is_not_there_names_the_command_that_gets_it(tmp_path: Path, name: str, revision: str) -> None:
    put(tmp_path)
    wanted = HubName(name=name, revision=revision)
    with pytest.raises(ModelError, match=f"footnote models pull {wanted}"):
        pulled.find(tmp_path, wanted)


def test_a_folder_without_a_list_is_none_of_ours(tmp_path: Path) -> None:
    assert pulled.read(tmp_path) is None
    assert pulled.everything(tmp_path / "nowhere") == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 99}', "\x00"])
def test_a_damaged_list_is_said_to_be_so(tmp_path: Path, text: str) -> None:
    one = put(tmp_path)
    (one.folder / pulled.LIST).write_text(text)
    with pytest.raises(ModelError, match="is damaged"):
        pulled.read(one.folder)
    assert pulled.everything(tmp_path) == []


def test_a_model_that_lies_in_anothers_place_is_not_taken_for_it(tmp_path: Path) -> None:
    one = put(tmp_path)
    one.folder.rename(one.folder.with_name(NEW))
    assert pulled.everything(tmp_path) == []


@pytest.mark.parametrize("content", [None, b"weight", b"weighty", b"WEIGHTS"])
def test_a_file_that_is_not_the_one_pulled_is_noticed(tmp_path: Path, content: bytes | None) -> None:
    one = put(tmp_path)
    pulled.check(one)
    file = one.folder / "model.safetensors"
    file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.safetensors in .* is missing or damaged"):
        pulled.check(one)
