"""Readers in line for a writer that writes for one at a time, over real connections; and chats that never cross."""

import json
import threading
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import pytest

from rag.message import Message
from rag.models import slots
from rag.models.slots import Slots
from rag.ports import Ticket
from tests.fakes import FakeGenerator
from tests.integration.wire import PATIENCE, Server, Wire, eventually, head, serving
from tests.reliability import cross_talk
from tests.reliability.processes import Home

TOLD = "The white stork nests on the roof of the town hall [1]."
ASKED = json.dumps({"question": "Where does the white stork nest?"}).encode()


class Slow(FakeGenerator):
    """Writes for one at a time, and only when it is let."""

    def __init__(self, waiting: int) -> None:
        super().__init__(TOLD)
        self.slots = Slots(1, waiting, patience=PATIENCE)
        self.writing = threading.Event()
        self.let = threading.Event()

    def stream(self, messages: Sequence[Message], ticket: Ticket | None = None) -> Generator[str, None, None]:
        yield "The "
        self.writing.set()
        assert self.let.wait(PATIENCE)
        yield from super().stream(messages, ticket)

    @property
    def standing(self) -> int:
        """How many have a place."""
        return len(self.slots._line) if self.slots else 0


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> Slow:
    monkeypatch.setattr(slots, "TICK", 0.05)
    return Slow(waiting=1)


@pytest.fixture
def server(tmp_path: Path, generator: Slow) -> Iterator[Server]:
    with serving(tmp_path / "home", threshold=0.0) as opened:
        opened.upload(b"The heron is grey. The white stork nests on the roof of the town hall.", "birds.txt")
        opened.work()
        vars(opened.services)["generator"] = generator
        vars(opened.services).pop("answerer", None)
        yield opened
        generator.let.set()


def asking(server: Server) -> Wire:
    wire = server.wire()
    kind = {"kind": "application/json", "accept": "text/event-stream", "Connection": "close"}
    wire.send(head("/api/v1/ask", length=len(ASKED), **kind) + ASKED)
    return wire


def heard(wire: Wire, words: bytes) -> bool:
    """Whether these words come, sooner or later."""
    said = b""
    while words not in said and (more := wire.socket.recv(1 << 16)):
        said += more
    return words in said


def test_whoever_leaves_the_line_gives_up_the_place_and_whoever_found_it_full_may_come_again(
    server: Server, generator: Slow
) -> None:
    with asking(server) as first:
        assert generator.writing.wait(PATIENCE)
        with asking(server) as second:
            assert heard(second, b'event: queued\ndata: {"ahead": 1}')
            with asking(server) as third:
                refused = third.answer()
                assert (refused.status, refused.headers["retry-after"]) == (503, "5")
                assert refused.json["type"] == "urn:footnote:problem:busy"
        assert eventually(lambda: generator.standing == 1)
        with asking(server) as third:
            assert heard(third, b'event: queued\ndata: {"ahead": 1}')
            generator.let.set()
            assert heard(first, b"event: done")
            assert heard(third, b"event: done")
    assert eventually(lambda: generator.standing == 0)


def test_whoever_leaves_while_it_is_written_for_them_makes_room(server: Server, generator: Slow) -> None:
    with asking(server):
        assert generator.writing.wait(PATIENCE)
        assert generator.standing == 1
    generator.let.set()
    assert eventually(lambda: generator.standing == 0)


@pytest.mark.slow
def test_what_one_chat_says_turns_up_in_no_other_though_readers_leave_and_ask_again(tmp_path: Path) -> None:
    found = cross_talk.run(Home(root=tmp_path / "talk"), rounds=6, chats=8, seed=1)
    assert found.wrong == ()
    assert found.conversations >= 8  # one that was left in its first answer has that answer all the same
    assert found.ended["left"] > 0
    assert found.own > found.ended["answered"] > 8


@pytest.mark.slow
def test_a_canary_of_another_chat_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_talk, "shelf", lambda _: "everybody")
    found = cross_talk.run(Home(root=tmp_path / "talk"), rounds=2, chats=2, seed=1)
    assert any("heard a canary of chat" in wrong for wrong in found.wrong)
    assert any("a conversation holds canaries of" in wrong for wrong in found.wrong)
