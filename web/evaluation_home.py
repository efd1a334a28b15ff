"""The whole product over one home, as an evaluation sees it: filled with a set, searched and asked."""

import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.batch import Batch
from ingest.parsers import text
from ingest.pipeline import Failure
from ingest.sources.folder import Found
from rag.rewrite import standing
from rag.types import Answer, Chunk, Document, Page, Parsed, Passage, Question
from web.evaluation_set import EvaluationSet
from web.wiring import Services

COLLECTION = "evaluation"

Progress = Callable[[str, int, int], None]  # "reading" or "asking", how many are done, how many in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """What reading a set's documents until they could be searched took, with the embedder loaded."""

    seconds: float
    pages: int
    chunks: int
    peak_mb: float  # resident, the peaks of this process and of those below it added up
    failed: tuple[Failure, ...] = ()


class TitledTexts:
    """Parser of a set's texts: plain text whatever they look like, with the titles of the set."""

    def __init__(self, given: EvaluationSet) -> None:
        """Documents are told apart by their names in the set."""
        self._titles = {each.name: each.title for each in given.texts}

    def parse(self, path: Path, name: str, *, keep_hidden: bool = False) -> Parsed:  # noqa: ARG002
        """One page, verbatim. Raises NoText."""
        parsed = text.parse(path.read_bytes(), name)
        return replace(parsed, title=self._titles.get(name) or parsed.title)


class Home:
    """Services behind the few verbs that an evaluation needs."""

    def __init__(self, services: Services, *, raw: bool = False) -> None:
        """The services stay the caller's to close; ``raw`` leaves the home's calibration out."""
        self._services = services
        calibration = None if raw else services.calibration
        self._answerer = (
            services.answerer_with(services.settings.threshold, None) if raw else services.answerer
        )
        self._insisting = services.answerer_with(0.0, calibration)

    def search(self, question: Question, top: int) -> Sequence[Passage]:
        """The best passages, best first; for a follow-up question those for what it means."""
        asked = standing(question, self._services.rewriter)
        return self._services.retriever.retrieve(asked, top)

    def ask(self, question: Question) -> Answer:
        """A finished answer."""
        return self._answerer.answer(question)

    def insist(self, question: Question) -> Answer:
        """What it would answer if it might not decline for want of confidence."""
        return self._insisting.answer(question)

    def documents(self) -> Sequence[Document]:
        """Everything that was taken in."""
        return self._services.store.documents()

    def passages(self) -> Iterator[tuple[Chunk, Document]]:
        """Every passage that can be found, with its document."""
        for first, end in sorted(self._services.store.ranges(())):
            yield from self._services.store.hits(range(first, end)).values()

    def page(self, document_id: str, number: int) -> Page:
        """A stored page. Raises NotFound."""
        return self._services.store.page(document_id, number)

    def fill(self, given: EvaluationSet, progress: Progress) -> Ingest:
        """Add the set's documents as ``footnote add`` does; what cannot be read is reported, not raised."""
        with tempfile.TemporaryDirectory(prefix="footnote-eval-") as folder:
            found = list(_found(given, Path(folder)))
            batch = self._batch(given)
            began = time.perf_counter()
            for _ in batch.run(found):
                progress("reading", batch.summary.done, len(found))
            self._services.caches.catch_up()
            seconds = time.perf_counter() - began
        return Ingest(
            seconds=seconds,
            pages=batch.summary.pages,
            chunks=batch.summary.chunks,
            peak_mb=peak_mb(),
            failed=tuple(batch.summary.failed),
        )

    def _batch(self, given: EvaluationSet) -> Batch:
        services = self._services
        parser = TitledTexts(given) if given.texts else services.parser
        return Batch(
            intake=services.intake,
            worker=lambda: services.worker_with(parser, hold=False),
            jobs=services.jobs,
            store=services.store,
            collection=COLLECTION,
        )


def _found(given: EvaluationSet, folder: Path) -> Iterator[Found]:
    """The set's documents as files under their names in the set; texts are written to the folder first."""
    for number, each in enumerate(given.texts):
        file = folder / f"{number}.txt"
        file.write_bytes(each.text.encode())
        yield Found(path=file, source=each.name, origin=f"{given.name}:{each.name}")
    if given.files:
        for file, name in zip(given.files, given.names, strict=True):
            yield Found(path=file, source=name, origin=str(file.absolute()))


def peak_mb() -> float:
    """The most that this process and those below it ever held, in MiB, their peaks added up."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lists = Path("/proc/self/task").glob("*/children")
    children = {pid for each in lists for pid in each.read_text().split()}
    return (own + sum(_peak_kb(Path("/proc", pid, "status")) for pid in children)) / 1024


def _peak_kb(status: Path) -> int:
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return 0  # it has just ended
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
