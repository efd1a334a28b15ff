"""Fit rag.agreement: a logistic regression of "these words say what is shown", on the sets the rules were developed on.

    python -m tests.benchmarks.fit_support ../shared/data --models data/home/models

True are the honest rewordings of tests/benchmarks/alterations.py; false are moved citations, invented and blended
sentences, for those alone are told by words that agree. Prints the coefficients and, for both thresholds, what they do.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.agreement import COEFFICIENTS
from rag.lead import bare
from rag.models import catalog
from rag.models.embed import open_embedder
from rag.pair import Pair
from tests.benchmarks.altered import DEVELOPED, Case, cases, passages
from tests.benchmarks.fit_homes import Memo
from tests.benchmarks.logistic import logistic

Array = NDArray[np.float64]
FALSE = ("citation moved nearby", "citation moved far", "invented", "blended")


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--count", type=int, default=200)
    given = parser.parse_args()
    embedder = Memo(open_embedder(catalog.EMBEDDERS[0], given.models))
    some = [case for name in DEVELOPED for case in cases(passages(given.data, name), given.count)]
    some = [case for case in some if (case.true and case.kind != "verbatim") or case.kind in FALSE]
    rows = np.array([signals(case, embedder) for case in some])
    labels = np.array([case.true for case in some], dtype=np.float64)
    weights = fit(rows, labels)
    print("INTERCEPT", round(weights[0], 2))
    for name, weight in zip(COEFFICIENTS, weights[1:], strict=True):
        print(f"    {name!r}: {weight:.2f},")
    report(some, 1.0 / (1.0 + np.exp(-rows @ weights)))


def signals(case: Case, embedder: Memo) -> tuple[float, ...]:
    """A one and what the agreement is made of."""
    found = Pair.of(bare(case.said), case.quotes, case.title, embedder).signals
    return 1.0, *(found[name] for name in COEFFICIENTS)


def fit(rows: Array, labels: Array) -> Array:
    """Logistic regression, true and false weighing the same."""
    shares = np.where(labels == 1, 0.5 / labels.sum(), 0.5 / (len(labels) - labels.sum()))
    return logistic(rows, labels, shares)


def report(some: list[Case], chance: Array) -> None:
    """Shares of each kind above some probabilities."""
    kinds = dict.fromkeys(case.kind for case in some)
    for kind in kinds:
        own = np.array([one for case, one in zip(some, chance, strict=True) if case.kind == kind])
        print(
            f"  {kind:24} {len(own):5}",
            " ".join(f"{np.mean(own >= at):.3f}" for at in (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)),
        )


if __name__ == "__main__":
    main()
