"""A second look at the best passages by a model that reads question and passage together."""

from collections.abc import Sequence
from dataclasses import replace

from rag.ports import Reranker
from rag.types import Passage

WEIGHT = 0.5  # of the reranker's probability beside the fused score


def reranked(question: str, passages: Sequence[Passage], reranker: Reranker) -> tuple[Passage, ...]:
    """The passages in the order of fused score and reranker together, ranks anew.

    The reranker reads as many, from the best on, as its time allows; the rest keep their order behind.
    """
    chances = reranker.relevance(question, [it.chunk.embedded(it.document.title) for it in passages])
    read = [
        replace(passage, score=passage.score + WEIGHT * chance)
        for passage, chance in zip(passages, chances, strict=False)
    ]
    read.sort(key=lambda passage: -passage.score)
    both = (*read, *passages[len(read) :])
    return tuple(replace(passage, rank=rank) for rank, passage in enumerate(both, start=1))
