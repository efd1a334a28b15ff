"""Fit what is made of a reader: its weight in the order, among the sentences and in the confidence.

    python -m tests.benchmarks.fit_reader READER ../shared/data --models data/home/models

On the articles of squad_dev_rest that `footnote train-reader` holds out, for the reader has learnt from all others, and
on pubmedqa, which it has not seen. Of each knowledge base ten passages a question are found and the first of them read
(rag.rerank.DEPTH), without a limit on time; then are fitted, one after the other,

    rag.rerank.WEIGHT           as a conditional logit (McFadden 1974) of the passage that holds the answer
    WEIGHTS["pointed"]          of rag.evidence, likewise of the sentence, the other weights as they are
    rag.abstain.READ_*          logistic regression of "the answer stands in the documents", balanced as fit_confidence

Prints each with what it reaches on the questions that it was fitted on: four articles are too few to hold out more.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag import abstain
from rag.calibration import logit
from rag.evidence import WEIGHTS, Evidence, weigh
from rag.models import catalog
from rag.models.embed import open_embedder
from rag.models.reader import Reader, open_reader
from rag.ports import Embedder
from rag.rerank import WEIGHT, likeliest, read
from rag.training.hold_out import held
from rag.types import Page, Passage, Question
from tests.benchmarks.fit_confidence import balance, report
from tests.benchmarks.fit_evidence import Table, fit, softmax
from tests.benchmarks.fit_homes import (
    PASSAGES,
    Memo,
    Record,
    Shelf,
    filled,
    holds,
    pick,
    records,
    whole_shelf,
)
from tests.benchmarks.logistic import logistic

Array = NDArray[np.float64]
UNLIMITED = 1_000_000  # milliseconds
COUNT = 200  # questions of a kind
ABSTRACTS = 5  # one of so many is there
HALF = 2  # one paragraph of so many is left out where questions near the documents are asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question, its passages as they were read, in the order of the fusion, and the pages around them."""

    group: str
    kind: str
    record: Record
    passages: tuple[Passage, ...]
    pages: dict[tuple[str, int], Page]

    def ordered(self, weight: float) -> "Case":
        """As if the reader's probability had this weight in the order."""
        scored = [
            replace(p, score=p.score + weight * p.found.relevance) if p.found else p for p in self.passages
        ]
        scored.sort(key=lambda passage: -passage.score)
        return replace(self, passages=tuple(scored))

    def evidence(self, embedder: Embedder) -> Evidence:
        """As the product weighs it."""
        return weigh(Question(text=self.record["question"]), self.passages, embedder, self.pages)

    def gold(self, passage: Passage) -> bool:
        """Whether a passage holds the answer."""
        chunk, spans = passage.chunk, self.record.get("spans") or ()
        own = passage.document.source in self.record["gold_docs"]
        return own and any(a < chunk.end and chunk.start < b for a, b in spans)


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reader", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    given = parser.parse_args()
    embedder = Memo(open_embedder(catalog.EMBEDDERS[0], given.models))
    reader = open_reader(given.reader, budget_ms=UNLIMITED)
    every = [case for shelf in shelves(given.data / "train") for case in ask(shelf, embedder, reader)]
    weight = fit_order(every)
    ordered = [case.ordered(weight) for case in every]
    weighed = [(case, case.evidence(embedder)) for case in ordered]
    fit_pointed(weighed)
    fit_confidence(weighed)


