"""The one composition root: here, and nowhere else, concrete models and machines are named.

Each part is imported where it is made, so that a command loads no more than it needs: `search` shows its first hit
within a second of its start.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.doctor import Doctor
from ingest.parsers.isolate import ParserProcess
from rag.clock import SystemClock
from rag.errors import SettingsError
from rag.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ingest.batch import Batch
    from ingest.doctor import Doctor
    from ingest.files import Originals
    from ingest.intake import Intake
    from ingest.jobs import Jobs
    from ingest.parsers.isolate import ParserProcess
    from ingest.pipeline import Parser
    from ingest.sources.item import Site
    from ingest.sources.register import Register, Source
    from ingest.sync import Sync
    from ingest.worker import Worker
    from rag.answer import Answerer
    from rag.catch_up import Caches
    from rag.database import Database
    from rag.feed import Feed
    from rag.history import History
    from rag.places import Places
    from rag.lexical_index import LexicalIndex
    from rag.ports import Embedder
    from rag.retrieve import Retriever
    from rag.store import Store
    from rag.vector_index import VectorIndex

WRITERS = ("auto", "quotes")


class Services:
    """Everything that the doors need. Each part is made when it is first asked for, and once."""

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
    def places(self) -> "Places":
        """Where documents lie."""
        from rag.places import Places

        return Places(self.database, self.clock)

    @cached_property
    def history(self) -> "History":
        """Conversations."""
        from rag.history import History

        return History(self.database, self.store, self.clock)

    @cached_property
    def jobs(self) -> "Jobs":
        """The queue of originals to read."""
        from ingest.jobs import Jobs

        return Jobs(self.database, self.clock)

    @cached_property
    def originals(self) -> "Originals":
        """The files as they came in."""
        from ingest.files import Originals

        return Originals(self.settings.originals, self.settings.max_upload_mb << 20)

    @cached_property
    def intake(self) -> "Intake":
        """The way in and out for documents."""
        from ingest.intake import Intake

        return Intake(
            database=self.database,
            store=self.store,
            places=self.places,
            jobs=self.jobs,
            originals=self.originals,
            history=self.history,
        )

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
    def register(self) -> "Register":
        """The sources that are kept in step."""
        from ingest.sources.register import Register

        return Register(self.database, self.places, self.clock)

    @cached_property
    def sync(self) -> "Sync":
        """Whoever keeps them so."""
        from ingest.sync import Sync

        return Sync(
            database=self.database,
            intake=self.intake,
            places=self.places,
            register=self.register,
            batch=self.batch,
            site=self._site,
        )

    def batch(self, collection: str, source_id: int | None = None) -> "Batch":
        """A run over many files, which loads models only if one of them must be read."""
        from ingest.batch import Batch

        return Batch(
            intake=self.intake,
            worker=lambda: self.worker,
            jobs=self.jobs,
            store=self.store,
            collection=collection,
            source_id=source_id,
        )

    def _site(self, source: "Source") -> "Site":
        from ingest.sources.folder import Folder
        from ingest.sources.register import Kind

        options = source.options
        if source.kind is Kind.FOLDER:
            return Folder(Path(source.location), options.include, options.exclude)
        return self.web.site(source)

    @cached_property
    def retriever(self) -> "Retriever":
        """Questions to passages."""
        from rag.retrieve import Retriever

        depth = self.settings.search_depth
        return Retriever(caches=self.caches, store=self.store, embedder=self.embedder, depth=depth)

    @cached_property
    def answerer(self) -> "Answerer":
        """Questions to checked answers."""
        from rag.answer import Answerer

        return Answerer(
            retriever=self.retriever,
            store=self.store,
            embedder=self.embedder,
            clock=self.clock,
            top=self.settings.passages,
            threshold=self.settings.threshold,
        )

    @cached_property
    def doctor(self) -> "Doctor":
        """Checks of what must always hold, and their repair."""
        from ingest.doctor import Doctor

        return Doctor(
            database=self.database,
            store=self.store,
            originals=self.originals,
            caches=self.caches,
            fingerprint=self.fingerprint,
        )

    @cached_property
    def parser(self) -> "ParserProcess":
        """The child process in which originals are opened."""
        from ingest.parsers.isolate import ParserProcess

        return ParserProcess(timeout=self.settings.parse_seconds, memory_mb=self.settings.parse_memory_mb)

    @cached_property
    def worker(self) -> "Worker":
        """Somebody who reads what waits in the queue."""
        return self.worker_with(self.parser)

    def worker_with(self, parser: "Parser", *, hold: bool = True) -> "Worker":
        """A worker of its own that opens originals with this parser."""
        from ingest.pipeline import Pipeline
        from ingest.sources.item import Site
    from ingest.sources.register import Register, Source
    from ingest.sync import Sync
    from ingest.worker import Worker

        pipeline = Pipeline(
            database=self.database,
            store=self.store,
            places=self.places,
            jobs=self.jobs,
            originals=self.originals,
            parser=parser,
            embedder=self.embedder,
            chunk_tokens=self.settings.chunk_tokens,
            hold=hold and self.settings.hold_instructions,
        )
        return Worker(self.jobs, pipeline)

    def preload(self) -> None:
        """Begin to load the model in the background; whoever needs it waits for the rest of it."""
        loader = ThreadPoolExecutor(1, "preload")
        self._loading = loader.submit(self._open_embedder)
        loader.shutdown(wait=False)

    def warm(self) -> None:
        """Load models and indexes now, so that the first question does not wait for them.

        Also makes what answers, in one thread: two first questions at once must not make it twice.
        """
        for name in ("vectors", "words", "answerer", "history", "originals"):
            getattr(self, name)

    def _open_embedder(self) -> "Embedder":
        from rag.models import catalog
        from rag.models.embed import open_embedder

        if self._given is not None:
            return self._given
        spec = catalog.embedder(self.settings.embedder)
        threads = self.settings.threads or None
        return open_embedder(spec, self.settings.model_folder, device=self.settings.device, threads=threads)

    def close(self) -> None:
        """Stop the worker and give back what was made."""
        made = vars(self)
        if "worker" in made:
            self.worker.stop(5)
        if "parser" in made:
            self.parser.close()
        self.database.close()


def open_services(settings: Settings, embedder: "Embedder | None" = None, *, warm: bool = False) -> Services:
    """Migrate if needed and connect everything; ``warm`` also loads models and indexes.

    Raises SettingsError, WrongSchema, ModelError and StorageError, each saying what to do.
    """
    if settings.generator not in WRITERS:
        raise SettingsError(
            f"FOOTNOTE_GENERATOR cannot be {settings.generator!r}: this version writes answers in quotes only. "
            "Set it to auto or quotes, or leave it out."
        )
    services = Services(settings, embedder)
    if warm:
        services.preload()
    from migrations.run import ensure  # meanwhile: SQLAlchemy takes a while to import

    ensure(services.database)
    if warm:
        services.warm()
    return services


def known_models(settings: Settings) -> list[dict[str, object]]:
    """Every model of the catalogue: kind, name, licence, and whether the settings choose it."""
    from rag.models import catalog

    return [
        {
            "kind": "embedder",
            "name": spec.name,
            "licence": spec.licence,
            "revision": spec.revision,
            "in_use": spec.name == settings.embedder,
        }
        for spec in catalog.EMBEDDERS
    ]
