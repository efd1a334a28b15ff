"""Keeping a registered source in step: what is new comes in, what changed is replaced, what is gone goes."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ingest.batch import Batch, unopened
from ingest.intake import Intake
from ingest.names import bounded
from ingest.rehearsal import Rehearsal
from ingest.sources.item import Item, Seen, Site, Trouble, Unchanged
from ingest.sources.register import Register, Source
from ingest.summary import Finished, Summary, Tally
from rag.database import Database
from rag.errors import FootnoteError, Refused
from rag.places import Place, Places, unpublished

FEW = 3  # documents that a source may always lose
NEWS = 1.0  # seconds between two notes of how far a sync has come
BROKEN_OFF = "It was broken off. The next sync goes on from there."


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

    def look(self) -> Iterator[Seen]:
        """What is there now, each noted as seen; the marks of what was read tell what need not be taken in."""
        marks = {o: p.mark for o, p in self.known.items() if p.document_id not in self.waiting}
        shown = 0
        for shown, each in enumerate(self.site.look(marks), 1):
            self.seen.add(bounded(each.origin))
            expected = self.site.expected()
            self.summary.total = None if expected is None else max(shown, expected)
            yield each
        self.summary.total = shown

    def place(self, each: Seen) -> Place | None:
        """Where it lay before the run."""
        return self.known.get(bounded(each.origin))

    def unseen(self) -> list[Place]:
        """What was there before, was not seen, and is not known to be gone."""
        missed = (place for place in self.known.values() if place.origin not in self.seen and not place.left)
        return [place for place in missed if not self.site.gone(place.origin)]

    def lost(self, places: Iterable[Place]) -> list[Place]:
        """Those of the places that are there no more."""
        return [p for p in places if p.origin not in self.seen and (p.left or self.site.gone(p.origin))]


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
        first: Callable[[], object] = lambda: None,
    ) -> None:
        """``batch`` makes one for a collection and a source's id; ``site`` opens where a source leads.

        ``first`` is called before each run: what people have deleted goes before anything comes.
        """
        self._first = first
        self._database = database
        self._intake = intake
        self._places = places
        self._register = register
        self._batch = batch
        self._site = site

    def run(self, source: Source, summary: Summary, *, allow_mass_delete: bool = False) -> Iterator[Finished]:
        """Each file or page as it is finished; the summary counts them, and is kept with the source.

        Raises AlreadyRunning where another run is at work on the source, and Refused, when what is new is already
        in, where it would delete most of what there is and that was not allowed.
        """
        with self._database.turn(f"the sync of {source.name}"):
            self._first()
            error, run = BROKEN_OFF, self._begun(source, summary)
            try:
                yield from self._followed(source, self._done(run, allow_mass_delete))
                error = ""
            except FootnoteError as known:
                error = str(known)
                raise
            finally:
                outcome = {**summary.counted(), "error": error, "trouble": run.site.trouble()}
                self._register.record(source, outcome)

    def rehearse(
        self, source: Source, summary: Summary, *, allow_mass_delete: bool = False
    ) -> Iterator[Finished]:
        """What ``run`` would do, told without doing it; what may have changed is read. Raises Refused as it does."""
        run = self._begun(source, summary)
        rehearsal = Rehearsal(self._places.of_collection(source.collection), run.waiting)
        for each in run.look():
            if isinstance(each, Unchanged | Trouble):
                yield _passed_over(run, each)
            else:
                yield _foretold(summary, rehearsal, each)
        lost = run.lost(rehearsal.lying(run.known.values()))
        if not allow_mass_delete:
            _refuse_most(run, lost, rehearsal.only_in(lost))
        yield from _deleted(summary, lost, rehearsal.forget)
        yield from _renamed(run, lost, rehearsal.lies, rehearsal.same)

    def _begun(self, source: Source, summary: Summary) -> _Run:
        batch = self._batch(source.collection, source.id)
        batch.summary = summary
        known = self._places.of_source(source.id)
        return _Run(source, self._site(source, known), known, batch, batch.waiting())

    def _done(self, run: _Run, allow_mass_delete: bool) -> Iterator[Finished]:
        for finished in run.batch.run(self._changed(run)):
            yield from _told(run)
            yield finished
        yield from _told(run)
        self._confirm(run)
        now = self._places.of_source(run.source.id)
        lost = run.lost(now.values())
        if not allow_mass_delete:
            _refuse_most(run, lost, self._places.only_in(lost))
        yield from _deleted(run.summary, lost, self._intake.forget)
        lies = {origin: place.document_id for origin, place in now.items()}
        yield from _renamed(run, lost, lies, run.batch.same)

    def _followed(self, source: Source, steps: Iterator[Finished]) -> Iterator[Finished]:
        """The steps; now and then it is noted with the source how far they have come."""
        began = told = time.monotonic()
        tally = Tally(began=began)
        for finished in steps:
            tally.note(finished)
            now = time.monotonic()
            if now - told >= NEWS:
                told = now
                self._register.note(source, tally.told(now))
            yield finished

    def _changed(self, run: _Run) -> Iterator[Item]:
        """What must be taken in; the rest is noted on the way."""
        for each in run.look():
            if isinstance(each, Unchanged | Trouble):
                run.skipped.append(self._skipped(run, each))
            else:
                yield each

    def _skipped(self, run: _Run, each: Unchanged | Trouble) -> Finished:
        place = run.place(each)
        if place is not None and isinstance(each, Trouble):
            with self._database.writing() as connection:
                self._places.trouble(connection, place, each.reason)
        elif place is not None:
            run.unchanged.append(place)
        return _passed_over(run, each)

    def _confirm(self, run: _Run) -> None:
        """Note what was as it was, and what could not be looked at because a list or a folder could not."""
        why = run.site.trouble()
        stale = [place for place in run.unseen() if place.trouble != (why or None)]
        if run.unchanged or stale:
            with self._database.writing() as connection:
                self._places.seen(connection, [place.id for place in run.unchanged])
                for place in stale:
                    self._places.trouble(connection, place, why)


def _told(run: _Run) -> Iterator[Finished]:
    yield from run.skipped
    run.skipped = []


def _passed_over(run: _Run, each: Unchanged | Trouble) -> Finished:
    if isinstance(each, Trouble):
        return run.summary.failure(each.source, "fetching", each.reason)
    place = run.place(each)
    if place is not None and unpublished(place):
        why = place.reason or "It waits to be read."
        return run.summary.failure(each.source, "reading", why, quick=each.quick)
    return run.summary.passed(each.source, quick=each.quick)


def _foretold(summary: Summary, rehearsal: Rehearsal, item: Item) -> Finished:
    try:
        return summary.passed(item.source, rehearsal.outcome(item))
    except OSError as error:
        return summary.failure(item.source, "storing", unopened(error))
    except FootnoteError as error:
        return summary.failure(item.source, "storing", str(error))


def _refuse_most(run: _Run, lost: Collection[Place], going: Collection[str]) -> None:
    expected = len({place.document_id for place in run.known.values()})
    losing, overtaken = len(going), sum(place.left for place in lost)
    if not losing or (run.seen and (losing < FEW or losing * 2 <= expected)):
        return
    instead = f", {overtaken} of them now with the content of another" if overtaken else ""
    raise Refused(
        f"{len(run.seen)} files found in {run.source.location}, {expected} expected{instead}: aborted, nothing was "
        "deleted. See whether the source is all there, and itself. "
        f"If {losing} documents shall really go, use --allow-mass-delete."
    )


def _deleted(summary: Summary, lost: Iterable[Place], forget: Callable[[Place], bool]) -> Iterator[Finished]:
    """The documents that go with the places that are lost."""
    for place in lost:
        if forget(place):
            yield summary.passed(place.name, "deleted")


def _renamed(
    run: _Run, lost: Iterable[Place], lies: Mapping[str, str], same: Iterable[str]
) -> Iterator[Finished]:
    """The documents that lie elsewhere now; where that is, they were counted as unchanged.

    ``lies`` are document ids by origin, once all was looked at; ``same`` those of the documents that were found in
    a new place, as often as that was.
    """
    gone, found = {place.origin for place in lost}, Counter(same)
    for place in run.known.values():
        stays = place.origin not in gone and lies.get(place.origin) == place.document_id
        if found[place.document_id] and not (stays or place.left):
            found[place.document_id] -= 1
            run.summary.unchanged -= 1
            yield run.summary.passed(place.name, "renamed")
