"""Answering only when sure: how often the answers are wrong, against how many questions are answered. Pure.

Coverage is the share of all questions that is answered, risk the share of wrong answers among the given
ones (El-Yaniv and Wiener 2010, "On the foundations of noise-free selective classification"). A threshold on the
confidence is a point of that curve; the area under it (AURC: Geifman, Uziel and El-Yaniv 2019) says how good an order
the confidence puts the questions in, whatever the threshold: 0 is best, the share of wrong answers is no order at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What comes of answering from a threshold on."""

    threshold: float  # the least confidence that is answered
    coverage: float  # in (0, 1]
    risk: float  # in [0, 1]


def curve(confidence: Sequence[float] | Array, wrong: Sequence[bool] | Array) -> list[Point]:
    """A point for each confidence that occurs, the surest first; ``wrong`` says which answers are or would be."""
    sure, failed = _ranked(confidence, wrong)
    ends = _ends(sure)
    errors = np.cumsum(failed)[ends]
    return [
        Point(threshold=float(sure[end]), coverage=(end + 1) / sure.size, risk=float(count / (end + 1)))
        for end, count in zip(ends.tolist(), errors.tolist(), strict=True)
    ]


def aurc(confidence: Sequence[float] | Array, wrong: Sequence[bool] | Array) -> float | None:
    """The mean risk over all coverages; equal confidences in the mean over their orders. None of none."""
    sure, failed = _ranked(confidence, wrong)
    if not sure.size:
        return None
    ends = _ends(sure)
    total = np.concatenate([[0.0], np.cumsum(failed)[ends]])
    answered = np.concatenate([[0], ends + 1])
    errors = np.interp(np.arange(1, sure.size + 1), answered, total)
    return float((errors / np.arange(1, sure.size + 1)).mean())


def coverage_at(confidence: Sequence[float] | Array, wrong: Sequence[bool] | Array, risk: float) -> float:
    """The most questions that can be answered, as a share, with no more than this risk."""
    return max((point.coverage for point in curve(confidence, wrong) if point.risk <= risk), default=0.0)


def _ranked(confidence: Sequence[float] | Array, wrong: Sequence[bool] | Array) -> tuple[Array, Array]:
    sure, failed = np.asarray(confidence, dtype=np.float64), np.asarray(wrong, dtype=np.float64)
    order = np.argsort(-sure, kind="stable")
    return sure[order], failed[order]


def _ends(sure: Array) -> NDArray[np.intp]:
    """The last place of each run of equal confidences."""
    return np.flatnonzero(np.append(sure[1:] != sure[:-1], True)[: sure.size])
