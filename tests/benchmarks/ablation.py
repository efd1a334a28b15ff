"""Retrieval piece by piece: each index alone, reciprocal ranks, and the product without one of its pieces.

    python -m tests.benchmarks.ablation ../shared/data/text/squad2_dev_half --models data/home/models
    python -m tests.benchmarks.ablation --across ../shared/data/text/xquad_en ../shared/data/text/xquad_de --models …

Prints, for the answerable questions of each folder given, recall at 1, 5 and 10 as rag.measure defines it, and for the
questions with one gold document the share that has it among the first five chunks. All ways rank the same candidates.
Reciprocal rank fusion with k = 60 as in Cormack, Clarke and Buettcher (2009), SIGIR.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.fuse import Signals, cosine_weight, fuse
from rag.measure import Gold, Place, hit_rate, recall
from rag.settings import load
from rag.types import Question
from web.evaluation_home import Home
from web.evaluation_set import EvaluationSet, load_set
from web.wiring import Services, open_services

TOP = 50  # chunks looked at for ten distinct documents
FIRST = 5
K = 60
FIXED = 0.36  # the best weight of the cosine where it is the same for all questions, on squad_dev_rest
Ranking = list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """The candidates for a question."""

    signals: Mapping[int, Signals]
    ceiling: float
    weight: float

    def ranked(self, score: Callable[[Signals], float]) -> Ranking:
        """By one score, best first."""
        return sorted(self.signals, key=lambda key: (-score(self.signals[key]), key))

    def fused(self, weight: float | None = None, **without: float) -> Ranking:
        """As the product does it, but for the weight or the signals given."""
        signals = {key: replace(each, **without) for key, each in self.signals.items()}
        used = self.weight if weight is None else weight
        return [key for key, _ in fuse(signals, self.ceiling, used)]


def reciprocal(given: Proposals) -> Ranking:
    """Reciprocal rank fusion of the two indexes."""
    total = dict.fromkeys(given.signals, 0.0)
    for score in (lambda it: it.cosine, lambda it: it.bm25):
        for rank, key in enumerate(given.ranked(score), 1):
            total[key] += 1.0 / (K + rank)
    return sorted(total, key=lambda key: (-total[key], key))


WAYS: dict[str, Callable[[Proposals], Ranking]] = {
    "vectors alone": lambda it: it.ranked(lambda signals: signals.cosine),
    "BM25 alone": lambda it: it.ranked(lambda signals: signals.bm25),
    "reciprocal ranks": reciprocal,
    "both, one weight for all": lambda it: it.fused(FIXED, about=0.0, exact=0.0),
    "both, weight by language": lambda it: it.fused(about=0.0, exact=0.0),
    "and what documents are about": lambda it: it.fused(exact=0.0),
    "and exact phrases: Footnote": lambda it: it.fused(),
}


def main() -> None:
    """Print one row a set and way."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument(
        "--across",
        type=Path,
        nargs=2,
        action="append",
        default=[],
        metavar=("DOCUMENTS", "QUESTIONS"),
        help="the documents of one set asked the questions of its translation",
    )
    given = parser.parse_args()
    print("| set | questions | way | recall@1 | recall@5 | recall@10 | one document, first five chunks |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for each in (*map(load_set, given.folders), *(across(*pair) for pair in given.across)):
        for row in rows(each, given.models):
            print(f"| {' | '.join(row)} |", flush=True)


def across(documents: Path, questions: Path) -> EvaluationSet:
    """One set's documents with the questions of another that names its documents alike."""
    here, there = load_set(documents), load_set(questions)
    return replace(here, name=f"{there.name} over {here.name}", questions=there.questions)


def rows(given: EvaluationSet, models: Path) -> Iterator[tuple[str, ...]]:
    """A set read into a throw-away home and searched in each way."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder)
        settings = load(
            home=own, database_url=f"sqlite:///{own / 'footnote.db'}", models=models, reader="none"
        )
        services = open_services(settings, warm=True)
        Home(services).fill(given, lambda *_: None)
        services.caches.catch_up()
        asked = [each for each in given.questions if each.gold.answerable]
        found = {each.id: proposals(services, each.question.text) for each in asked}
        for name, way in WAYS.items():
            ranked = [(each.gold, hits(services, given, way(found[each.id]))) for each in asked]
            yield (given.name, str(len(asked)), name, *figures(ranked))
        services.close()


def proposals(services: Services, text: str) -> Proposals:
    """What the product's retriever sees."""
    retriever = services.retriever
    return Proposals(
        signals=retriever.signals(Question(text=text)),
        ceiling=retriever.ceiling(text),
        weight=cosine_weight(retriever.fluency(text)),
    )


def hits(services: Services, given: EvaluationSet, ranking: Ranking) -> tuple[Place, ...]:
    """The ranking's first chunks, by the set's names for documents."""
    live = services.store.hits(ranking[:TOP])
    found = (live[key] for key in ranking[:TOP] if key in live)
    names = given.aliases
    return tuple(
        Place(document=names[document.source.rsplit("/", 1)[-1]], page=None, start=chunk.start, end=chunk.end)
        for chunk, document in found
    )


def figures(found: Sequence[tuple[Gold, tuple[Place, ...]]]) -> Iterator[str]:
    """Recall at 1, 5 and 10, and how often the one gold document is among the first chunks."""
    for k in (1, 5, 10):
        yield mean(recall(gold, places, k) for gold, places in found)
    yield mean(hit_rate(gold, places, FIRST) for gold, places in found)


def mean(values: Iterable[float | None]) -> str:
    """Of those there are."""
    known = [value for value in values if value is not None]
    return f"{sum(known) / len(known):.3f}" if known else "–"


if __name__ == "__main__":
    main()
