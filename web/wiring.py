"""The one composition root: here, and nowhere else, concrete models and machines are named.

Each part is imported where it is made, so that a command loads no more than it needs: `search` shows its first hit
within a second of its start.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rag.settings import Settings
from web.wired_insight import Insight

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ingest.backlog import Backlog
    from ingest.backup import Backup
    from ingest.batch import Batch
    from ingest.doctor import Doctor
    from ingest.files import Originals
    from ingest.intake import Intake
    from ingest.jobs import Jobs
    from ingest.listing import Listing
    from ingest.parsers.process.isolate import ParserProcess
    from ingest.pipeline import Parser
    from ingest.removal import Removals
    from ingest.shelves import Shelves
    from ingest.sources.item import Site
    from ingest.sources.register import Register, Source
    from ingest.sources.site import Web
    from ingest.stock import Stock
    from ingest.sync import Sync
    from ingest.syncer import Syncer
    from ingest.worker import Worker
    from rag.places import Place
    from rag.ports import Embedder


class Services(Insight):
    """Everything that the doors need. Each part is made when it is first asked for, and once."""

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
    def listing(self) -> "Listing":
        """The list of all documents."""
        from ingest.listing import Listing

        return Listing(self.database)

    @cached_property
    def removals(self) -> "Removals":
        """What was deleted by hand and can be undone for a while."""
        from ingest.removal import Removals

        return Removals(self.database, self.clock, self.intake)

    @cached_property
    def shelves(self) -> "Shelves":
        """The collections, and documents moved between them."""
        from ingest.shelves import Shelves

        return Shelves(self.database, self.store)

    @cached_property
    def backlog(self) -> "Backlog":
        """What waits in the queue."""
        from ingest.backlog import Backlog

        return Backlog(self.database)

    @cached_property
    def register(self) -> "Register":
        """The sources that are kept in step."""
        from ingest.sources.register import Register

        return Register(self.database, self.places, self.clock)

    @cached_property
    def sync(self) -> "Sync":
        """Whoever keeps them so."""
        return self._sync(self.batch)

    @cached_property
    def syncer(self) -> "Syncer":
        """Whoever does so when a page asks, beside the worker: what each of them holds is its own."""
        from ingest.syncer import Syncer

        def batch(collection: str, source_id: int | None = None) -> "Batch":
            return self.batch(collection, source_id, worker=lambda: self.worker_with(self.parser))

        return Syncer(self.register, lambda: self._sync(batch))

    def _sync(self, batch: "Callable[[str, int], Batch]") -> "Sync":
        from ingest.sync import Sync

        return Sync(
            database=self.database,
            intake=self.intake,
            places=self.places,
            register=self.register,
            batch=batch,
            site=self._site,
            first=self.removals.carry_out_all,
        )

    def batch(
        self, collection: str, source_id: int | None = None, worker: "Callable[[], Worker] | None" = None
    ) -> "Batch":
        """A run over many files, which loads models only if one of them must be read."""
        from ingest.batch import Batch

        return Batch(
            intake=self.intake,
            worker=worker or (lambda: self.worker),
            jobs=self.jobs,
            store=self.store,
            collection=collection,
            source_id=source_id,
        )

    @cached_property
    def web(self) -> "Web":
        """The way to the web: nothing else connects out."""
        from ingest.sources.fetching.fetch import Fetcher
        from ingest.sources.site import Web

        fetcher = Fetcher(
            allow=self.settings.opened_hosts,
            max_bytes=self.settings.max_upload_mb << 20,
            seconds=self.settings.fetch_seconds,
            user_agent=self.settings.user_agent,
        )
        return Web(fetcher, self.originals)

    def _site(self, source: "Source", places: "Mapping[str, Place]") -> "Site":
        from ingest.sources.folder import Folder
        from ingest.sources.register import Kind

        options = source.options
        if source.kind is Kind.FOLDER:
            contents = {place.sha256 for place in places.values()}
            return Folder(Path(source.location), options.include, options.exclude, contents)
        return self.web.site(source, places)

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
    def backup(self) -> "Backup":
        """Whoever saves it all in one file."""
        from ingest.backup import Backup
        from rag.settings import FILE

        return Backup(
            database=self.database,
            originals=self.originals,
            home=self.settings.home,
            settings=Path(FILE),
            clock=self.clock,
        )

    def stock(self) -> "Stock":
        """What there is, in numbers."""
        from ingest.stock import stock

        return stock(self.database, self.settings.home, self.settings.caches)

    @cached_property
    def parser(self) -> "ParserProcess":
        """The child process in which originals are opened."""
        from ingest.parsers.process.isolate import ParserProcess
        from ingest.parsers.reading import Limits

        chosen = self.settings
        limits = Limits(
            pages=chosen.parse_pages,
            pixels=chosen.parse_pixels,
            unpacked_mb=chosen.parse_unpacked_mb,
            members=chosen.parse_members,
            cells=chosen.parse_cells,
        )
        return ParserProcess(timeout=chosen.parse_seconds, memory_mb=chosen.parse_memory_mb, limits=limits)

    @cached_property
    def worker(self) -> "Worker":
        """Somebody who reads what waits in the queue."""
        return self.worker_with(self.parser)

    def worker_with(self, parser: "Parser", *, hold: bool = True) -> "Worker":
        """A worker of its own that opens originals with this parser."""
        from ingest.pipeline import Pipeline
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
        return Worker(self.jobs, pipeline, self._chores)

    def _chores(self) -> None:
        """What a worker does besides; questions are asked again only while nothing waits to be read."""
        self.removals.carry_out()
        if not self.jobs.active():
            self.look_again()

    def warm(self) -> None:
        """Load models and indexes now, so that the first question does not wait for them.

        Also makes what answers, in one thread: two first questions at once must not make it twice.
        """
        for name in ("vectors", "words", "answerer", "history", "originals", "syncer"):
            getattr(self, name)

    def close(self) -> None:
        """Stop the worker and give back what was made."""
        made = vars(self)
        self.looked(5)
        if "syncer" in made:
            self.syncer.stop(5)
        if "worker" in made:
            self.worker.stop(5)
        if "parser" in made:
            self.parser.close()
        self.database.close()


def open_services(settings: Settings, embedder: "Embedder | None" = None, *, warm: bool = False) -> Services:
    """Migrate if needed and connect everything; ``warm`` also loads models and indexes.

    Raises SettingsError, WrongSchema, ModelError and StorageError, each saying what to do.
    """
    services = Services(settings, embedder)
    if warm:
        services.preload()
    from migrations.run import ensure  # meanwhile: SQLAlchemy takes a while to import

    ensure(services.database)
    if warm:
        services.warm()
    return services
