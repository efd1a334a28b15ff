"""A second look at the best passages by a model that reads question and passage together. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from rag.found import Found
from rag.ports import Reader, Reranker
from rag.types import Passage

# Of the model's probability beside the fused score, fitted by tests/benchmarks/fit_reader.py, where recall@1 hardly
# moves from .25 to 4: the reader alone would be as good there, but on sets unlike those it knows the fusion must speak.
WEIGHT = 0.3
# Passages that are read. On questions about the articles held out of squad_dev_rest two, three and five make the right
# passage the first as often (docs/reader.md); with two the best sentence is right less often, more take only time.
DEPTH = 3


def reranked(question: str, passages: Sequence[Passage], reranker: Reranker) -> tuple[Passage, ...]:
    """The passages in the order of fused score and reranker together, ranks anew.

    The reranker reads as many, from the best on, as its time allows; the rest keep their order behind.
    """
    return _ordered(passages, reranker.relevance(question, [passage.embedded for passage in passages]))


def read(
    question: str, passages: Sequence[Passage], reader: Reader, *, reorder: bool = True
) -> tuple[Passage, ...]:
    """The passages with what a reader found in the first DEPTH of them, as far as its time goes.

    In a new order, as `reranked` has it.
    """
    found = reader.read(question, [passage.embedded for passage in passages[:DEPTH]])
    looked = [replace(passage, found=told) for passage, told in zip(passages, found, strict=False)]
    every = (*looked, *passages[len(looked) :])
    return _ordered(every, [told.relevance for told in found]) if reorder else every


def likeliest(passages: Sequence[Passage]) -> Found | None:
    """What was found in the passage that most likely answers; None where none was read."""
    found = (passage.found for passage in passages if passage.found is not None)
    return max(found, key=lambda each: each.relevance, default=None)


def _ordered(passages: Sequence[Passage], chances: Sequence[float]) -> tuple[Passage, ...]:
    looked = [
        replace(passage, score=passage.score + WEIGHT * chance)
        for passage, chance in zip(passages, chances, strict=False)
    ]
    looked.sort(key=lambda passage: -passage.score)
    both = (*looked, *passages[len(looked) :])
    return tuple(replace(passage, rank=rank) for rank, passage in enumerate(both, start=1))
