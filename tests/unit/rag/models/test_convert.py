import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelError
from rag.models import convert
from rag.models.catalog import EmbedderSpec
from rag.models.openvino_model import OpenVinoModel


class FakeConverter:
    """Copies what was really converted before, and counts how often."""

    def __init__(self, converted: Path) -> None:
        self.converted = converted
        self.runs = 0

    def __call__(self, spec: EmbedderSpec, source: Path, stage: Path) -> None:
        self.runs += 1
        for name in ("model.xml", "model.bin"):
            shutil.copyfile(self.converted / name, stage / name)


@pytest.fixture
def converter(converted: Path, monkeypatch: pytest.MonkeyPatch) -> FakeConverter:
    fake = FakeConverter(converted)
    monkeypatch.setattr(convert, "_run", fake)
    return fake


def test_a_model_is_converted_once(spec: EmbedderSpec, tmp_path: Path, converter: FakeConverter) -> None:
    first = convert.converted(spec, tmp_path / "models")
    assert convert.converted(spec, tmp_path / "models") == first
    assert converter.runs == 1
    assert sorted(p.name for p in first.iterdir()) == sorted([*convert.FILES, convert.MANIFEST])


def test_those_who_ask_at_once_share_one_conversion(
    spec: EmbedderSpec, tmp_path: Path, converter: FakeConverter
) -> None:
    with ThreadPoolExecutor(4) as threads:
        folders = list(threads.map(lambda _: convert.converted(spec, tmp_path), range(4)))
    assert converter.runs == 1
    assert len(set(folders)) == 1


@pytest.mark.parametrize("name", [*convert.FILES, convert.MANIFEST])
def test_a_damaged_conversion_is_made_again(
    spec: EmbedderSpec, tmp_path: Path, converter: FakeConverter, name: str
) -> None:
    target = convert.converted(spec, tmp_path)
    with (target / name).open("r+b") as file:
        file.seek(100)
        byte = file.read(1)[0]
        file.seek(100)
        file.write(bytes([byte ^ 1]))
    assert not convert.intact(spec, target)
    assert convert.intact(spec, convert.converted(spec, tmp_path))
    assert converter.runs == 2


def test_a_conversion_with_a_file_gone_is_made_again(
    spec: EmbedderSpec, tmp_path: Path, converter: FakeConverter
) -> None:
    (convert.converted(spec, tmp_path) / "model.bin").unlink()
    assert convert.intact(spec, convert.converted(spec, tmp_path))


def test_what_an_interrupted_conversion_left_is_not_used(
    spec: EmbedderSpec, tmp_path: Path, converter: FakeConverter
) -> None:
    left = tmp_path / (spec.fingerprint.replace(":", "-") + ".new")
    left.mkdir()
    (left / "half").write_text("a half-written file")
    assert not (convert.converted(spec, tmp_path) / "half").exists()
    assert not left.exists()


def test_an_older_format_is_converted_again(
    spec: EmbedderSpec, tmp_path: Path, converter: FakeConverter, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = convert.converted(spec, tmp_path)
    monkeypatch.setattr(convert, "FORMAT", convert.FORMAT + 1)
    assert not convert.intact(spec, target)


def test_a_conversion_that_fails_says_where_its_reason_is(
    spec: EmbedderSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(convert.sys, "executable", "/bin/false")
    with pytest.raises(ModelError, match=r"could not be converted .*exit code 1.*convert\.log") as failure:
        convert.converted(spec, tmp_path)
    assert str(tmp_path) not in str(failure.value)
    assert (tmp_path / "convert.log").exists()


def test_a_folder_that_cannot_be_written_is_reported(spec: EmbedderSpec, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match=r"models folder .* cannot be written \(Not a directory\)"):
        convert.converted(spec, tmp_path / "file" / "models")


@pytest.mark.slow
def test_the_real_conversion_connects_to_nothing_and_writes_nothing_elsewhere(
    spec: EmbedderSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, guard = tmp_path / "home", tmp_path / "guard"
    home.mkdir()
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(
        "import socket\ndef refuse(*_): raise SystemExit('wants to connect')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PYTHONPATH", str(guard))
    target = convert.converted(spec, tmp_path / "models")
    assert convert.intact(spec, target)
    assert not list(home.glob("intel*"))
    model = OpenVinoModel(target / "model.xml")
    ids = np.array([[101, 2000, 102]])
    assert model.infer(ids, np.ones_like(ids)).shape == (1, spec.dimension)
