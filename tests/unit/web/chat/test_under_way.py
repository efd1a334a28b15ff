"""Questions under way: written to their end whoever listens, found again by their id, stopped by whoever says so."""

import threading
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from rag.errors import Busy
from rag.events import AnswerEvent
from rag.models import slots
from rag.models.slots import Slots
from rag.types import Question
from tests.factories import SetClock
from tests.fakes import FakeGenerator
from tests.unit.web.conftest import Add
from tests.unit.web.markup import text
from tests.unit.web.test_ask import LEAVE, QUESTION, STREAM, events, writes
from web.chat import under_way
from web.chat.under_way import MOST, SECONDS, UnderWay, Writing
from web.wiring import Services

PATIENCE = 30.0
ID = "a" * 32


def writing(known: str = ID, conversation: str = "c") -> Writing:
    return Writing(known, conversation, "Why?")


def heard(one: Writing) -> list[str]:
    """All that is told, but that nothing was."""
    return [said for said in one.follow() if said != under_way.QUIET]


class Held:
    """Events that come when they are let."""

    def __init__(self, *more: str) -> None:
        self.let = threading.Event()
        self.closed = threading.Event()
        self.more = more

    def __call__(self) -> Iterator[str]:
        try:
            yield "first"
            assert self.let.wait(PATIENCE)
            yield from self.more
        finally:
            self.closed.set()


def test_it_is_written_to_its_end_though_nobody_listens() -> None:
    every, held = UnderWay(SetClock()), Held("second", "last")
    one = every.begin(writing(), held)
    listener = one.follow()
    assert next(listener) == "first"
    listener.close()
    held.let.set()
    assert heard(one) == ["first", "second", "last"]
    assert held.closed.wait(PATIENCE)
    assert heard(one) == ["first", "second", "last"]


def test_whoever_asks_with_the_same_id_hears_the_same_answer() -> None:
    every, held = UnderWay(SetClock()), Held("last")
    one = every.begin(writing(), held)
    assert every.begin(writing(), lambda: iter(["other"])) is one
    assert (every.find(ID), every.find("b" * 32)) == (one, None)
    assert every.of("c") == [one]
    held.let.set()
    heard(one)
    assert every.of("c") == []


def test_what_is_stopped_tells_no_more_and_is_closed() -> None:
    every, held = UnderWay(SetClock()), Held("second", "last")
    one = every.begin(writing(), held)
    one.stop()
    assert every.of("c") == []
    held.let.set()
    told = heard(one)
    assert told[0] == "first"
    assert "last" not in told
    assert told[-1].startswith("event: stopped\n")
    assert held.closed.is_set()


def test_what_fails_before_the_first_event_leaves_nothing() -> None:
    every = UnderWay(SetClock())

    def full() -> Iterator[str]:
        raise Busy("The line is full.")
        yield

    with pytest.raises(Busy):
        every.begin(writing(), full)
    assert every.find(ID) is None


def test_what_is_old_is_forgotten_and_too_many_are_not_taken() -> None:
    clock = SetClock()
    every = UnderWay(clock)
    heard(every.begin(writing(), lambda: iter(["only"])))
    clock.advance(seconds=SECONDS + 1)
    held = Held("last")
    for n in range(MOST):
        every.begin(writing(f"{n:032x}"), held)
    assert every.find(ID) is None
    with pytest.raises(Busy, match="Ask again in a few seconds"):
        every.begin(writing("f" * 32), held)
    held.let.set()
    every.close(PATIENCE)


def test_the_server_waits_for_what_it_stops() -> None:
    every, held = UnderWay(SetClock()), Held("last")
    one = every.begin(writing(), held)
    held.let.set()
    every.close(PATIENCE)
    assert one.ended_at is not None


class Slow(FakeGenerator):
    """Writes when it is let."""

    def __init__(self) -> None:
        super().__init__("Full-time employees have 30 working days of annual leave [1].")
        self.slots = Slots(1, 0, patience=PATIENCE)
        self.begun, self.let = threading.Event(), threading.Event()

    def stream(self, *given):
        self.begun.set()
        assert self.let.wait(PATIENCE)
        yield from super().stream(*given)


