"""The curve of risk against coverage."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.selective import Point, aurc, coverage_at, curve

cases = st.lists(st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.9]), st.booleans()), min_size=1, max_size=30)


def test_each_confidence_is_a_threshold_with_its_coverage_and_risk() -> None:
    points = curve([0.2, 0.9, 0.5, 0.5], [True, False, True, False])
    assert points == [
        Point(threshold=0.9, coverage=0.25, risk=0.0),
        Point(threshold=0.5, coverage=0.75, risk=pytest.approx(1 / 3)),
        Point(threshold=0.2, coverage=1.0, risk=0.5),
    ]
    assert curve([], []) == []


def test_the_area_is_the_mean_risk_over_all_coverages() -> None:
    assert aurc([0.9, 0.8, 0.7], [False, True, False]) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    assert aurc([], []) is None


def test_equal_confidences_count_as_the_mean_over_their_orders() -> None:
    wrong = [True, False, False, True]
    orders = [aurc([0.4, 0.3, 0.2, 0.1], order) or 0.0 for order in permutations(wrong)]
    assert aurc([0.5] * 4, wrong) == pytest.approx(sum(orders) / len(orders))


def test_as_much_is_answered_as_the_risk_allows() -> None:
    sure, wrong = [0.9, 0.8, 0.7, 0.6], [False, True, False, False]
    assert coverage_at(sure, wrong, 0.25) == 1.0
    assert coverage_at(sure, wrong, 0.2) == 0.25
    assert coverage_at(sure, [True] * 4, 0.5) == 0.0


@given(cases)
def test_answering_everything_has_the_share_of_wrong_answers(drawn: list[tuple[float, bool]]) -> None:
    last = curve(*zip(*drawn, strict=True))[-1]
    assert last.coverage == 1.0
    assert last.risk == pytest.approx(sum(wrong for _, wrong in drawn) / len(drawn))


@given(cases)
def test_the_area_does_not_depend_on_the_order_of_the_questions(drawn: list[tuple[float, bool]]) -> None:
    forwards, backwards = (aurc(*zip(*some, strict=True)) for some in (drawn, drawn[::-1]))
    assert forwards == pytest.approx(backwards)
    assert forwards is not None
    assert 0 <= forwards <= 1
