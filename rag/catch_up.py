"""Bring the caches up to the truth. Adding, deleting, starting up and another process's work are all this."""

from threading import RLock

from rag.feed import Feed
from rag.lexical_index import LexicalIndex
from rag.vector_index import VectorIndex


class Caches:
    """Both indexes, always at the same change."""

    def __init__(self, feed: Feed, vectors: VectorIndex, words: LexicalIndex) -> None:
        """Both of the database that the feed reads."""
        self._feed = feed
        self._lock = RLock()
        self.vectors = vectors
        self.words = words

    def catch_up(self) -> int:
        """Compare one integer and, if it moved, take over the changes. Returns the change reached."""
        seq = self._feed.seq()
        if {self.vectors.seq, self.words.seq} != {seq}:
            with self._lock:
                self._forget_the_future(seq)
                for cache in (self.vectors, self.words):
                    self._bring_up(cache)
        return seq

    def rebuild(self) -> None:
        """Throw both away and fill them anew from the database."""
        with self._lock:
            self.vectors.reset()
            self.words.reset()
        self.catch_up()

    def _bring_up(self, cache: VectorIndex | LexicalIndex) -> None:
        """A cache that cannot be written, on a full disk say, lags; it tries again at the next question."""
        try:
            cache.catch_up(self._feed)
        except (OSError, RuntimeError, ValueError) as error:  # as Python, FAISS and tantivy say it
            import structlog

            structlog.get_logger().error("cache_lags", cache=type(cache).__name__, exc_info=error)

    def _forget_the_future(self, seq: int) -> None:
        """A cache that is ahead was made from a database since replaced by an older copy."""
        for cache in (self.vectors, self.words):
            if cache.seq > seq:
                cache.reset()
