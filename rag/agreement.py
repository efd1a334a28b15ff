"""How far the words of a sentence agree with what it cites, as a probability. Pure.

Logistic regression over shares of words and cosines, fitted by tests/benchmarks/fit_support.py.
"""

from collections.abc import Mapping, Set
from itertools import groupby
from math import exp
from types import MappingProxyType

from rag.align import Place, Text, itself

INTERCEPT = -8.53
COEFFICIENTS = MappingProxyType(
    {
        "words": 1.88,  # share of the sentence's content words that are shown, or the same by meaning
        "near": 8.29,  # how much of what stands around them stands around them there
        "gap": -8.67,  # share of its content words in the longest row of them that is not shown
        "cosine": 3.25,  # of the sentence and the sentences shown that its words stand in
    }
)
SUPPORTS, TOUCHES = (
    0.4,
    0.02,
)  # probabilities: below the first it does not say so, below the second nothing like it


def probability(signals: Mapping[str, float]) -> float:
    """That a sentence whose facts all hold says what is shown."""
    return 1.0 / (
        1.0 + exp(-INTERCEPT - sum(weight * signals[name] for name, weight in COEFFICIENTS.items()))
    )


def overlap(said: Text, aligned: Mapping[int, tuple[Place, ...]], standing_in: Set[int]) -> dict[str, float]:
    """The signals that words give, each in [0, 1]; words that stand in for others count as theirs."""
    if not aligned:
        return {"words": 1.0, "near": 1.0, "gap": 0.0}
    near = [_near(said, at, places, at in standing_in) for at, places in aligned.items()]
    there = [bool(places) or at in standing_in for at, places in aligned.items()]
    missing = (len(list(run)) for is_there, run in groupby(there) if not is_there)
    return {
        "words": sum(there) / len(there),
        "near": sum(near) / len(near),
        "gap": max(missing, default=0) / len(there),
    }


def _near(said: Text, at: int, places: tuple[Place, ...], stands_in: bool) -> float:
    if not places:
        return float(stands_in)
    most = itself(said, at)
    return min(1.0, max(place.likeness for place in places) / most) if most else 1.0
