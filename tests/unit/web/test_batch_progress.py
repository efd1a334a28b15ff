from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.summary import Finished, Tally
from rag.types import Document, Status
from tests.factories import document
from web.batch_progress import Progress, of_run, progress

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


def test_a_run_tells_the_rate_of_the_whole_run_and_the_time_that_is_left() -> None:
    assert of_run(done=5, failed=1, total=25, rate=0.5).words == (
        "5 of 25 done · 1 failed · 30.0 a minute · about 40 s left"
    )
    assert of_run(done=5, failed=0, total=None, rate=2.0).words == "5 done · 2.0 a second"
    assert of_run(done=25, failed=0, total=25, rate=0.5, seconds=50).words == "25 done · in 50 s"


def tallied(*outcomes: str, quick: int = 0, total: int | None = 10) -> Tally:
    """What these files come to, of which the first took no time."""
    tally = Tally(began=100.0)
    for n, outcome in enumerate(outcomes):
        tally.note(Finished(source="a", outcome=outcome, quick=n < quick, total=total))
    return tally


def test_files_that_took_no_time_make_no_rate_where_others_did() -> None:
    tally = tallied("unchanged", "unchanged", "added", "failed", quick=2)
    assert (tally.done, tally.failed, tally.rate(110.0), tally.left(110.0)) == (4, 1, 0.2, 30.0)
    assert tallied("unchanged", "unchanged", quick=2).rate(110.0) == 0.2


def test_before_anything_is_done_a_run_has_no_rate_and_without_a_total_no_end() -> None:
    assert (tallied().rate(110.0), tallied("added").rate(100.0)) == (None, None)
    assert tallied("added", total=None).left(110.0) is None


def test_what_was_deleted_or_renamed_is_no_further_file() -> None:
    assert tallied("unchanged", "renamed", "deleted").done == 1


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
