"""A question's passages: both indexes, fused, and joined to what is live."""

from collections.abc import Sequence

from rag.catch_up import Caches
from rag.errors import NotFound
from rag.fuse import ceiling, fuse
from rag.ports import Embedder
from rag.store import Store
from rag.types import Passage, Question


class Retriever:
    """Finds passages; catches the caches up first, so what was just published is found."""

    def __init__(self, *, caches: Caches, store: Store, embedder: Embedder, depth: int) -> None:
        """Depth is how many chunks each index proposes."""
        self._caches = caches
        self._store = store
        self._embedder = embedder
        self._depth = depth

    def retrieve(self, question: Question, top: int) -> tuple[Passage, ...]:
        """At most ``top`` passages, best first. Raises NotFound for a collection that does not exist."""
        self._require(question.collections)
        self._caches.catch_up()
        dense, lexical = self._propose(question)
        words = self._caches.words
        fused = fuse(dense, lexical, ceiling(words.words(question.text), len(words)))
        return self._join(question, fused, dense, lexical, top)

    def _require(self, names: Sequence[str]) -> None:
        known = {c.name for c in self._store.collections()} if names else set()
        for name in names:
            if name not in known:
                there = ", ".join(sorted(known)) or "none yet"
                raise NotFound(f"There is no collection {name!r}. Those there are: {there}.")

    def _propose(self, question: Question) -> tuple[dict[int, float], dict[int, float]]:
        """Cosines and BM25 of the union of what both indexes propose; each chunk gets both scores."""
        vector = self._embedder.embed([question.text])[0]
        names = question.collections
        allowed = self._store.ranges(names) if names else None
        dense = self._caches.vectors.search(vector, self._depth, allowed)
        lexical = self._caches.words.search(question.text, self._depth, names or None)
        dense |= self._caches.vectors.scores(vector, lexical.keys() - dense.keys())
        lexical |= self._caches.words.scores(question.text, dense.keys() - lexical.keys())
        return dense, lexical

    def _join(
        self,
        question: Question,
        fused: Sequence[tuple[int, float]],
        dense: dict[int, float],
        lexical: dict[int, float],
        top: int,
    ) -> tuple[Passage, ...]:
        """Only live chunks of the collections asked become passages, however far a cache lags."""
        passages: list[Passage] = []
        for at in range(0, len(fused), top):
            batch = fused[at : at + top]
            live = self._store.hits([chunk_id for chunk_id, _ in batch])
            for chunk_id, score in batch:
                if chunk_id not in live or len(passages) == top:
                    continue
                chunk, document = live[chunk_id]
                if question.collections and document.collection not in question.collections:
                    continue
                passages.append(
                    Passage(
                        rank=len(passages) + 1,
                        score=score,
                        dense=dense.get(chunk_id, 0.0),
                        lexical=lexical.get(chunk_id, 0.0),
                        chunk_id=chunk_id,
                        chunk=chunk,
                        document=document,
                    )
                )
            if len(passages) == top:
                break
        return tuple(passages)