def shelves(train: Path) -> Iterator[Shelf]:
    """All paragraphs, and half of them, asked only about the articles that are held out; and abstracts."""
    dice = random.Random(0)
    documents, asked = records(train / "squad_dev_rest")
    titles = {document["id"]: document["title"] for document in documents}
    out = held(titles.values())
    own = [record for record in asked if titles[record["gold_docs"][0]] in out]
    kinds = {"answerable": [q for q in own if q["answerable"]]}
    kinds["adversarial"] = [q for q in own if not q["answerable"]]
    kinds["far"] = records(train / "pubmedqa")[1]
    yield Shelf(
        group="whole",
        documents=documents,
        questions={k: pick(dice, some, COUNT) for k, some in kinds.items()},
    )
    inside = documents[::HALF]
    here = {document["id"] for document in inside}
    there = [q for q in kinds["answerable"] if q["gold_docs"][0] in here]
    near = [q for q in kinds["answerable"] if q["gold_docs"][0] not in here]
    yield Shelf(
        group="half",
        documents=inside,
        questions={"answerable": pick(dice, there, COUNT), "near": pick(dice, near, COUNT)},
    )
    abstracts, about = records(train / "pubmedqa")
    shelf = abstracts[::ABSTRACTS]
    rest = [q for q in about if q["gold_docs"][0] not in {document["id"] for document in shelf}]
    yield whole_shelf("pubmedqa", dice, shelf, about, rest, COUNT // 2)


def ask(shelf: Shelf, embedder: Embedder, reader: Reader) -> Iterator[Case]:
    """Every question of a shelf, its passages read."""
    with filled(shelf, embedder) as (home, services):
        for kind, asked in shelf.questions.items():
            for record in asked:
                found = home.search(Question(text=record["question"]), PASSAGES)
                passages = read(record["question"], found, reader, reorder=False)
                pages = services.store.pages((p.document.id, p.chunk.page) for p in passages)
                yield Case(group=shelf.group, kind=kind, record=record, passages=passages, pages=pages)


def fit_order(every: Sequence[Case]) -> float:
    """The weight of the reader's probability beside the fused score."""
    tables: list[Table] = []
    for case in every:
        gold = np.array([case.gold(passage) for passage in case.passages])
        if case.kind == "answerable" and gold.any() and not gold.all():
            rows = [(p.score, p.found.relevance if p.found else 0.0) for p in case.passages]
            tables.append((np.array(rows), gold))
    fused, relevance = fit(tables)
    print(f"{len(tables)} questions; the first passage holds the answer:")
    for weight in (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, relevance / fused):
        print(f"    {weight:.2f}: {right(tables, np.array([1.0, weight])):.3f}")
    print(f"WEIGHT = {relevance / fused:.2f}, in use {WEIGHT}")
    return float(relevance / fused)


def fit_pointed(weighed: Sequence[tuple[Case, Evidence]]) -> None:
    """What it counts that a reader points into a sentence, in log odds as all else."""
    tables: list[Table] = []
    pointed = list(WEIGHTS).index("pointed")
    for case, evidence in weighed:
        gold = np.array([holds(case.record, candidate) for candidate in evidence.candidates])
        if case.kind == "answerable" and gold.any() and not gold.all():
            given = [
                (c.signals[pointed], c.score - WEIGHTS["pointed"] * c.signals[pointed])
                for c in evidence.candidates
            ]
            tables.append((np.array(given), gold))
    weight, rest = fit(tables)
    print(f"{len(tables)} questions; the best sentence holds the answer:")
    for each in (0.0, 1.0, 2.0, 3.0, 5.0, 8.0, weight / rest):
        print(f"    {each:.1f}: {right(tables, np.array([each, 1.0])):.3f}")
    print(f"'pointed': {weight / rest:.1f}, in use {WEIGHTS['pointed']}; the rest counts {rest:.2f}")


def fit_confidence(weighed: Sequence[tuple[Case, Evidence]]) -> None:
    """The confidence over that without a reader and what the reader found."""
    some = [(case, evidence) for case, evidence in weighed if evidence.candidates]
    kinds = [(case.group, case.kind) for case, _ in some]
    alone = np.array(
        [logit(abstain.confidence(case.record["question"], evidence)) for case, evidence in some]
    )
    told = [found for case, _ in some if (found := likeliest(case.passages))]
    rows = np.column_stack([np.ones(len(some)), alone, [abstain.margin(found) for found in told]])
    weights = logistic(
        rows, np.array([kind == "answerable" for _, kind in kinds], dtype=np.float64), balance(kinds)
    )
    print("READ_INTERCEPT", round(weights[0], 2))
    for name, weight in zip(abstain.READ_COEFFICIENTS, weights[1:], strict=True):
        print(f"    {name!r}: {weight:.2f},")
    for title, odds in (("without", alone), ("with", rows @ weights)):
        report(title, kinds, 1.0 / (1.0 + np.exp(-odds)))


def right(tables: Sequence[Table], weights: Array) -> float:
    """The share of questions whose best row is a right one."""
    return float(np.mean([gold[int(np.argmax(softmax(rows @ weights)))] for rows, gold in tables]))


if __name__ == "__main__":
    main()
