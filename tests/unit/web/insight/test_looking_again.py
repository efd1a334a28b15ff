"""Who asks open questions again: an idle worker, and whoever opens the report; nothing that goes wrong stops them."""

import io
import threading
from typing import Any

import pytest

from rag.gaps import State
from tests.unit.web.conftest import Add
from tests.unit.web.insight.test_pages import decline
from web.wiring import Services

ANSWER = "The employer pays into the pension."


def test_a_worker_asks_again_when_nothing_waits_to_be_read(
    services: Services, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    decline(services)
    add("pension.txt", ANSWER)
    looked, look = threading.Event(), services.gaps.look_again

    def seen(seconds: float) -> int:
        left = look(seconds)
        looked.set()
        return left

    monkeypatch.setattr(services.gaps, "look_again", seen)
    services.worker.start()
    assert looked.wait(60)
    services.worker.stop(60)
    assert [gap.state for gap in services.gaps.all()] == [State.ANSWERED]


def test_questions_wait_while_documents_do(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(services.gaps, "look_again", lambda seconds: seen.append(len(services.jobs.active())))
    services.intake.receive(io.BytesIO(ANSWER.encode()), name="pension.txt", collection="default")
    read = threading.Event()
    carry_out = services.removals.carry_out

    def carried(*given: Any) -> int:
        if not services.jobs.active():
            read.set()
        return carry_out(*given)

    monkeypatch.setattr(services.removals, "carry_out", carried)
    services.worker.start()
    assert read.wait(60)
    services.worker.stop(60)
    assert set(seen) <= {0}


def test_what_goes_wrong_with_a_question_stops_nobody(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(seconds: float) -> int:
        raise RuntimeError("half way")

    monkeypatch.setattr(services.gaps, "look_again", broken)
    services.look_again()
    services.look_again_soon()
    services.looked(60)


def test_only_one_looks_at_a_time(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, seen = threading.Event(), threading.Event(), []

    def slow(seconds: float) -> int:
        seen.append(seconds)
        begun.set()
        assert go_on.wait(60)
        return 0

    monkeypatch.setattr(services.gaps, "look_again", slow)
    services.look_again_soon()
    assert begun.wait(60)
    services.look_again_soon()
    go_on.set()
    services.looked(60)
    assert len(seen) == 1
