"""Intervals hold what they promise, and differences are those of the same questions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import estimate


def test_auroc_counts_the_pairs_in_the_right_order_and_half_the_ties() -> None:
    assert estimate.auroc([True, True, False, False], [0.9, 0.4, 0.4, 0.1]) == pytest.approx(3.5 / 4)


def test_percentiles_lie_between_neighbours_in_proportion() -> None:
    assert estimate.percentile([10, 20, 30], 50) == 20
    assert estimate.percentile([0, 10], 95) == pytest.approx(9.5)
    assert estimate.percentile([], 50) is None


def test_an_interval_is_the_same_on_every_run_and_narrows_with_more_questions() -> None:
    few, many = estimate.mean([0, 1] * 10), estimate.mean([0, 1] * 1000)
    assert few == estimate.mean([0, 1] * 10)
    assert few is not None
    assert many is not None
    assert 0 < few.low < many.low < 0.5 < many.high < few.high < 1
    assert estimate.mean([]) is None


def test_the_interval_is_about_that_of_the_normal_approximation() -> None:
    sample = estimate.mean([0, 1] * 500)
    assert sample is not None
    assert sample.high - sample.low == pytest.approx(2 * 1.96 * math.sqrt(0.25 / 1000), rel=0.1)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=30))
def test_auroc_is_the_chance_of_the_right_order(drawn: list[tuple[bool, int]]) -> None:
    above, below = ([score for label, score in drawn if label is wanted] for wanted in (True, False))
    area = estimate.auroc([label for label, _ in drawn], [float(score) for _, score in drawn])
    if not above or not below:
        assert area is None
    else:
        right = sum((a > b) + (a == b) / 2 for a in above for b in below)
        assert area == pytest.approx(right / (len(above) * len(below)))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_mean_lies_in_its_interval_within_the_values(values: list[float]) -> None:
    sample = estimate.mean(values, resamples=200)
    assert sample is not None
    assert min(values) - 1e-9 <= sample.low <= sample.high <= max(values) + 1e-9
    assert sample.questions == len(values)


def test_a_difference_is_surer_where_the_same_questions_are_hard_for_both() -> None:
    hard = [0.0, 1.0] * 50
    better = [min(1.0, value + (at % 10 == 0)) for at, value in enumerate(hard)]
    paired, shuffled = estimate.difference(hard, better), estimate.difference(hard, better[1:] + better[:1])
    assert paired is not None
    assert shuffled is not None
    assert paired.value == pytest.approx(shuffled.value) == pytest.approx(0.1)
    assert paired.low > 0
    assert shuffled.low < 0
    assert estimate.difference([], []) is None


def test_no_difference_has_an_interval_of_nothing() -> None:
    same = estimate.difference([0.2, 0.7], [0.2, 0.7])
    assert same is not None
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_rows_are_drawn_whole() -> None:
    values = [float(each) for each in range(20)]
    found = estimate.bootstrap(lambda left, right: float(np.abs(left - right).max()), values, values)
    assert found is not None
    assert found.high == 0


def test_resamples_without_a_figure_are_left_out() -> None:
    labels, scores = [1.0, 0.0], [0.9, 0.1]
    found = estimate.bootstrap(estimate.auroc, labels, scores)
    assert found is not None
    assert (found.low, found.value, found.high) == (1, 1, 1)
    assert estimate.bootstrap(estimate.auroc, [1.0, 1.0], scores) is None


def test_wilsons_interval_is_that_of_his_formula_and_sound_at_the_ends() -> None:
    found = estimate.share(15, 148)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.0624, 0.1605), abs=1e-4)  # Newcombe 1998, table I
    none = estimate.share(0, 20)
    assert none is not None
    assert none.low == 0
    assert none.high == pytest.approx(0.1611, abs=1e-4)
    assert estimate.share(0, 0) is None


@given(st.integers(1, 500), st.data())
def test_a_share_lies_in_its_interval(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    found = estimate.share(part, whole)
    assert found is not None
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1
