"""Retrieval piece by piece: each index alone, reciprocal ranks, and the product's fusion, on the same chunks.

    python -m tests.benchmarks.fusion ../shared/data/text/squad2_dev_half --models data/home/models

Prints recall at 1, 5 and 10 as rag.measure defines it, for the answerable questions of each folder given. Reciprocal
rank fusion with k = 60 as in Cormack, Clarke and Buettcher (2009), SIGIR.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from rag.fuse import ceiling, fuse
from rag.measure import Gold, Observed, Place, retrieval
from rag.settings import load
from web.evaluation_home import Home
from web.evaluation_set import EvaluationSet, load_set
from web.wiring import Services, open_services

DEPTH = 100
TOP = 50  # chunks looked at for ten distinct documents
K = 60
Scores = Mapping[int, float]
Ranking = list[int]


def main() -> None:
    """Print one row a set and way."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--models", type=Path, required=True)
    given = parser.parse_args()
    print(
        "| set | questions | way | recall@1 | recall@5 | recall@10 |\n| --- | --- | --- | --- | --- | --- |"
    )
    for folder in given.folders:
        for row in rows(load_set(folder), given.models):
            print(f"| {' | '.join(row)} |", flush=True)


def rows(given: EvaluationSet, models: Path) -> Iterator[tuple[str, ...]]:
    """A set read into a throw-away home and searched in each way."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder)
        settings = load(home=own, database_url=f"sqlite:///{own / 'footnote.db'}", models=models)
        services = open_services(settings, warm=True)
        Home(services).fill(given, lambda *_: None)
        asked = [each for each in given.questions if each.gold.answerable]
        found = {each.id: proposals(services, each.question.text) for each in asked}
        for name, way in WAYS.items():
            pairs = [(each.gold, seen(services, given, way(*found[each.id]))) for each in asked]
            yield (given.name, str(len(asked)), name, *recalls(pairs))
        services.close()


def proposals(services: Services, text: str) -> tuple[Scores, Scores, float]:
    """Cosines and BM25 of the union of both indexes' proposals, and BM25's ceiling, as rag.retrieve makes them."""
    vectors, words = services.vectors, services.words
    vector = services.embedder.embed([text])[0]
    dense, lexical = vectors.search(vector, DEPTH), words.search(text, DEPTH)
    dense |= vectors.scores(vector, lexical.keys() - dense.keys())
    lexical |= words.scores(text, dense.keys() - lexical.keys())
    return dense, lexical, ceiling(words.words(text), len(words))


def ranked(scores: Scores) -> Ranking:
    """Chunk ids, best first."""
    return sorted(scores, key=lambda key: (-scores[key], key))


def reciprocal(dense: Scores, lexical: Scores) -> Ranking:
    """Reciprocal rank fusion."""
    total: dict[int, float] = {}
    for ranking in (ranked(dense)[:DEPTH], ranked(lexical)[:DEPTH]):
        for rank, key in enumerate(ranking, 1):
            total[key] = total.get(key, 0.0) + 1.0 / (K + rank)
    return ranked(total)


WAYS: dict[str, Callable[[Scores, Scores, float], Ranking]] = {
    "vectors alone": lambda dense, _lexical, _most: ranked(dense),
    "BM25 alone": lambda _dense, lexical, _most: ranked(lexical),
    "reciprocal ranks": lambda dense, lexical, _most: reciprocal(dense, lexical),
    "fusion": lambda dense, lexical, most: [key for key, _ in fuse(dense, lexical, most)],
}


def seen(services: Services, given: EvaluationSet, ranking: Ranking) -> Observed:
    """The ranking as hits, by the set's names for documents."""
    live = services.store.hits(ranking[:TOP])
    found = ((live[key][1].source, live[key][0]) for key in ranking[:TOP] if key in live)
    names = given.aliases
    return Observed(
        hits=tuple(
            Place(document=names.get(source, source), page=None, start=chunk.start, end=chunk.end)
            for source, chunk in found
        )
    )


def recalls(pairs: Iterable[tuple[Gold, Observed]]) -> Iterator[str]:
    """Recall at 1, 5 and 10."""
    measured = retrieval(list(pairs))
    for estimate in (measured.recall_at_1, measured.recall_at_5, measured.recall_at_10):
        yield "–" if estimate is None else f"{estimate.value:.3f}"


if __name__ == "__main__":
    main()
