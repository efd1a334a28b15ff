"""A question's passages: both indexes propose, all signals are fused, and what is live is joined."""

from collections.abc import Mapping, Sequence

from rag.asked import read as read_question
from rag.catch_up import Caches
from rag.errors import NotFound
from rag.fuse import Signals, ceiling, cosine_weight, fuse
from rag.ports import Embedder, Reader, Reranker
from rag.recency import latest_first
from rag.rerank import read, reranked
from rag.store import Store
from rag.types import Chunk, Document, Passage, Question
from rag.variety import copies_last

SPARE = 2  # times as many passages are joined as are wanted, for copies go behind


class Retriever:
    """Finds passages; catches the caches up first, so what was just published is found."""

    def __init__(
        self,
        *,
        caches: Caches,
        store: Store,
        embedder: Embedder,
        depth: int,
        reranker: Reranker | None = None,
        reader: Reader | None = None,
        reorder: bool = True,
    ) -> None:
        """Depth is how many chunks each index proposes.

        A reader looks at the first passages again, and reorders them if it is to; a reranker does so in its place.
        """
        self._caches = caches
        self._store = store
        self._embedder = embedder
        self._depth = depth
        self._reranker = reranker
        self._reader = reader
        self._reorder = reorder

    def retrieve(self, question: Question, top: int) -> tuple[Passage, ...]:
        """At most ``top`` passages, best first. Raises NotFound for a collection that does not exist."""
        self._require(question.collections)
        self._caches.catch_up()
        signals = self.signals(question)
        fused = fuse(signals, self.ceiling(question.text), cosine_weight(self.fluency(question.text)))
        wanted = SPARE * top
        if read_question(question.text).latest:
            every = self._join(question, fused, signals, max(wanted, len(fused)))
            passages = latest_first(every)[:wanted]
        else:
            passages = self._join(question, fused, signals, wanted)
        return self._second_look(question.text, copies_last(passages))[:top]

    def _second_look(self, text: str, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """By a model that reads them, if there is one; no time is spent on copies before all else was read."""
        if self._reranker is not None:
            return copies_last(reranked(text, passages, self._reranker))
        if self._reader is not None:
            return copies_last(read(text, passages, self._reader, reorder=self._reorder))
        return passages

    def ceiling(self, text: str) -> float:
        """The most BM25 that the words of a text could score."""
        words = self._caches.words
        return ceiling(words.words(text), len(words))

    def fluency(self, text: str) -> float:
        """Characters of words for each of the embedder's pieces."""
        return sum(map(str.isalnum, text)) / max(1, self._embedder.count([text])[0])

    def signals(self, question: Question) -> dict[int, Signals]:
        """Everything that is known of each chunk that either index proposes."""
        text, vectors, words = question.text, self._caches.vectors, self._caches.words
        vector = self._embedder.embed([text])[0]
        bounded = bool(question.collections or question.scope) or self._store.removing()
        allowed = self._store.ranges(question.collections, question.scope) if bounded else None
        cosines = vectors.search(vector, self._depth, allowed)
        proposed = words.propose(text, self._depth, allowed)
        cosines |= vectors.scores(vector, [key for key in proposed if key not in cosines])
        keys = dict.fromkeys([*cosines, *proposed])
        bm25, about, exact = (score(text, keys) for score in (words.scores, words.about, words.exact))
        lowest = min(cosines.values(), default=0.0)  # of one that the vectors lack, for their index may lag
        return {
            key: Signals(
                cosine=cosines.get(key, lowest),
                bm25=bm25.get(key, 0.0),
                about=about.get(key, 0.0),
                exact=exact.get(key, 0.0),
            )
            for key in keys
        }

    def _require(self, names: Sequence[str]) -> None:
        known = {c.name for c in self._store.collections()} if names else set()
        for name in names:
            if name not in known:
                there = ", ".join(sorted(known)) or "none yet"
                raise NotFound(f"There is no collection {name!r}. Those there are: {there}.")

    def _join(
        self, question: Question, fused: Sequence[tuple[int, float]], signals: Mapping[int, Signals], top: int
    ) -> tuple[Passage, ...]:
        """Only live chunks of the documents asked become passages, however far a cache lags."""
        passages: list[Passage] = []
        for at in range(0, len(fused), top):
            batch = fused[at : at + top]
            live = self._store.hits([key for key, _ in batch])
            for key, score in batch:
                if key not in live or not _asked(question, *live[key]):
                    continue
                chunk, document = live[key]
                passages.append(
                    Passage(
                        rank=len(passages) + 1,
                        score=score,
                        dense=signals[key].cosine,
                        lexical=signals[key].bm25,
                        chunk_id=key,
                        chunk=chunk,
                        document=document,
                    )
                )
            if len(passages) >= top:
                break
        return tuple(passages[:top])


def _asked(question: Question, _chunk: Chunk, document: Document) -> bool:
    """Whether a document is one of those that are asked."""
    shelf = not question.collections or document.collection in question.collections
    kind = document.media_type or ""
    return shelf and question.scope.holds(document.source, kind, document.updated_at)
