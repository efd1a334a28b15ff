"""Fit rag.evidence.WEIGHTS: a conditional logit of "this is the sentence that holds the answer".

    python -m tests.benchmarks.fit_evidence ../shared/data --models data/home/models

McFadden (1974): the chance of a sentence is the softmax of its score among the sentences weighed for the question;
the likelihood is that of the sentences which overlap a gold span. Fitted on the answerable questions of
squad_dev_rest alone. Prints the weights and how often the best sentence holds the answer, with the weights in use
and with those fitted on the other half.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.evidence import WEIGHTS
from tests.benchmarks.fit_homes import Case, cases

Array = NDArray[np.float64]
Table = tuple[Array, NDArray[np.bool_]]
RIDGE = 1e-6
ROUNDS = 25


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    given = parser.parse_args()
    show([case for case in cases(given.data, given.models) if any(case.gold) and not all(case.gold)])


def show(some: Sequence[Case]) -> None:
    """Weights of all, and the share of right best sentences."""
    used = np.array(list(WEIGHTS.values()))
    print(
        f"{len(some)} questions; the best sentence is right: {right(some, used):.3f} with the weights in use"
    )
    print(f"    {right(some[1::2], fit(tables(some[::2]))):.3f} with those of the other half")
    for name, weight in zip(WEIGHTS, fit(tables(some)), strict=True):
        print(f"    {name!r}: {weight:.1f},")


def right(some: Sequence[Case], weights: Array) -> float:
    """The share of questions whose best sentence holds the answer."""
    return float(np.mean([case.gold[int(np.argmax(rows(case) @ weights))] for case in some]))


def rows(case: Case) -> Array:
    """A row of signals for each sentence."""
    return np.array([candidate.signals for candidate in case.evidence.candidates])


def tables(some: Sequence[Case]) -> list[Table]:
    """Of each question the signals of its sentences, and which of them hold the answer."""
    return [(rows(case), np.array(case.gold)) for case in some]


def fit(some: Sequence[Table]) -> Array:
    """Newton's method with the curvature of all sentences, each step halved until the loss falls."""
    weights = np.zeros(some[0][0].shape[1])
    for _ in range(ROUNDS):
        slope, bend = RIDGE * weights, RIDGE * np.eye(len(weights))
        for table, gold in some:
            scores = table @ weights
            chance, among = softmax(scores), softmax(np.where(gold, scores, -np.inf))
            centred = table - chance @ table
            slope += (chance - among) @ table / len(some)
            bend += (centred.T * chance) @ centred / len(some)
        step = np.linalg.solve(bend, slope)
        before = loss(some, weights)
        while np.abs(step).max() > 1e-4 and loss(some, weights - step) > before:
            step = step / 2
        weights = weights - step
    return weights


def loss(some: Sequence[Table], weights: Array) -> float:
    """Mean negative log likelihood, with the ridge."""
    each = [-np.log(softmax(table @ weights)[gold].sum() + 1e-300) for table, gold in some]
    return float(np.mean(each) + RIDGE / 2 * weights @ weights)


def softmax(scores: Array) -> Array:
    """Chances from log odds."""
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum())


if __name__ == "__main__":
    main()
