"""How a period is cut into parts, and where its columns stand."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.usage import EVER, Counts
from web.insight.columns import BOTTOM, HEIGHT, LEFT, TOP, WIDTH, chart, highest
from web.insight.period import Part, Period, parts, period
from web.insight.said import Said

TODAY = date(2026, 3, 4)
DAYS = st.dictionaries(
    st.integers(0, 1500).map(lambda n: TODAY - timedelta(days=n)),
    st.integers(1, 90).map(lambda n: Counts(asked=n, answered=n // 2, declined=n - n // 2)),
    max_size=30,
)


@given(DAYS, st.sampled_from(Period))
def test_parts_follow_each_other_without_a_gap_and_hold_every_question_of_the_period(days, chosen) -> None:
    since = chosen.since(TODAY)
    cut = parts({day: c for day, c in sorted(days.items()) if day >= since}, since, TODAY)
    assert cut[-1].last == TODAY
    for one, other in pairwise(cut):
        assert one.first <= one.last
        assert one.last + timedelta(days=1) == other.first
    asked = sum(c.asked for day, c in days.items() if day >= since)
    assert sum(part.counts.asked for part in cut) == asked


@given(DAYS)
def test_columns_stay_in_the_drawing_and_are_as_high_as_their_questions(days) -> None:
    drawn = chart(parts(dict(sorted(days.items())), EVER, TODAY))
    top = drawn.lines[-1][1]
    for column in drawn.columns:
        assert LEFT <= column.x <= column.x + column.width <= WIDTH
        height = sum(each.height for each in column.stretches)
        assert height == pytest.approx((HEIGHT - TOP - BOTTOM) * column.part.counts.asked / top)


@pytest.mark.parametrize(("count", "top"), [(0, 1), (1, 1), (3, 5), (7, 10), (11, 20), (99, 100), (101, 200)])
def test_a_scale_ends_with_a_round_figure(count: int, top: int) -> None:
    assert highest(count) == top


@pytest.mark.parametrize(("chosen", "count"), [("7", 7), ("30", 30), ("90", 13), ("all", 1)])
def test_a_period_without_questions_is_drawn_all_the_same(chosen: str, count: int) -> None:
    cut = parts({}, Period(chosen).since(TODAY), TODAY)
    assert abs(len(cut) - count) <= 1
    assert chart(cut).columns[0].stretches == ()


def test_what_is_no_period_is_a_month() -> None:
    assert [period(name) for name in ("7", "x", None)] == [Period.WEEK, Period.MONTH, Period.MONTH]


def test_days_and_figures_are_written_as_a_language_does() -> None:
    english, german = Said("en"), Said("de")
    assert (english.seconds(1.234), german.seconds(1.234), german.seconds(1234.5)) == (
        "1.23",
        "1,23",
        "1.234",
    )
    assert (english.share(1, 3), german.share(0, 0)) == ("33%", "–")
    one = Part(first=TODAY, last=TODAY, counts=Counts())
    assert english.part(one) == "Mar 4, 2026"
    assert german.part(one) == "04.03.2026"
