"""Fit the confidence, and from where on to answer, to an organisation's own questions. Pure.

Platt (1999), "Probabilistic outputs for support vector machines": a logistic regression of "answerable" on the logit
of the confidence, towards his smoothed targets, by Newton's method (Lin, Lin and Weng 2007). The threshold is a point
of the risk-coverage curve (see rag.selective). What the whole promises is measured by cross-validation: each question
is judged by a fit to other questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from rag.calibration import Calibration, logit
from rag.errors import UsageError
from rag.estimate import Estimate, share
from rag.selective import Point, curve

FEWEST = 20  # questions of each kind
FOLDS = 10
STEPS = 100
RIDGE = 1e-6  # keeps a sample of equal confidences from having any slope
CLIP = 1e-9

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question, asked."""

    confidence: float  # as the model has it
    answerable: bool
    right: bool  # the answer, given or withheld


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A calibration and what it promises."""

    calibration: Calibration
    wrong_answers: Estimate  # of the answers given
    needless_refusals: Estimate  # of the answerable questions


def fit(cases: Sequence[Case], basis: str, *, risk: float | None = None) -> Fitted:
    """Fitted to all cases, its promise cross-validated.

    With a ``risk`` as many questions are answered as can be with no larger share of wrong answers; without one the
    threshold is where wrong answers and needless refusals together are fewest (Chow 1970, both at the same cost).
    Raises UsageError for too few cases, for a confidence that says nothing about them, and for a risk out of reach.
    """
    _enough(cases)
    calibration = _calibration(cases, basis, risk)
    if calibration.threshold == inf:
        raise UsageError(_out_of_reach(cases, risk or 0.0))
    wrong, answered, needless = _judged(cases, basis, risk)
    answerable = sum(case.answerable for case in cases)
    nothing = Estimate(value=0.0, low=0.0, high=1.0, questions=0)
    return Fitted(
        calibration=calibration,
        wrong_answers=share(wrong, answered) or nothing,
        needless_refusals=share(needless, answerable) or nothing,
    )


def _enough(cases: Sequence[Case]) -> None:
    answerable = sum(case.answerable for case in cases)
    if min(answerable, len(cases) - answerable) < FEWEST:
        raise UsageError(
            f"There are {answerable} questions that the documents answer and {len(cases) - answerable} that they do "
            f"not; calibrating needs at least {FEWEST} of each. Write more, marking the others with "
            '"answerable": false.'
        )


def _judged(cases: Sequence[Case], basis: str, risk: float | None) -> tuple[int, int, int]:
    """Wrong answers, answers and needless refusals, each question judged by a fit to the other folds."""
    folds = _folds(cases)
    wrong = answered = needless = 0
    for fold in range(FOLDS):
        others = [case for case, its in zip(cases, folds, strict=True) if its != fold]
        fitted = _calibration(others, basis, risk)
        for case in (case for case, its in zip(cases, folds, strict=True) if its == fold):
            says = fitted.apply(case.confidence) >= fitted.threshold
            answered += says
            wrong += says and not case.right
            needless += case.answerable and not says
    return wrong, answered, needless


def _folds(cases: Sequence[Case]) -> list[int]:
    """A fold for each case, answerable and other ones dealt out evenly."""
    dealt = {True: 0, False: 0}
    folds = []
    for case in cases:
        folds.append(dealt[case.answerable] % FOLDS)
        dealt[case.answerable] += 1
    return folds


def _calibration(cases: Sequence[Case], basis: str, risk: float | None) -> Calibration:
    slope, intercept = platt([case.confidence for case in cases], [case.answerable for case in cases])
    if slope <= 0:
        raise UsageError(
            "On these questions a higher confidence does not mean that the documents answer, so that there is nothing "
            "to calibrate. Look at the questions that are marked wrongly, or add others."
        )
    scaled = Calibration(slope=slope, intercept=intercept, threshold=0.0, basis=basis)
    sure = [scaled.apply(case.confidence) for case in cases]
    points = curve(sure, [not case.right for case in cases])
    best = _least_cost(points, sure, cases) if risk is None else _most_answered(points, risk)
    return replace(scaled, threshold=inf if best is None else _below(best, points))


def platt(confidence: Sequence[float], answerable: Sequence[bool]) -> tuple[float, float]:
    """Slope and intercept of the log odds of "answerable" over those of the confidence."""
    odds = [logit(min(max(each, CLIP), 1 - CLIP)) for each in confidence]
    matrix = np.column_stack([odds, np.ones(len(odds))])
    yes = np.asarray(answerable, dtype=bool)
    targets = np.where(yes, (yes.sum() + 1) / (yes.sum() + 2), 1 / ((~yes).sum() + 2))
    weights = np.zeros(2)
    for _ in range(STEPS):
        step = _newton(matrix, targets, weights)
        weights = weights + step
        if np.abs(step).max() < CLIP:
            break
    return float(weights[0]), float(weights[1])


def _newton(matrix: Array, targets: Array, weights: Array) -> Array:
    """The step towards the least log loss, halved until it lowers it."""
    said = _sigmoid(matrix @ weights)
    gradient = matrix.T @ (said - targets) + RIDGE * weights
    curvature = matrix.T @ (matrix * (said * (1 - said))[:, None]) + RIDGE * np.eye(2)
    step = -np.linalg.solve(curvature, gradient)
    before = _loss(matrix, targets, weights)
    while _loss(matrix, targets, weights + step) > before and np.abs(step).max() > CLIP:
        step = step / 2
    return np.asarray(step, dtype=np.float64)


def _loss(matrix: Array, targets: Array, weights: Array) -> float:
    odds = matrix @ weights
    return float(np.logaddexp(0, odds).sum() - targets @ odds + RIDGE / 2 * weights @ weights)


def _sigmoid(odds: Array) -> Array:
    return np.asarray(np.exp(-np.logaddexp(0, -odds)), dtype=np.float64)


def _least_cost(points: Sequence[Point], sure: Sequence[float], cases: Sequence[Case]) -> Point:
    """Where wrong answers and needless refusals together are fewest; of equals, where most is answered."""
    ranked = np.sort([each for each, case in zip(sure, cases, strict=True) if case.answerable])

    def cost(point: Point) -> float:
        refused = np.searchsorted(ranked, point.threshold)
        return round(point.risk * point.coverage * len(cases)) + int(refused)

    return min(reversed(points), key=cost)


def _most_answered(points: Sequence[Point], risk: float) -> Point | None:
    within = [point for point in points if point.risk <= risk]
    return max(within, key=lambda point: point.coverage, default=None)


def _below(point: Point, points: Sequence[Point]) -> float:
    """Half way to the next confidence that is not answered."""
    lower = max((each.threshold for each in points if each.threshold < point.threshold), default=0.0)
    return (point.threshold + lower) / 2


def _out_of_reach(cases: Sequence[Case], risk: float) -> str:
    points = curve([case.confidence for case in cases], [not case.right for case in cases])
    least = min(points, key=lambda point: (point.risk, -point.coverage))
    shown, lowest, answered = (f"{part * 100:.0f} %" for part in (risk, least.risk, least.coverage))
    return (
        f"No threshold leaves at most {shown} wrong answers on these questions: the least is {lowest}, with {answered} "
        "of them answered. Allow a larger --risk."
    )
