"""Fitting when to decline: what it promises it keeps, on questions that it has not seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.calibration import Calibration, logit, sigmoid
from rag.errors import UsageError
from rag.recalibrate import FEWEST, Case, fit, platt

IDENTITY = Calibration(slope=1.0, intercept=0.0, threshold=0.5, basis="x")


def drawn(count: int, *, slope: float = 1.0, intercept: float = 0.0, seed: int = 0) -> list[Case]:
    """Questions whose true log odds of being answerable are the confidence's, scaled and moved."""
    random = np.random.default_rng(seed)
    confidence = random.uniform(0.02, 0.98, count)
    truth = [sigmoid(slope * logit(each) + intercept) for each in confidence]
    answerable = random.uniform(size=count) < truth
    return [
        Case(confidence=float(c), answerable=bool(a), right=bool(a))
        for c, a in zip(confidence, answerable, strict=True)
    ]


def test_the_scale_that_made_the_questions_is_found_again() -> None:
    cases = drawn(20_000, slope=0.5, intercept=-1.0)
    slope, intercept = platt([c.confidence for c in cases], [c.answerable for c in cases])
    assert slope == pytest.approx(0.5, abs=0.05)
    assert intercept == pytest.approx(-1.0, abs=0.05)


def test_questions_that_are_parted_wholly_still_get_a_finite_scale() -> None:
    slope, intercept = platt([0.9] * 30 + [0.1] * 30, [True] * 30 + [False] * 30)
    assert 0 < slope < 10
    assert abs(intercept) < 1


def test_wrong_answers_and_needless_refusals_are_fewest_where_the_odds_are_even() -> None:
    fitted = fit(drawn(5_000, slope=1.0, intercept=-1.0), "x")
    assert fitted.calibration.threshold == pytest.approx(0.5, abs=0.08)


def test_what_is_promised_holds_on_other_questions() -> None:
    fitted = fit(drawn(1_000, intercept=-0.5), "x", risk=0.2)
    fresh = drawn(20_000, intercept=-0.5, seed=1)
    said = [c for c in fresh if fitted.calibration.apply(c.confidence) >= fitted.calibration.threshold]
    wrong = sum(not c.right for c in said) / len(said)
    needless = 1 - sum(c.answerable for c in said) / sum(c.answerable for c in fresh)
    assert fitted.wrong_answers.low <= wrong <= fitted.wrong_answers.high
    assert fitted.needless_refusals.low <= needless <= fitted.needless_refusals.high


def test_what_is_promised_was_not_measured_on_what_was_fitted() -> None:
    samples = [drawn(80, slope=0.7, seed=seed) for seed in range(30)]
    promised = [fit(sample, "x", risk=0.3).wrong_answers.value for sample in samples]
    assert np.mean(promised) > 0.3  # on what they were fitted on, none exceeds it


def test_an_answer_may_be_wrong_though_the_documents_answer() -> None:
    cases = [Case(confidence=c.confidence, answerable=c.answerable, right=False) for c in drawn(200)]
    fitted = fit(cases, "x")
    assert fitted.calibration.threshold > 0.9
    with pytest.raises(UsageError, match="No threshold leaves at most 10 % wrong"):
        fit(cases, "x", risk=0.1)


def test_too_few_questions_of_a_kind_are_refused_with_the_number_it_takes() -> None:
    yes = [Case(confidence=0.9, answerable=True, right=True)] * 100
    no = [Case(confidence=0.1, answerable=False, right=False)] * (FEWEST - 1)
    with pytest.raises(UsageError, match=f"100 questions .* {FEWEST - 1} that .* at least {FEWEST} of each"):
        fit(yes + no, "x")
    assert fit([*yes, *no, no[0]], "x").wrong_answers.value == 0


def test_a_confidence_that_points_the_wrong_way_is_refused() -> None:
    upside_down = [
        Case(confidence=1 - c.confidence, answerable=c.answerable, right=c.right) for c in drawn(400)
    ]
    with pytest.raises(UsageError, match="does not mean that the documents answer"):
        fit(upside_down, "x")


@given(st.floats(0, 1))
def test_a_calibration_that_changes_nothing_changes_nothing(confidence: float) -> None:
    assert IDENTITY.apply(confidence) == pytest.approx(confidence, abs=1e-9)


@given(st.floats(0.01, 5), st.floats(-5, 5), st.floats(0, 1), st.floats(0, 1))
def test_a_calibrated_confidence_is_a_probability_and_keeps_the_order(
    slope: float, intercept: float, one: float, other: float
) -> None:
    scaled = Calibration(slope=slope, intercept=intercept, threshold=0.5, basis="x")
    low, high = sorted((one, other))
    assert 0 <= scaled.apply(low) <= scaled.apply(high) + 1e-12 <= 1 + 1e-12
