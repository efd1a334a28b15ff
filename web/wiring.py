"""The one composition root: here, and nowhere else, concrete models and machines are named.

Each part is imported where it is made, so that a command loads no more than it needs: `search` shows its first hit
within a second of its start.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rag.settings import GENERATORS, Settings
from web.wired_answering import Answering

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.backlog import Backlog
    from ingest.batch import Batch
    from ingest.doctor import Doctor
    from ingest.files import Originals
    from ingest.intake import Intake
    from ingest.jobs import Jobs
    from ingest.parsers.process.isolate import ParserProcess
    from ingest.pipeline import Parser
    from ingest.sources.item import Site
    from ingest.sources.register import Register, Source
    from ingest.sources.site import Web
    from ingest.sync import Sync
    from ingest.worker import Worker
    from rag.places import Place
    from rag.ports import Embedder


class Services(Answering):
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
        return Worker(self.jobs, pipeline)

    def warm(self) -> None:
        """Load models and indexes now, so that the first question does not wait for them.

        Also makes what answers, in one thread: two first questions at once must not make it twice.
        """
        for name in ("vectors", "words", "answerer", "history", "originals"):
            getattr(self, name)

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
    services = Services(settings, embedder)
    if warm:
        services.preload()
    from migrations.run import ensure  # meanwhile: SQLAlchemy takes a while to import

    ensure(services.database)
    if warm:
        services.warm()
    return services


def known_models(settings: Settings) -> list[dict[str, object]]:
    """Every model of the catalogue, and the reader that the settings name: kind, name, licence, whether it is in use.

    Raises ModelError where there is no sound reader in that folder.
    """
    from rag.models import catalog

    embedders: list[dict[str, object]] = [
        {
            "kind": "embedder",
            "name": spec.name,
            "licence": spec.licence,
            "revision": spec.revision,
            "in_use": spec.name == settings.embedder,
        }
        for spec in catalog.EMBEDDERS
    ]
    folder = settings.reader_folder
    readers = [] if folder is None else [_reader(folder)]
    return [*embedders, *readers, *_generators(settings)]


def _generators(settings: Settings) -> list[dict[str, object]]:
    """The one that comes with a package, and what else the settings name."""
    from rag.models.catalog import BUNDLED_GENERATOR

    spec, used = BUNDLED_GENERATOR, settings.generator
    rows = [(spec.name, spec.licence, spec.revision, used == "bundled")]
    if used not in GENERATORS:
        rows += [(name, "", "", True) for name in settings.generator_urls or (Path(used).name,)]
    names = ("name", "licence", "revision", "in_use")
    return [{"kind": "generator", **dict(zip(names, row, strict=True))} for row in rows]


def _reader(folder: Path) -> dict[str, object]:
    from rag.models import reader_files

    card = reader_files.card(folder)
    return {
        "kind": "reader",
        "name": folder.name,
        "licence": card.get("licence", ""),
        "revision": card["files"][reader_files.WEIGHTS][:12],
        "in_use": True,
    }
