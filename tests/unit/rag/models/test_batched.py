"""Many answers at once, with the bundled weights on this processor: the same code drives a card."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rag.errors import Busy, GeneratorFailed
from rag.message import Message
from rag.models import catalog, chat_generator, chat_model, gguf_chat
from rag.models.batched import BatchedGenerator
from rag.models.generate import LocalGenerator
from rag.models.torch_model import cuda

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),
]  # torch and transformers warn about themselves

TOKENS = 8
QUESTIONS = ("What is the capital of France?", "Name a bird.", "How many days has a week?", "Say hello.")


def chat(question: str) -> list[Message]:
    return [Message(role="user", content=question)]


@pytest.fixture(scope="module")
def folder(models: Path) -> Path:
    return gguf_chat.converted(catalog.BUNDLED_GENERATOR, models)


@pytest.fixture(scope="module")
def whole() -> Iterator[None]:
    """In float32: rounding to bfloat16 may decide otherwise where two tokens are nearly as likely."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chat_model, "bf16", lambda: False)
        yield


@pytest.fixture(scope="module")
def before(folder: Path) -> set[threading.Thread]:
    """The threads that are there without it."""
    return set(threading.enumerate())


@pytest.fixture(scope="module")
def generator(folder: Path, whole: None, before: set[threading.Thread]) -> BatchedGenerator:
    return opened(folder)


@pytest.fixture(scope="module")
def alone(folder: Path, whole: None) -> dict[str, str]:
    """What the same weights write one after the other, without batches."""
    one = LocalGenerator(folder, **OPTIONS)
    return {question: written(one, question) for question in QUESTIONS}


OPTIONS: dict[str, Any] = {"device": "cpu", "context": 512, "tokens": TOKENS, "seconds": 200.0}


def opened(folder: Path, **options: Any) -> BatchedGenerator:
    return BatchedGenerator(folder, **OPTIONS | {"at_once": 4} | options)


def written(generator: BatchedGenerator | LocalGenerator, question: str) -> str:
    """As much as it writes, up to its limit."""
    return "".join(heard(generator.stream(chat(question))))


def heard(pieces: Iterator[str]) -> list[str]:
    said = list[str]()
    with suppress(GeneratorFailed):
        said.extend(pieces)
    return said


def test_chats_at_once_are_written_as_each_of_them_alone(
    generator: BatchedGenerator, alone: dict[str, str]
) -> None:
    with ThreadPoolExecutor(len(QUESTIONS)) as pool:
        together = dict(zip(QUESTIONS, pool.map(lambda q: written(generator, q), QUESTIONS), strict=True))
    assert together == alone
    assert len(set(alone.values())) == len(QUESTIONS)


def test_whoever_leaves_stops_their_own_answer_and_no_other(
    generator: BatchedGenerator, alone: dict[str, str]
) -> None:
    stays, leaves = generator.stream(chat(QUESTIONS[0])), generator.stream(chat(QUESTIONS[1]))
    said = [next(stays)]
    next(leaves)
    leaves.close()
    assert "".join(said + heard(stays)) == alone[QUESTIONS[0]]
    assert generator._post._boxes == {}
    assert written(generator, QUESTIONS[1]) == alone[QUESTIONS[1]]


def test_it_comes_token_by_token(generator: BatchedGenerator) -> None:
    assert len(heard(generator.stream(chat(QUESTIONS[0])))) >= TOKENS // 2


def test_an_answer_that_reaches_its_limit_says_so(generator: BatchedGenerator) -> None:
    with pytest.raises(GeneratorFailed, match="limit of 8 tokens"):
        list(generator.stream(chat(QUESTIONS[1])))


def test_beyond_those_at_once_questions_stand_in_line_and_beyond_the_line_come_again(
    generator: BatchedGenerator,
) -> None:
    places = [generator.ticket() for _ in range(4 + chat_generator.WAITING)]
    assert [next(place.ahead(), 0) for place in places[3:6]] == [0, 1, 2]
    with pytest.raises(Busy):
        generator.ticket()
    for place in places:
        place.leave()


def test_an_answers_time_is_limited(generator: BatchedGenerator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "_seconds", 0.0)
    with pytest.raises(GeneratorFailed, match="took longer"):
        next(generator.stream(chat(QUESTIONS[0])))
    assert generator._post._boxes == {}


def test_a_manager_that_falls_over_is_told_and_begun_again_a_little_later(
    folder: Path, whole: None, alone: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = opened(folder)
    forward = generator._model.forward

    def fail(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(generator._model, "forward", fail)
    with pytest.raises(GeneratorFailed, match=r"ran out of memory|broke off"):
        next(generator.stream(chat(QUESTIONS[0])))
    monkeypatch.setattr(generator._model, "forward", forward)
    while generator._post.open:
        time.sleep(0.01)
    with pytest.raises(GeneratorFailed, match="begun again"):
        next(generator.stream(chat(QUESTIONS[0])))
    generator._post.again = 0.0
    assert written(generator, QUESTIONS[0]) == alone[QUESTIONS[0]]


def test_a_card_that_is_full_in_the_middle_is_told_to_all_who_are_written_for(
    folder: Path, whole: None, alone: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    generator = opened(folder)
    forward, steps = generator._model.forward, iter(range(3))

    def fills(*given: Any, **named: Any) -> Any:
        if next(steps, None) is None:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return forward(*given, **named)

    def complaint(question: str) -> str:
        said = []
        with pytest.raises(GeneratorFailed) as failed:
            said.extend(generator.stream(chat(question)))
        assert alone[question].startswith("".join(said))
        return str(failed.value)

    monkeypatch.setattr(generator._model, "forward", fills)
    with ThreadPoolExecutor(2) as pool:
        told = set(pool.map(complaint, QUESTIONS[:2]))
    assert told <= {"The language model SmolLM2-135M-Instruct ran out of memory."}
    monkeypatch.setattr(generator._model, "forward", forward)
    while generator._post.open:
        time.sleep(0.01)
    generator._post.again = 0.0
    assert generator._slots._line == []
    assert written(generator, QUESTIONS[0]) == alone[QUESTIONS[0]]


def test_nothing_it_started_keeps_the_process_from_ending(
    generator: BatchedGenerator, before: set[threading.Thread]
) -> None:
    assert [thread.name for thread in set(threading.enumerate()) - before if not thread.daemon] == []


@pytest.mark.skipif(not cuda(), reason="no CUDA card: batches were tried on the processor alone")
def test_on_a_card_chats_at_once_are_written_as_each_of_them_alone(folder: Path) -> None:
    generator = opened(folder, device="cuda", at_once=16)
    alone = {question: written(generator, question) for question in QUESTIONS}
    with ThreadPoolExecutor(len(QUESTIONS)) as pool:
        assert (
            dict(zip(QUESTIONS, pool.map(lambda q: written(generator, q), QUESTIONS), strict=True)) == alone
        )
