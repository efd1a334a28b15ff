"""Models that fail, each at another place: it is told, the place is free again, and the next question is written."""

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import transformers

from rag.errors import GeneratorFailed, ModelError
from rag.message import Message
from rag.models import catalog, generate, gguf_chat, weights
from rag.models.generate import LocalGenerator
from tests.tiny_chat import write_model

pytestmark = pytest.mark.filterwarnings("ignore")  # torch and transformers warn about themselves

PATIENCE = 30.0
ASKED = [Message(role="system", content="Be brief."), Message(role="user", content="How long?")]
FULL = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models") / "tiny"
    write_model(made, positions=512)
    return made


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "tiny"))


def opened(folder: Path, **options: Any) -> LocalGenerator:
    return LocalGenerator(
        folder, **{"device": "cpu", "context": 512, "tokens": 20, "seconds": PATIENCE} | options
    )


@pytest.fixture(scope="module")
def generator(folder: Path) -> LocalGenerator:
    return opened(folder)


def writes(generator: LocalGenerator) -> bool:
    """Whether it writes up to its limit."""
    with pytest.raises(GeneratorFailed, match="limit of 20 tokens"):
        list(generator.stream(ASKED))
    return generator._slots._line == []


def then(forward: Callable[..., Any], steps: int, act: Callable[[], Any]) -> Callable[..., Any]:
    """As the model, until something happens behind so many tokens."""
    left = iter(range(steps))

    def step(*given: Any, **named: Any) -> Any:
        if next(left, None) is None:
            act()
        return forward(*given, **named)

    return step


def fails(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "complaint"),
    [
        (FULL, "ran out of memory"),
        (MemoryError(), "ran out of memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "ran out of memory"),
        (RuntimeError("CUDA error: device-side assert triggered"), r"broke off \(RuntimeError\)"),
    ],
    ids=["card", "python", "processor", "assertion"],
)
def test_what_was_written_before_it_failed_has_come_and_the_next_question_is_written(
    generator: LocalGenerator, monkeypatch: pytest.MonkeyPatch, error: Exception, complaint: str
) -> None:
    said = []
    with monkeypatch.context() as broken:
        broken.setattr(generator._model, "forward", then(generator._model.forward, 12, fails(error)))
        with pytest.raises(GeneratorFailed, match=complaint):
            said.extend(generator.stream(ASKED))
    assert "".join(said)
    assert writes(generator)


def test_one_that_hangs_in_the_middle_is_given_up_and_writes_again_once_it_moves(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generate, "GRACE", 0.1)
    generator, moves = opened(folder), threading.Event()
    generator._seconds = 1.0
    with monkeypatch.context() as broken:
        hangs = then(generator._model.forward, 12, lambda: moves.wait(PATIENCE))
        broken.setattr(generator._model, "forward", hangs)
        with pytest.raises(GeneratorFailed, match="took longer than 1 seconds"):
            list(generator.stream(ASKED))
        with pytest.raises(GeneratorFailed, match=r"took longer|broke off"):
            list(generator.stream(ASKED))
        assert generator._slots._line == []
        moves.set()
    generator._seconds = PATIENCE
    assert writes(generator)


