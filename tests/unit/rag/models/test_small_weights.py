"""Weights of 8 and 4 bits, by a package that need not be there: the bundled model still knows a capital."""

from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from rag.errors import GeneratorFailed
from rag.message import Message
from rag.models import catalog, gguf_chat
from rag.models.batched import BatchedGenerator
from rag.models.generate import LocalGenerator
from rag.settings import load
from web.wired_generator import open_generator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # torch and transformers warn about themselves
    pytest.mark.skipif(find_spec("bitsandbytes") is None, reason="the package bitsandbytes is not installed"),
]

ASKED = [Message(role="user", content="What is the capital of France?")]
WHOLE = 2 * 134_515_008  # bytes of its weights in bfloat16


@pytest.mark.parametrize(("bits", "share"), [(8, 0.7), (4, 0.5)])  # what stands for words stays whole
def test_a_model_in_few_bits_takes_less_room_and_says_the_same_without_a_word_of_warning(
    models: Path, capfd: pytest.CaptureFixture[str], bits: int, share: float
) -> None:
    settings = load(generator="bundled", generator_bits=bits, models=models, device="cpu")
    generator = open_generator(settings)
    assert isinstance(generator, LocalGenerator)
    assert generator.memory < WHOLE * share
    assert "Paris" in "".join(generator.stream(ASKED))
    assert capfd.readouterr().err == ""


def test_chats_at_once_are_written_in_few_bits_too(models: Path) -> None:
    folder = gguf_chat.converted(catalog.BUNDLED_GENERATOR, models)
    generator = BatchedGenerator(
        folder, device="cpu", context=512, tokens=40, seconds=200.0, bits=4, at_once=2
    )
    said = list[str]()
    with suppress(GeneratorFailed):  # it may go on to its limit
        said.extend(generator.stream(ASKED))
    assert "Paris" in "".join(said)
