"""Questions asked of small and large knowledge bases made of the training sets, for fitting.

Beside each set's own answerable (and, in SQuAD, unanswerable) questions, a knowledge base is asked what its
documents cannot answer: questions about paragraphs of the same articles that were left out of it ("near") and about
other articles ("far"). PolicyQA is left out: its questions are templates, which fit many sentences or none.
"""

import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.evidence import Candidate, Evidence, weigh
from rag.models import catalog
from rag.models.embed import open_embedder
from rag.ports import Embedder
from rag.settings import load
from rag.types import Question
from web.evaluation_home import Home
from web.evaluation_set import EvaluationSet, Text
from web.wiring import Services, open_services

if TYPE_CHECKING:
    from rag.ports import Vectors

Record = dict[str, Any]
PASSAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question asked of a knowledge base."""

    group: str  # the kind of knowledge base
    kind: str  # answerable, adversarial, near or far
    question: str
    evidence: Evidence
    gold: tuple[bool, ...]  # of each candidate: it overlaps a gold span


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A knowledge base to be, and what is asked of it, by kind."""

    group: str
    documents: list[Record]
    questions: dict[str, list[Record]]


class Memo:
    """An embedder that remembers, since sentences come back."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}
        self.fingerprint = embedder.fingerprint
        self.dimension = embedder.dimension
        self.max_tokens = embedder.max_tokens

    def count(self, texts: Sequence[str]) -> list[int]:
        """As the embedder counts."""
        return self._embedder.count(texts)

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """As the embedder embeds."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(new, self._embedder.embed(new), strict=True)) if new else {}
        return np.stack([self._known[text] for text in texts])


def cases(data: Path, models: Path) -> list[Case]:
    """Every question of every shelf, its evidence weighed by the product itself."""
    embedder = Memo(open_embedder(catalog.EMBEDDERS[0], models))
    return [case for shelf in shelves(data / "train") for case in ask(shelf, embedder)]


def shelves(train: Path) -> Iterator[Shelf]:
    """All of them, the same at each call."""
    dice = random.Random(0)
    squad, asked = records(train / "squad_dev_rest")
    far = records(train / "pubmedqa")[1]
    yield from (small_shelf("squad small", dice, squad, asked, 4, 5) for _ in range(20))
    yield whole_shelf("squad whole", dice, squad, asked, far, 600)
    abstracts, about = records(train / "pubmedqa")
    for part in range(5):
        shelf = abstracts[part::5]
        rest = [record for record in about if record["gold_docs"][0] not in {d["id"] for d in shelf}]
        yield whole_shelf("pubmedqa", dice, shelf, about, rest, 60)


def small_shelf(
    group: str, dice: random.Random, documents: list[Record], asked: list[Record], articles: int, each: int
) -> Shelf:
    """A few paragraphs of a few articles; what is near was left out."""
    titles = dice.sample(sorted({document["title"] for document in documents}), articles)
    shuffled = dice.sample(documents, len(documents))
    own = {title: [d for d in shuffled if d["title"] == title] for title in titles}
    inside = [document for title in titles for document in own[title][:each]]
    near = {document["id"] for title in titles for document in own[title][each : 2 * each]}
    here = {document["id"] for document in inside}
    known = here | {document["id"] for title in titles for document in own[title]}
    return Shelf(
        group=group,
        documents=inside,
        questions={
            "answerable": pick(dice, (q for q in asked if q["answerable"] and q["gold_docs"][0] in here), 40),
            "adversarial": pick(
                dice, (q for q in asked if not q["answerable"] and q["gold_docs"][0] in here), 10
            ),
            "near": pick(dice, (q for q in asked if q["answerable"] and q["gold_docs"][0] in near), 30),
            "far": pick(dice, (q for q in asked if q["answerable"] and q["gold_docs"][0] not in known), 10),
        },
    )


def whole_shelf(
    group: str,
    dice: random.Random,
    documents: list[Record],
    asked: list[Record],
    far: list[Record],
    count: int,
) -> Shelf:
    """All documents given; what is far comes from elsewhere."""
    here = {document["id"] for document in documents}
    own = [record for record in asked if record["gold_docs"][0] in here]
    return Shelf(
        group=group,
        documents=documents,
        questions={
            "answerable": pick(dice, (q for q in own if q["answerable"]), count),
            "adversarial": pick(dice, (q for q in own if not q["answerable"]), count // 2),
            "far": pick(dice, far, count // 2),
        },
    )


def pick(dice: random.Random, some: Iterable[Record], count: int) -> list[Record]:
    """At most so many of them, by chance."""
    every = list(some)
    return dice.sample(every, min(count, len(every)))


def records(folder: Path) -> tuple[list[Record], list[Record]]:
    """Documents and questions of a set."""
    return lines(folder / "corpus.jsonl"), lines(folder / "queries.jsonl")


def lines(file: Path) -> list[Record]:
    """A record a line; other line breaks belong to the texts."""
    with file.open(encoding="utf-8") as opened:
        return [json.loads(line) for line in opened]


@contextmanager
def filled(shelf: Shelf, embedder: Embedder) -> Iterator[tuple[Home, Services]]:
    """A home of its own that has read the shelf."""
    texts = tuple(Text(name=d["id"], title=d["title"], text=d["text"]) for d in shelf.documents)
    given = EvaluationSet(name=shelf.group, texts=texts, folder=None, files=(), questions=())
    with tempfile.TemporaryDirectory() as folder:
        services = open_services(load(home=Path(folder), reader="none"), embedder)
        home = Home(services)
        home.fill(given, lambda *_: None)
        yield home, services
        services.close()


def ask(shelf: Shelf, embedder: Embedder) -> Iterator[Case]:
    """Weigh the evidence for a shelf's questions."""
    with filled(shelf, embedder) as (home, services):
        for kind, asked in shelf.questions.items():
            for record in asked:
                question = Question(text=record["question"])
                passages = home.search(question, PASSAGES)
                pages = services.store.pages((p.document.id, p.chunk.page) for p in passages)
                evidence = weigh(question, passages, embedder, pages)
                gold = tuple(holds(record, candidate) for candidate in evidence.candidates)
                yield Case(group=shelf.group, kind=kind, question=question.text, evidence=evidence, gold=gold)


def holds(record: Record, candidate: Candidate) -> bool:
    """Whether the sentence overlaps a gold span in a gold document."""
    document, start, end = candidate.passage.document, candidate.start, candidate.end
    spans = record.get("spans") or ()
    return document.source in record["gold_docs"] and any(a < end and start < b for a, b in spans)