def test_letters_that_cannot_be_put_together_are_told(
    generator: LocalGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(generator, "_written", lambda *_: fails(ValueError("Invalid prefix encountered"))())
        with pytest.raises(GeneratorFailed, match=r"broke off \(ValueError\)"):
            list(generator.stream(ASKED))
    assert writes(generator)


def test_a_question_that_is_too_long_for_the_model_is_not_read(generator: LocalGenerator) -> None:
    with pytest.raises(GeneratorFailed, match="can be shown 492 tokens, too few for this question"):
        list(generator.stream([Message(role="user", content="word " * 600)]))
    assert writes(generator)


def test_another_models_tokenizer_is_noticed_before_anything_is_read(copied: Path) -> None:
    config = json.loads((copied / "config.json").read_bytes())
    config["vocab_size"] = 400
    small = transformers.LlamaForCausalLM(transformers.LlamaConfig(**config))
    small.save_pretrained(copied)
    with pytest.raises(ModelError, match="tokenizer of tiny is another model's"):
        opened(copied)


def test_a_template_that_takes_nothing_is_noticed_when_it_is_loaded(copied: Path) -> None:
    told = json.loads((copied / "tokenizer_config.json").read_bytes())
    told["chat_template"] = "{{ raise_exception('Not like this') }}"
    (copied / "tokenizer_config.json").write_text(json.dumps(told))
    with pytest.raises(ModelError, match="chat template of tiny does not take this: Not like this"):
        opened(copied)


def test_a_template_that_fails_at_some_questions_alone_loses_none_of_the_others(copied: Path) -> None:
    told = json.loads((copied / "tokenizer_config.json").read_bytes())
    refuses = "{% if messages | length > 2 %}{{ raise_exception('Too many') }}{% endif %}"
    told["chat_template"] = refuses + told["chat_template"]
    (copied / "tokenizer_config.json").write_text(json.dumps(told))
    generator = opened(copied)
    with pytest.raises(GeneratorFailed, match="does not take this: Too many"):
        list(generator.stream([*ASKED, Message(role="assistant", content="So."), *ASKED[1:]]))
    assert writes(generator)


def _cut(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])


def _garbled(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{")


def _pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def _of_its_own_kind(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "mine", "auto_map": {"AutoConfig": "mine.Config"}}')
    (folder / "mine.py").write_text("raise SystemExit('code of the folder was run')")


@pytest.mark.parametrize("breaks", [_cut, _garbled, _pickled, _of_its_own_kind])
def test_a_folder_that_is_damaged_or_wants_more_than_reading_is_named(
    copied: Path, breaks: Callable[[Path], None]
) -> None:
    breaks(copied)
    with pytest.raises(ModelError, match=f"{copied} cannot be loaded"):
        opened(copied)


def test_no_room_for_a_model_is_told_when_it_is_loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(transformers.AutoModelForCausalLM, "from_pretrained", lambda *_, **__: fails(FULL)())
        with pytest.raises(ModelError, match="cannot be loaded: CUDA out of memory"):
            opened(folder)
    monkeypatch.setattr(LocalGenerator, "_write", lambda *_: fails(FULL)())
    with pytest.raises(ModelError, match="cannot be used: The language model tiny ran out of memory"):
        opened(folder)


def test_a_model_that_would_lie_beside_the_cards_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spread = SimpleNamespace(hf_device_map={"model.layers.0": 0, "lm_head": "disk"})
    monkeypatch.setattr("rag.models.chat_model.on_cuda", lambda _: True)
    monkeypatch.setattr(transformers.AutoModelForCausalLM, "from_pretrained", lambda *_, **__: spread)
    with pytest.raises(ModelError, match="has no room on the cards"):
        opened(folder)


@pytest.fixture(scope="module")
def of_gguf(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A folder of weights in a GGUF file, with the tokenizer of its makers."""
    spec, made = catalog.BUNDLED_GENERATOR, tmp_path_factory.mktemp("gguf")
    (made / "model-f16.gguf").symlink_to(weights.installed(spec) / spec.file)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(gguf_chat.converted(spec, models) / name, made)
    return made


@pytest.mark.slow
def test_weights_in_a_gguf_file_write_what_they_write_as_safetensors(of_gguf: Path, models: Path) -> None:
    def said(folder: Path) -> str:
        pieces = opened(folder, tokens=40).stream([Message(role="user", content="Name a capital.")])
        return "".join(pieces)

    assert said(of_gguf) == said(gguf_chat.converted(catalog.BUNDLED_GENERATOR, models)) != ""


def test_weights_in_a_gguf_file_alone_are_too_little(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    with pytest.raises(ModelError, match=r"tokenizer_config\.json of its makers"):
        opened(tmp_path)