@pytest.fixture
def asked(client: TestClient, services: Services, add: Add, token: str) -> Iterator[Slow]:
    """A question that waits for its writer, asked by somebody else."""
    add("leave.txt", LEAVE)
    generator = Slow()
    writes(services, generator)
    sent = {"csrf": token, "question": QUESTION, "id": ID}
    thread = threading.Thread(target=client.post, args=("/ask",), kwargs={"data": sent, "headers": STREAM})
    thread.start()
    assert generator.begun.wait(PATIENCE)
    yield generator
    generator.let.set()
    thread.join(PATIENCE)


def conversation(client: TestClient) -> str:
    return client.app.state.under_way.find(ID).conversation


def test_a_page_shows_the_question_that_is_under_way_and_finds_its_answer(
    client: TestClient, asked: Slow
) -> None:
    address = f"/c/{conversation(client)}"
    page = client.get(address)
    assert (page.status_code, f'data-answer="{ID}"' in page.text) == (200, True)
    assert QUESTION in text(page.text)
    asked.let.set()
    told = events(client.get(f"/answers/{ID}/events", headers=STREAM).text)
    names = [name for name, _ in told if name != "quiet"]
    assert (names[0], names[-1]) == ("passages", "done")
    assert told[-1][1]["id"] == ID
    assert f'data-answer="{ID}"' not in client.get(address).text


def test_a_question_that_is_stopped_is_not_kept_and_frees_its_place(
    client: TestClient, services: Services, asked: Slow, token: str
) -> None:
    address = f"/c/{conversation(client)}"
    assert client.post(f"/answers/{ID}/stop", data={}).status_code == 403
    stopped = client.post(f"/answers/{ID}/stop", data={"csrf": token})
    assert (stopped.status_code, stopped.headers["location"]) == (303, "/")
    asked.let.set()
    told = events(client.get(f"/answers/{ID}/events", headers=STREAM).text)
    assert told[-1][0] == "stopped"
    assert services.conversations.recent() == []
    assert client.get(address).status_code == 404
    assert asked.slots is not None
    asked.slots.ticket().leave()


def test_nothing_is_found_of_a_question_that_never_came(client: TestClient, token: str) -> None:
    assert client.get(f"/answers/{ID}/events", headers=STREAM).status_code == 404
    assert client.post(f"/answers/{ID}/stop", data={"csrf": token}).status_code == 404


def test_an_answer_whose_conversation_is_deleted_meanwhile_is_not_kept(
    client: TestClient, services: Services, add: Add, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("leave.txt", LEAVE)
    client.post("/ask", data={"csrf": token, "question": QUESTION})
    known = services.conversations.recent()[0].id
    stream = services.answerer.stream

    def deleted(question: Question) -> Iterator[AnswerEvent]:
        services.history.delete(known)
        yield from stream(question)

    monkeypatch.setattr(services.answerer, "stream", deleted)
    sent = {"csrf": token, "question": QUESTION, "conversation": known}
    name, problem = events(client.post("/ask", data=sent, headers=STREAM).text)[-1]
    assert (name, "no such conversation" in problem["detail"]) == ("problem", True)
    assert services.conversations.recent() == []


def test_readers_who_all_leave_hold_their_places_no_longer_than_there_is_patience(
    services: Services, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SetClock()
    monkeypatch.setattr(slots, "TICK", 0.01)
    monkeypatch.setattr(slots, "time", clock)
    add("leave.txt", LEAVE)
    generator, every = Slow(), UnderWay(clock)
    line = generator.slots = Slots(1, 2, patience=60.0)
    writes(services, generator)

    def asked(known: str) -> Writing:
        """By somebody who does not listen."""
        told = services.answerer.stream(Question(text=QUESTION))
        return every.begin(writing(known), lambda: (type(each).__name__ for each in told))

    first = asked("1" * 32)
    assert generator.begun.wait(PATIENCE)
    for storm in range(3):
        waiting = [asked(f"{storm}{at}".zfill(32)) for at in "ab"]
        with pytest.raises(Busy):
            asked("f" * 32)
        for one in waiting:
            assert "Queued" in one.follow()
        clock.advance(seconds=61)
        for one in waiting:  # answered in quotes, though nobody hears it
            assert heard(one)[-1] == "AnswerDone"
        assert len(line._line) == 1
    generator.let.set()
    assert heard(first)[-2:] == ["SentenceChecked", "AnswerDone"]
    assert (line._line, every.of("c")) == ([], [])
