from threading import Event

import pytest

from rag.errors import AlreadyRunning, UsageError
from tests.factories import SetClock
from web.administration.task import Task


def test_work_is_looked_at_while_it_is_done_and_afterwards() -> None:
    task, there, go = Task(SetClock()), Event(), Event()
    assert not task.state.running
    assert task.state.began is None

    def work(tell):
        tell(3, 7)
        there.set()
        go.wait(30)
        return "made"

    task.start(work)
    assert there.wait(30)
    assert task.state.running
    assert (task.state.done, task.state.total) == (3, 7)
    with pytest.raises(AlreadyRunning):
        task.start(work)
    go.set()
    state = task.wait(30)
    assert not state.running
    assert state.result == "made"


def test_what_went_wrong_is_told_and_the_next_try_forgets_it() -> None:
    task = Task(SetClock())

    def wrong(_):
        raise UsageError("There is no such thing.")

    task.start(wrong)
    assert task.wait(30).trouble == "There is no such thing."
    task.start(lambda _: 1)
    assert (task.wait(30).trouble, task.state.result) == ("", 1)


def test_what_nobody_foresaw_is_told_by_the_id_under_which_the_log_has_it() -> None:
    task = Task(SetClock())
    task.start(lambda _: 1 // 0)
    assert "The log of the server tells more under" in task.wait(30).trouble
    assert "ZeroDivisionError" not in task.state.trouble
