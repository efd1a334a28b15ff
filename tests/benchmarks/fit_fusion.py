"""Fit rag.fuse: how the cosine's weight follows from a question's fluency, and what a named document counts.

    python -m tests.benchmarks.fit_fusion ../shared/data --models data/home/models

A conditional logit (McFadden 1974) over the candidates of each question, by Nelder and Mead (1965). The sets, each of
the same weight: every fifth question of train/squad_dev_rest, every second of train/pubmedqa and of xquad_es, xquad_zh
and xquad_ar. Nothing of xquad_de, squad2_dev_half, clapnq_dev or sec_10q is looked at.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from rag.settings import load
from rag.types import Question
from web.evaluation_home import Home
from web.evaluation_set import load_set
from web.wiring import Services, open_services

SETS = {
    "train/squad_dev_rest": 5,
    "train/pubmedqa": 2,
    "text/xquad_es": 2,
    "text/xquad_zh": 2,
    "text/xquad_ar": 2,
}
START = (-2.85, 1.99, 3.7, 0.13)  # base, slope, log of the sharpness, about

Array = NDArray[np.float64]
Case = tuple[float, Array, NDArray[np.bool_]]  # log fluency; cosine, bm25 / ceiling, about by candidate; gold


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    given = parser.parse_args()
    sets = [list(cases(given.data / name, every, given.models)) for name, every in SETS.items()]
    found = minimize(lambda weights: sum(loss(some, weights) for some in sets), START, method="Nelder-Mead")
    base, slope, _, about = found.x
    print(f"FLUENCY_BASE, FLUENCY_SLOPE = {base:.2f}, {slope:.2f}\nABOUT = {about:.2f}")


def cases(folder: Path, every: int, models: Path) -> Iterator[Case]:
    """The candidates of each question one of which is of a gold document."""
    given = load_set(folder)
    with tempfile.TemporaryDirectory() as temporary:
        own = Path(temporary)
        settings = load(
            home=own, database_url=f"sqlite:///{own / 'footnote.db'}", models=models, reader="none"
        )
        services = open_services(settings, warm=True)
        Home(services).fill(given, lambda *_: None)
        services.caches.catch_up()
        for asked in given.questions[::every]:
            one = case(
                services, asked.question, {given.aliases.get(name, name) for name in asked.gold.documents}
            )
            if asked.gold.answerable and one[2].any():
                yield one
        services.close()


def case(services: Services, question: Question, gold: frozenset[str]) -> Case:
    """One question's candidates."""
    retriever = services.retriever
    signals = retriever.signals(question)
    most = max(retriever.ceiling(question.text), 1e-9)
    rows = [(it.cosine, it.bm25 / most, it.about) for it in signals.values()]
    live = services.store.hits(list(signals))
    right = [key in live and live[key][1].source in gold for key in signals]
    fluency = max(retriever.fluency(question.text), 0.1)
    return float(np.log(fluency)), np.array(rows).reshape(-1, 3), np.array(right, dtype=bool)


def loss(some: Sequence[Case], weights: Sequence[float]) -> float:
    """Mean negative log likelihood of the gold."""
    base, slope, sharpness, about = weights
    total = 0.0
    for fluency, rows, gold in some:
        weight = 1.0 / (1.0 + np.exp(-(base + slope * fluency)))
        scores = np.exp(sharpness) * (rows @ np.array([weight, 1.0 - weight, about]))
        odds = np.exp(scores - scores.max())
        total -= float(np.log(odds[gold].sum() / odds.sum()))
    return total / len(some)


if __name__ == "__main__":
    main()
