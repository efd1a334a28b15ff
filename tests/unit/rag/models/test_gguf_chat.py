"""The bundled chat model: its tokenizer cuts as the original does, and its weights write sense."""

from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.message import Message
from rag.models import catalog, gguf_chat, weights
from rag.models.generate import LocalGenerator

pytestmark = pytest.mark.filterwarnings("ignore")  # torch and transformers warn about themselves

SPEC = catalog.BUNDLED_GENERATOR
# What the makers' tokenizer gives for the beginning of every chat without a system message.
GREETING = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
IDS = [2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519, 28, 7018, 411, 407, 19712, 8182]


@pytest.fixture(scope="module")
def bundled(models: Path) -> LocalGenerator:
    folder = gguf_chat.converted(SPEC, models)
    return LocalGenerator(folder, device="cpu", context=4096, tokens=60, seconds=120.0)


@pytest.mark.slow
def test_a_chat_has_the_ids_of_the_original(bundled: LocalGenerator) -> None:
    ids = bundled.encode([Message(role="user", content="Hello")])
    assert ids == [1, 9690, 198, *IDS, 2, 198, 1, 4093, 198, 19556, 2, 198, 1, 520, 9531, 198]


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["1,200 pumps in 2024", "  two\n\n\tblanks ", "Überstunden 加班 🙂", "don't", ""]
)
def test_any_text_comes_back_from_its_ids(bundled: LocalGenerator, text: str) -> None:
    ids = bundled._material.encode(text, add_special_tokens=False).ids
    assert bundled._template.decode(ids) == text


@pytest.mark.slow
def test_digits_are_tokens_of_their_own(bundled: LocalGenerator) -> None:
    assert bundled.count(["2024", " 2024"]) == [4, 5]


@pytest.mark.slow
def test_its_weights_write_sense(bundled: LocalGenerator) -> None:
    said = "".join(bundled.stream([Message(role="user", content="What is the capital of France? One word.")]))
    assert "Paris" in said


def test_what_was_converted_is_not_converted_again(bundled: LocalGenerator, models: Path) -> None:
    done = (models / SPEC.name / gguf_chat.DONE).stat().st_mtime_ns
    gguf_chat.converted(SPEC, models)
    assert (models / SPEC.name / gguf_chat.DONE).stat().st_mtime_ns == done


def test_a_damaged_file_is_not_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / SPEC.file).write_bytes(b"GGUF")
    monkeypatch.setattr(weights, "installed", lambda spec: tmp_path)
    with pytest.raises(ModelError, match="damaged or another version"):
        gguf_chat.converted(SPEC, tmp_path / "models")
