import threading

import pytest

from rag.errors import RetryableError, UsageError
from tests.factories import SetClock
from web import idempotency
from web.idempotency import Replies, Reply


class Work:
    """Something that should be done once; counts how often it was."""

    def __init__(self, *, lasting: bool = True) -> None:
        self.done = 0
        self.lasting = lasting

    def __call__(self) -> Reply:
        self.done += 1
        return Reply(status=202, body={"number": self.done}, lasting=self.lasting)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def replies(clock: SetClock) -> Replies:
    return Replies(clock)


def test_a_key_gets_its_first_reply_again(replies: Replies) -> None:
    work = Work()
    assert [replies.once("key", "asked", work).body for _ in range(3)] == [{"number": 1}] * 3
    assert replies.once("another", "asked", work).body == {"number": 2}


def test_a_key_of_another_request_is_refused_and_nothing_is_done(replies: Replies) -> None:
    work = Work()
    replies.once("key", "asked", work)
    with pytest.raises(UsageError, match="Take a new key"):
        replies.once("key", "something else", work)
    assert work.done == 1


def test_a_reply_that_may_be_another_the_next_time_is_not_kept(replies: Replies) -> None:
    work = Work(lasting=False)
    replies.once("key", "asked", work)
    assert replies.once("key", "asked", work).body == {"number": 2}


def test_after_an_error_the_next_one_tries_again(replies: Replies) -> None:
    def fail() -> Reply:
        raise RetryableError("Busy.")

    with pytest.raises(RetryableError):
        replies.once("key", "asked", fail)
    assert replies.once("key", "asked", Work()).body == {"number": 1}


def test_who_comes_while_the_first_is_under_way_waits_for_its_reply(replies: Replies) -> None:
    begun, go_on, work = threading.Event(), threading.Event(), Work()

    def slowly() -> Reply:
        begun.set()
        assert go_on.wait(60)
        return work()

    got: list[Reply] = []
    threads = [threading.Thread(target=lambda: got.append(replies.once("key", "asked", slowly)))]
    threads[0].start()
    assert begun.wait(60)
    threads += [threading.Thread(target=lambda: got.append(replies.once("key", "asked", work)))]
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(60)
    assert [reply.body for reply in got] == [{"number": 1}] * 2
    assert work.done == 1


def test_a_reply_is_forgotten_after_a_day(replies: Replies, clock: SetClock) -> None:
    work = Work()
    replies.once("key", "asked", work)
    clock.advance(hours=23)
    replies.once("key", "asked", work)
    assert work.done == 1
    clock.advance(hours=1)
    replies.once("key", "asked", work)
    assert work.done == 2


def test_of_too_many_replies_the_oldest_is_forgotten(
    replies: Replies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "MOST", 2)
    work = Work()
    for key in ("first", "second", "third"):
        replies.once(key, "asked", work)
    assert replies.once("third", "asked", work).body == {"number": 3}
    assert replies.once("second", "asked", work).body == {"number": 2}
    assert replies.once("first", "asked", work).body == {"number": 4}
