"""A model's server in a process of its own, with real weights: asked, killed, stopped and revived."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from rag.answer import BROKE_OFF, IN_QUOTES
from rag.events import AnswerDone, AnswerEvent, Drafted
from rag.models import catalog, gguf_chat
from rag.models.remote import RemoteGenerator
from rag.types import Answer, Outcome, Question
from tests.factories import Home, opened
from tests.reliability.processes import kill

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),  # it starts twice, and is waited for in vain once
    pytest.mark.filterwarnings("ignore"),
]  # torch and transformers warn about themselves

PATIENCE = 250  # seconds until it serves, on a busy machine
SERVE = str(Path(sys.executable).with_name("transformers"))
TEXT = "The heron is grey and stands in the reeds. The white stork nests on the roof of the town hall."
ASKED = Question(text="Where does the white stork nest?")


class Process:
    """`transformers serve` over the bundled weights, always at one address."""

    def __init__(self, folder: Path, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.folder = folder
        self.log = log
        self.start()

    def start(self) -> None:
        """Begin, and wait until it answers."""
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--device", "cpu"]
        quiet = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [SERVE, "serve", str(self.folder), *options], stdout=log, stderr=log, env=quiet
            )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.running.poll() is None:
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{self.port}/health", trust_env=False).is_success:
                    return
            time.sleep(0.2)
        kill(self.running)
        raise AssertionError(self.log.read_text()[-2000:])

    def signal(self, number: int) -> None:
        self.running.send_signal(number)


@pytest.fixture(scope="module")
def server(own_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    whole = gguf_chat.converted(catalog.BUNDLED_GENERATOR, Path(os.environ["FOOTNOTE_MODELS"]))
    process = Process(whole, tmp_path_factory.mktemp("server") / "log")
    yield process
    kill(process.running)


@pytest.fixture
def generator(server: Process) -> RemoteGenerator:
    return RemoteGenerator(
        [f"http://127.0.0.1:{server.port}/v1"],
        model=str(server.folder),
        room=1000,
        tokens=40,
        seconds=200.0,
    )


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Home]:
    with opened(f"sqlite:///{tmp_path / 'footnote.db'}", tmp_path) as home:
        home.upload(TEXT, "birds.txt")
        yield home


def writing(home: Home, generator: RemoteGenerator) -> Iterator[AnswerEvent]:
    """An answer, from its first written word on."""
    events = home.answerer(0.0, generator=generator).stream(ASKED)
    assert any(isinstance(event, Drafted) and event.text for event in events)
    return events


def done(events: Iterator[AnswerEvent]) -> Answer:
    *_, last = events
    assert isinstance(last, AnswerDone)
    assert last.answer.outcome is Outcome.ANSWERED
    return last.answer


def writes_again(home: Home, generator: RemoteGenerator) -> bool:
    """Whether it does before long; at first it may still be at what nobody waits for any more."""
    answerer = home.answerer(0.0, generator=generator)
    return any(isinstance(event, Drafted) for _ in range(6) for event in answerer.stream(ASKED))


def told(answer: Answer, failure: str) -> bool:
    """Whether the failure is told, and that what is shown are quotes, or ends where it broke off."""
    return failure in answer.notice and (IN_QUOTES in answer.notice or BROKE_OFF in answer.notice)


def test_a_server_that_is_killed_or_stopped_in_the_middle_loses_no_question_and_writes_again_once_it_is_back(
    server: Process, generator: RemoteGenerator, shelf: Home
) -> None:
    assert done(writing(shelf, generator))

    events = writing(shelf, generator)
    server.signal(signal.SIGKILL)
    server.running.wait(60)
    assert told(done(events), "broke off")
    assert told(shelf.answerer(0.0, generator=generator).answer(ASKED), "is not there")

    server.start()
    events = writing(shelf, generator)
    server.signal(signal.SIGSTOP)
    try:
        assert told(done(events), "said nothing for")
    finally:
        server.signal(signal.SIGCONT)
    assert writes_again(shelf, generator)
