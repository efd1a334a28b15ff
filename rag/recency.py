"""Where the latest of a series is asked for it comes first: the same report of another quarter is no answer. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from rag.dating import outdated
from rag.types import Passage

OUTDATED = 0.15  # of the fused score. Set with questions about filings in view (docs/quality.md), not fitted


def latest_first(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The same passages, ranks anew; those of a document that a later one takes the place of are worth less."""
    old = outdated(passage.document for passage in passages)
    weighed = [replace(p, score=p.score - OUTDATED) if p.document.id in old else p for p in passages]
    weighed.sort(key=lambda passage: -passage.score)
    return tuple(replace(passage, rank=rank) for rank, passage in enumerate(weighed, start=1))
