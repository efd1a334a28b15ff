from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.listing import Finished
from ingest.summary import Finished as File
from ingest.summary import Tally
from web.batch_progress import Progress, of_run, progress

SINCE = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOTHING = Finished(done=0, failed=0, held=0, last=None)


def finished(done: int, failed: int = 0, held: int = 0, last: float = 0) -> Finished:
    return Finished(done=done, failed=failed, held=held, last=SINCE + timedelta(seconds=last))


def test_a_batch_under_way_tells_its_rate_and_the_time_that_is_left() -> None:
    now = SINCE + timedelta(seconds=10)
    told = progress(finished(2, failed=1, last=5), left=4, since=SINCE, now=now)
    assert told == Progress(done=2, failed=1, held=0, left=4, seconds=10)
    assert told.words == "2 of 6 done · 1 failed · 12.0 a minute · about 20 s left"


def test_a_batch_that_is_over_tells_how_long_it_took() -> None:
    told = progress(finished(2, held=1, last=150), left=0, since=SINCE, now=SINCE + timedelta(hours=2))
    assert told is not None
    assert told.words == "2 done · 1 held · in 2 min"


def test_before_anything_is_done_no_rate_is_made_up() -> None:
    told = progress(NOTHING, left=2, since=SINCE, now=SINCE)
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
        tally.note(File(source="a", outcome=outcome, quick=n < quick, total=total))
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
    assert progress(NOTHING, left=0, since=SINCE, now=SINCE) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.1, "1 s"), (89, "89 s"), (91, "2 min"), (5399, "90 min"), (7300, "2 h")]
)
def test_a_time_is_told_in_its_unit(seconds: float, words: str) -> None:
    assert Progress(done=1, failed=0, held=0, left=0, seconds=seconds).words == f"1 done · in {words}"


@given(st.integers(0, 99), st.integers(0, 99), st.floats(0, 1e9))
def test_any_batch_can_be_told(done: int, left: int, seconds: float) -> None:
    assert Progress(done=done, failed=0, held=0, left=left, seconds=seconds).words
