"""Keeping a registered source in step: what is new comes in, what changed is replaced, what is gone goes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field

from ingest.batch import Batch, unopened
from ingest.intake import Intake
from ingest.pipeline import Failure
from ingest.rehearsal import Rehearsal
from ingest.sources.item import Item, Site, Trouble, Unchanged
from ingest.sources.register import Register, Source
from ingest.summary import Finished, Summary
from rag.database import Database
from rag.errors import FootnoteError, Refused
from rag.places import Mark, Place, Places, unpublished

FEW = 3  # documents that a source may always lose


@dataclass(slots=True)
class _Run:
    """One sync under way."""

    source: Source
    site: Site
    known: dict[str, Place]  # before it began, by origin
    batch: Batch
    waiting: set[str]  # ids of documents whose reading an earlier run may have left half done
    seen: set[str] = field(default_factory=set)  # origins
    unchanged: list[Place] = field(default_factory=list)
    skipped: list[Finished] = field(default_factory=list)  # not told yet

    @property
    def summary(self) -> Summary:
        return self.batch.summary

    def marks(self) -> dict[str, Mark]:
        """What tells by its place that a file need not be taken in."""
        return {o: p.mark for o, p in self.known.items() if p.document_id not in self.waiting}

    def lost(self) -> list[Place]:
        """Places that are there no more."""
        return [p for o, p in self.known.items() if o not in self.seen and self.site.gone(o)]


class Sync:
    """Syncs sources, one at a time; two runs on one source cannot meet."""

    def __init__(
        self,
        *,
        database: Database,
        intake: Intake,
        places: Places,
        register: Register,
        batch: Callable[[str, int], Batch],
        site: Callable[[Source, Mapping[str, Place]], Site],
    ) -> None:
        """``batch`` makes one for a collection and a source's id; ``site`` opens where a source leads."""
        self._database = database
        self._intake = intake
        self._places = places
        self._register = register
        self._batch = batch
        self._site = site

    def run(self, source: Source, summary: Summary, *, allow_mass_delete: bool = False) -> Iterator[Finished]:
        """Each file or page as it is finished; the summary counts them.

        Raises AlreadyRunning where another run is at work on the source, and Refused, when what is new is already
        in, where it would delete most of what there is and that was not allowed.
        """
        with self._database.turn(f"the sync of {source.name}"):
            run = self._begun(source, summary)
            try:
                for finished in run.batch.run(self._changed(run)):
                    yield from self._told(run)
                    yield finished
                yield from self._told(run)
                self._confirm(run)
                yield from self._follow_deletions(run, allow_mass_delete)
            finally:
                self._register.record(source, _outcome(summary))

    def rehearse(
        self, source: Source, summary: Summary, *, allow_mass_delete: bool = False
    ) -> Iterator[Finished]:
        """What ``run`` would do, told without doing it; what may have changed is read. Raises Refused as it does."""
        run = self._begun(source, summary)
        rehearsal = Rehearsal(self._places.contents(source.collection), run.known, run.waiting)
        for each in run.site.look(run.marks()):
            run.seen.add(each.origin)
            if isinstance(each, Unchanged | Trouble):
                yield _passed_over(run, each)
            else:
                yield _foretold(run, rehearsal, each)
        lost = run.lost()
        if not allow_mass_delete:
            _refuse_most(run, rehearsal.lost(lost))
        for place in lost:
            if outcome := rehearsal.loss(place):
                yield _renamed_or_deleted(summary, place, outcome == "renamed")

    def _begun(self, source: Source, summary: Summary) -> _Run:
        batch = self._batch(source.collection, source.id)
        batch.summary = summary
        known = self._places.of_source(source.id)
        return _Run(source, self._site(source, known), known, batch, batch.waiting())

    def _changed(self, run: _Run) -> Iterator[Item]:
        """What must be taken in; the rest is noted on the way."""
        for each in run.site.look(run.marks()):
            run.seen.add(each.origin)
            if isinstance(each, Unchanged | Trouble):
                run.skipped.append(self._skipped(run, each))
            else:
                yield each

    def _skipped(self, run: _Run, each: Unchanged | Trouble) -> Finished:
        place = run.known.get(each.origin)
        if isinstance(each, Trouble):
            self._note_trouble(place, each)
        elif place is not None:
            run.unchanged.append(place)
        return _passed_over(run, each)

    def _note_trouble(self, place: Place | None, each: Trouble) -> None:
        if place is not None:
            with self._database.writing() as connection:
                self._places.trouble(connection, place, each.reason)

    def _told(self, run: _Run) -> Iterator[Finished]:
        yield from run.skipped
        run.skipped = []

    def _confirm(self, run: _Run) -> None:
        if run.unchanged:
            with self._database.writing() as connection:
                self._places.seen(connection, [place.id for place in run.unchanged])

    def _follow_deletions(self, run: _Run, allow_mass_delete: bool) -> Iterator[Finished]:
        lost = run.lost()
        left = {p.document_id for o, p in self._places.of_source(run.source.id).items() if o in run.seen}
        deleted = {place.document_id for place in lost} - left
        if not allow_mass_delete:
            _refuse_most(run, len(deleted))
        moved = {
            p.document_id for o, p in self._places.of_source(run.source.id).items() if o in run.batch.same
        }
        for place in lost:
            gone = self._intake.forget(place)
            if gone or place.document_id in moved:
                yield _renamed_or_deleted(run.summary, place, not gone)


def _refuse_most(run: _Run, losing: int) -> None:
    expected = len({place.document_id for place in run.known.values()})
    if not losing or (run.seen and (losing < FEW or losing * 2 <= expected)):
        return
    raise Refused(
        f"{len(run.seen)} files found in {run.source.location}, {expected} expected: aborted, nothing was deleted. "
        f"See whether the source is all there. If {losing} documents shall really go, use --allow-mass-delete."
    )


def _passed_over(run: _Run, each: Unchanged | Trouble) -> Finished:
    if isinstance(each, Trouble):
        return run.summary.failure(each.source, "fetching", each.reason)
    place = run.known.get(each.origin)
    if place is not None and unpublished(place):
        return run.summary.failure(each.source, "reading", place.reason or "It waits to be read.")
    return run.summary.passed(each.source)


def _foretold(run: _Run, rehearsal: Rehearsal, item: Item) -> Finished:
    try:
        return run.summary.passed(item.source, rehearsal.outcome(item))
    except OSError as error:
        return run.summary.failure(item.source, "storing", unopened(error))
    except FootnoteError as error:
        return run.summary.failure(item.source, "storing", str(error))


def _renamed_or_deleted(summary: Summary, place: Place, renamed: bool) -> Finished:
    if renamed and not unpublished(place):  # it was counted as unchanged where it lies now
        summary.unchanged -= 1
    return summary.passed(place.name, "renamed" if renamed else "deleted")


def _outcome(summary: Summary) -> dict[str, object]:
    return {**asdict(summary), "failed": [_failed(failure) for failure in summary.failed]}


def _failed(failure: Failure) -> dict[str, str]:
    return {"source": failure.source, "stage": failure.stage, "reason": failure.reason}
