"""What answering needs, each part made when it is first asked for; see wiring."""

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

from rag.clock import SystemClock
from rag.found import Use
from rag.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future

    from rag.answer import Answerer
    from rag.calibration import Calibration
    from rag.catch_up import Caches
    from rag.conversations import Conversations
    from rag.database import Database
    from rag.feed import Feed
    from rag.golden import GoldenSet
    from rag.history import History
    from rag.lexical_index import LexicalIndex
    from rag.models.reader import Reader
    from rag.places import Places
    from rag.ports import Embedder, Entailment, Generator, Reranker, Rewriter
    from rag.retrieve import Retriever
    from rag.store import Store
    from rag.vector_index import VectorIndex
    from rag.voices import Voices
    from rag.write import Voice


class Answering:
    """Documents, indexes and models."""

    def __init__(self, settings: Settings, embedder: "Embedder | None" = None) -> None:
        """``embedder`` stands in for the configured one."""
        self.settings = settings
        self.clock = SystemClock()
        self._given = embedder
        self._loading: Future[Embedder] | None = None

    @cached_property
    def database(self) -> "Database":
        """Where the truth is."""
        from rag.database import Database

        return Database(self.settings.url)

    @cached_property
    def store(self) -> "Store":
        """Documents, pages and chunks."""
        from rag.store import Store

        return Store(self.database, self.clock)

    @cached_property
    def voices(self) -> "Voices":
        """How written answers speak."""
        from rag.voices import Voices

        return Voices(self.database, self.settings.voice)

    @cached_property
    def places(self) -> "Places":
        """Where documents lie."""
        from rag.places import Places

        return Places(self.database, self.clock)

    @cached_property
    def conversations(self) -> "Conversations":
        """What conversations there are."""
        from rag.conversations import Conversations

        return Conversations(self.database)

    @cached_property
    def history(self) -> "History":
        """What was asked and answered in them."""
        from rag.history import History

        return History(self.database, self.store, self.clock)

    @cached_property
    def golden(self) -> "GoldenSet":
        """Questions that readers called rightly answered."""
        from rag.golden import GoldenSet

        return GoldenSet(self.database, self.clock)

    @cached_property
    def embedder(self) -> "Embedder":
        """The embedder that the settings name, converted first if it has not been. Raises ModelError."""
        return self._loading.result() if self._loading else self._open_embedder()

    @cached_property
    def fingerprint(self) -> str:
        """What tells vectors that can be compared from others; known without loading the model."""
        from rag.models import catalog

        if self._given is not None:
            return self._given.fingerprint
        return catalog.embedder(self.settings.embedder).fingerprint

    @cached_property
    def basis(self) -> str:
        """What tells the confidence in use from others. Raises ModelError for a reader that cannot be loaded."""
        from rag.calibration import basis

        asked = self.reader if Use.CONFIDENCE in self.settings.uses else None
        return basis(self.fingerprint, asked.fingerprint if asked else "")

    @cached_property
    def feed(self) -> "Feed":
        """What the caches are filled from."""
        from rag.feed import Feed

        return Feed(self.database, self.fingerprint)

    @cached_property
    def vectors(self) -> "VectorIndex":
        """The FAISS index."""
        from rag.models import catalog
        from rag.vector_index import VectorIndex

        dimension = (self._given or catalog.embedder(self.settings.embedder)).dimension
        fingerprint = f"{self.feed.store_id()}:{self.fingerprint}"
        return VectorIndex(self.settings.caches / "vectors", dimension, fingerprint)

    @cached_property
    def words(self) -> "LexicalIndex":
        """The BM25 index."""
        from rag.lexical_index import LexicalIndex

        return LexicalIndex(self.settings.caches / "words", self.feed.store_id())

    @cached_property
    def caches(self) -> "Caches":
        """Both indexes, kept at the same change."""
        from rag.catch_up import Caches

        return Caches(self.feed, self.vectors, self.words)

    @cached_property
    def retriever(self) -> "Retriever":
        """Questions to passages."""
        from rag.retrieve import Retriever

        depth = self.settings.search_depth
        return Retriever(
            caches=self.caches,
            store=self.store,
            embedder=self.embedder,
            depth=depth,
            reranker=self.reranker,
            reader=self.reader,
            reorder=Use.ORDER in self.settings.uses,
        )

    @cached_property
    def reader(self) -> "Reader | None":
        """The reader that the settings name, if they do. Raises ModelError."""
        from rag.models.reader import open_reader

        given, folder = self.settings, self.settings.reader_folder
        if folder is None or given.reranker is not None or not given.uses:
            return None
        threads = given.threads or None
        return open_reader(folder, budget_ms=given.rerank_ms, device=given.device, threads=threads)

    @cached_property
    def generator(self) -> "Generator | None":
        """What writes answers, if the settings name it. Raises ModelError."""
        from web.wired_generator import open_generator

        return open_generator(self.settings)

    def stand_in(self) -> None:
        """Where the model that is to write cannot be loaded, put one in its place that says why.

        For whoever serves people: they get their answers in quotes, with that notice.
        """
        from rag.errors import ModelError
        from rag.models.absent import AbsentGenerator

        try:
            _ = self.generator
        except ModelError as error:
            import structlog

            name = self.settings.generator
            structlog.get_logger().warning("generator_not_loaded", model=name, reason=str(error))
            vars(self)["generator"] = AbsentGenerator(str(error))

    @cached_property
    def reranker(self) -> "Reranker | None":
        """The cross-encoder that the settings name, if they do. Raises ModelError."""
        from rag.models.rerank import open_reranker

        given = self.settings
        if given.reranker is None:
            return None
        return open_reranker(given.reranker, device=given.device, budget_ms=given.rerank_ms)

    @cached_property
    def rewriter(self) -> "Rewriter":
        """Follow-up questions to ones that stand alone."""
        from rag.rewrite import CarryOver

        return CarryOver(self.embedder)

    @cached_property
    def calibration(self) -> "Calibration | None":
        """What this home's own questions made of the confidence, if it is still that confidence."""
        from rag.calibration_file import CalibrationFile

        return CalibrationFile(self.settings.home).current(self.basis)

    @cached_property
    def entailment(self) -> "Entailment | None":
        """The model of inference that the settings name, if they do. Raises ModelError."""
        from rag.models.nli import open_entailment

        return open_entailment(self.settings.nli, self.settings.device) if self.settings.nli else None

    @cached_property
    def answerer(self) -> "Answerer":
        """Questions to checked answers."""
        return self.answerer_with(self.settings.threshold, self.calibration)

    def answerer_with(
        self,
        threshold: float | None,
        calibration: "Calibration | None",
        *,
        voice: "Voice | None" = None,
        written: bool = True,
    ) -> "Answerer":
        """One that declines below another threshold, is sure otherwise, speaks in another voice, or only quotes."""
        from rag.answer import Answerer

        return Answerer(
            retriever=self.retriever,
            rewriter=self.rewriter,
            store=self.store,
            embedder=self.embedder,
            clock=self.clock,
            top=self.settings.passages,
            threshold=threshold,
            calibration=calibration,
            entailment=self.entailment,
            keep_unsupported=self.settings.unsupported == "mark",
            uses=self.settings.uses,
            generator=self.generator if written else None,
            voice=voice or self.voices.of,
        )

    def preload(self) -> None:
        """Begin to load the model in the background; whoever needs it waits for the rest of it."""
        loader = ThreadPoolExecutor(1, "preload")
        self._loading = loader.submit(self._open_embedder)
        loader.shutdown(wait=False)

    def _open_embedder(self) -> "Embedder":
        from rag.models import catalog
        from rag.models.embed import open_embedder

        if self._given is not None:
            return self._given
        spec = catalog.embedder(self.settings.embedder)
        threads = self.settings.threads or None
        return open_embedder(spec, self.settings.model_folder, device=self.settings.device, threads=threads)
