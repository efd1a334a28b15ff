"""Figures of a sample and how far they can be trusted: intervals, differences, ranks. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RESAMPLES = 1000
SEED = 0  # two runs over the same values give the same interval
LIMITS = (2.5, 97.5)  # percent: the ends of a 95 % interval
Z = 1.959964  # standard deviations to either side that hold 95 % of a normal distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure of a sample and its 95 % interval."""

    value: float
    low: float
    high: float
    questions: int  # that it rests on


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The value below which ``percent`` of them lie, between neighbours in proportion; None of none."""
    return float(np.percentile(values, percent)) if values else None


def mean(values: Sequence[float], *, resamples: int = RESAMPLES) -> Estimate | None:
    """The mean and its percentile bootstrap interval (Efron and Tibshirani 1993, ch. 13); None of none."""
    return bootstrap(lambda sample: float(sample.mean()), values, resamples=resamples)


def bootstrap(
    figure: Callable[..., float | None], *columns: Sequence[float], resamples: int = RESAMPLES
) -> Estimate | None:
    """A figure of paired columns and its percentile bootstrap interval, whole rows drawn with replacement.

    None where the sample has no such figure; resamples without one are left out.
    """
    table = [np.asarray(column, dtype=np.float64) for column in columns]
    size = table[0].size
    value = figure(*table) if size else None
    if value is None:
        return None
    random = np.random.default_rng(SEED)
    draws = (random.integers(size, size=size) for _ in range(resamples))
    drawn = [found for draw in draws if (found := figure(*(column[draw] for column in table))) is not None]
    low, high = np.percentile(drawn or [value], LIMITS)
    return Estimate(value=value, low=float(low), high=float(high), questions=size)


def difference(before: Sequence[float], after: Sequence[float]) -> Estimate | None:
    """How much the mean rose from one system to another on the same questions, in the same order.

    Paired bootstrap (Koehn 2004, "Statistical significance tests for machine translation evaluation"): a
    question is drawn with what both systems did on it, so that hard questions are hard for both.
    """
    return bootstrap(lambda old, new: float((new - old).mean()), before, after)


def share(part: int, whole: int) -> Estimate | None:
    """A share of a count with Wilson's score interval (1927), sound for few and for rare; None of nothing."""
    if not whole:
        return None
    rate, spread = part / whole, Z * Z / whole
    centre = (rate + spread / 2) / (1 + spread)
    half = Z * sqrt(rate * (1 - rate) / whole + spread / (4 * whole)) / (1 + spread)
    return Estimate(value=rate, low=max(0.0, centre - half), high=min(1.0, centre + half), questions=whole)


def auroc(positive: Sequence[bool] | Array, scores: Sequence[float] | Array) -> float | None:
    """Area under the ROC curve as Mann and Whitney's U with mean ranks; None without both classes.

    The chance that a positive one scores higher than another, ties counting half (Hanley and McNeil 1982).
    """
    labels = np.asarray(positive, dtype=bool)
    above, below = int(labels.sum()), int((~labels).sum())
    if not above or not below:
        return None
    _, place, counts = np.unique(np.asarray(scores), return_inverse=True, return_counts=True)
    mean_ranks = np.cumsum(counts) - (counts - 1) / 2
    return float((mean_ranks[place][labels].sum() - above * (above + 1) / 2) / (above * below))
