from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Document, Status
from tests.factories import document
from web.batch_progress import Progress, progress

SINCE = datetime(2026, 1, 1, 12, tzinfo=UTC)


def finished(seconds: float, status: Status = Status.READY) -> Document:
    return document(id=f"{seconds}{status}", status=status, updated_at=SINCE + timedelta(seconds=seconds))


def test_a_batch_under_way_tells_its_rate_and_the_time_that_is_left() -> None:
    documents = [finished(2), finished(5, Status.FAILED), finished(-9), document(id="new", updated_at=SINCE)]
    now = SINCE + timedelta(seconds=10)
    told = progress(documents, {"new"}, since=SINCE, now=now, coming=3)
    assert told == Progress(done=2, failed=1, held=0, left=4, seconds=10)
    assert told.words == "2 of 6 done · 1 failed · 12.0 a minute · about 20 s left"


def test_a_batch_that_is_over_tells_how_long_it_took() -> None:
    documents = [finished(2), finished(150, Status.HELD)]
    told = progress(documents, set(), since=SINCE, now=SINCE + timedelta(hours=2))
    assert told is not None
    assert told.words == "2 done · 1 held · in 2 min"


def test_before_anything_is_done_no_rate_is_made_up() -> None:
    told = progress([], set(), since=SINCE, now=SINCE, coming=2)
    assert told is not None
    assert told.words == "0 of 2 done"


def test_where_nothing_happened_there_is_nothing_to_tell() -> None:
    assert progress([finished(-1)], set(), since=SINCE, now=SINCE) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.1, "1 s"), (89, "89 s"), (91, "2 min"), (5399, "90 min"), (7300, "2 h")]
)
def test_a_time_is_told_in_its_unit(seconds: float, words: str) -> None:
    assert Progress(done=1, failed=0, held=0, left=0, seconds=seconds).words == f"1 done · in {words}"


@given(st.integers(0, 99), st.integers(0, 99), st.floats(0, 1e9))
def test_any_batch_can_be_told(done: int, left: int, seconds: float) -> None:
    assert Progress(done=done, failed=0, held=0, left=left, seconds=seconds).words
