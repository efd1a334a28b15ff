"""Fit rag.abstain: a logistic regression of "the answer stands in the documents", and where to decline.

    python -m tests.benchmarks.fit_confidence ../shared/data --models data/home/models

Fits on the training sets of fit_homes alone and prints the coefficients, what they reach on a fifth of the questions
that was held out, and two thresholds: the one at which 95 % of the answerable questions of small knowledge bases are
answered, and Youden's (1950): the best mean of answered and of declined questions near them, 90 % answered at least.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag import abstain
from rag.estimate import auroc
from tests.benchmarks.fit_homes import Case, cases
from tests.benchmarks.logistic import logistic

Array = NDArray[np.float64]
ADVERSARIAL = 0.7  # what such a question counts in the fit: people ask fewer that only look answerable

SMALL, KEPT, AT_LEAST = "squad small", 0.95, 0.9


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    given = parser.parse_args()
    every = [case for case in cases(given.data, given.models) if case.evidence.candidates]
    held = [case for at, case in enumerate(every) if at // 90 % 5 == 0]
    fitted = [case for at, case in enumerate(every) if at // 90 % 5]
    weights = fit(fitted)
    report("held out, fitted on the rest", kinds(held), chances(held, weights))
    weights = fit(every)
    print("INTERCEPT", round(weights[0], 2))
    for name, weight in zip(abstain.COEFFICIENTS, weights[1:], strict=True):
        print(f"    {name!r}: {weight:.2f},")
    report("all, fitted on all", kinds(every), chances(every, weights))
    print("THRESHOLD", threshold(every, weights), "Youden's", youden(every, weights))


def matrix(some: Sequence[Case]) -> Array:
    """Rows of a one and the signals."""
    return np.array([(1.0, *abstain.signals(case.question, case.evidence)) for case in some])


def kinds(some: Sequence[Case]) -> list[tuple[str, str]]:
    """Of each question the kind of knowledge base and its own."""
    return [(case.group, case.kind) for case in some]


def chances(some: Sequence[Case], weights: Array) -> Array:
    """The confidence in each question with these weights."""
    return np.asarray(1.0 / (1.0 + np.exp(-matrix(some) @ weights)))


def balance(kinds: Sequence[tuple[str, str]]) -> Array:
    """Weights that let what is there and what is not count the same in each kind of knowledge base, kind by kind.

    Of each question it takes the kind of knowledge base and its own.
    """
    sizes = Counter(kinds)
    counts = {kind: ADVERSARIAL if kind == "adversarial" else 1.0 for _, kind in sizes}
    missing = {
        group: sum(counts[kind] for other, kind in sizes if other == group and kind != "answerable")
        for group, _ in sizes
    }
    shares = np.array(
        [
            counts[kind] / sizes[group, kind] / (1.0 if kind == "answerable" else missing[group])
            for group, kind in kinds
        ]
    )
    return np.asarray(shares / shares.sum())


def fit(some: Sequence[Case]) -> Array:
    """Logistic regression of what is answerable, balanced."""
    labels = np.array([case.kind == "answerable" for case in some], dtype=np.float64)
    return logistic(matrix(some), labels, balance(kinds(some)))


def report(title: str, kinds: Sequence[tuple[str, str]], chances: Array) -> None:
    """AUROC by kind, and what is kept and declined at some thresholds."""
    by: dict[tuple[str, str], list[float]] = defaultdict(list)
    for each, chance in zip(kinds, chances, strict=True):
        by[each].append(chance)
    print(title)
    for (group, kind), found in by.items():
        yes = by[group, "answerable"]
        area = auroc([True] * len(yes) + [False] * len(found), [*yes, *found])
        shares = " ".join(f"{np.mean(np.array(found) >= at):.2f}" for at in np.arange(0.1, 0.9, 0.1))
        print(
            f"  {group:12} {kind:12} {len(found):5} AUROC {area or 0:.3f} answered at 0.1, 0.2, ...: {shares}"
        )


def threshold(some: Sequence[Case], weights: Array) -> float:
    """The highest at which KEPT of the answerable questions of small knowledge bases are answered."""
    return float(np.quantile(confidences(some, weights, "answerable"), 1.0 - KEPT).round(2))


def youden(some: Sequence[Case], weights: Array) -> float:
    """The threshold with the most answered and declined in small knowledge bases, among those that keep AT_LEAST."""
    there, near = confidences(some, weights, "answerable"), confidences(some, weights, "near")
    steps = [at for at in np.arange(0.01, 1.0, 0.01) if np.mean(there >= at) >= AT_LEAST]
    return float(max(steps, key=lambda at: np.mean(there >= at) + np.mean(near < at)).round(2))


def confidences(some: Sequence[Case], weights: Array, kind: str) -> Array:
    """The confidence in each question of a kind asked of a small knowledge base."""
    asked = [case for case in some if (case.group, case.kind) == (SMALL, kind)]
    return chances(asked, weights)


if __name__ == "__main__":
    main()
