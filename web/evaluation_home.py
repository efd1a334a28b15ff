"""The whole product over one home, as an evaluation sees it: filled with a set, searched and asked."""

import io
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.parsers import text
from ingest.pipeline import Failure, Pipeline, Result
from ingest.worker import Worker
from rag.types import Answer, Document, Page, Parsed, Passage, Question
from web.evaluation_set import EvaluationSet
from web.wiring import Services

COLLECTION = "evaluation"

Progress = Callable[[str, int, int], None]  # "reading" or "asking", how many are done, how many in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """What reading a set's documents took, with the embedder loaded."""

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

    def parse(self, path: Path, name: str) -> Parsed:
        """One page, verbatim. Raises NoText."""
        parsed = text.parse(path.read_bytes(), name)
        return replace(parsed, title=self._titles.get(name) or parsed.title)


class Home:
    """Services behind the few verbs that an evaluation needs."""

    def __init__(self, services: Services) -> None:
        """The services stay the caller's to close."""
        self._services = services

    def search(self, question: Question, top: int) -> Sequence[Passage]:
        """The best passages, best first."""
        return self._services.retriever.retrieve(question, top)

    def ask(self, question: Question) -> Answer:
        """A finished answer."""
        return self._services.answerer.answer(question)

    def documents(self) -> Sequence[Document]:
        """Everything that was taken in."""
        return self._services.store.documents()

    def page(self, document_id: str, number: int) -> Page:
        """A stored page. Raises NotFound."""
        return self._services.store.page(document_id, number)

    def fill(self, given: EvaluationSet, progress: Progress) -> Ingest:
        """Read the set's documents; one that cannot be read is reported, not raised."""
        worker = self._worker(given)
        began = time.perf_counter()
        total = sum(1 for _ in self._receive(given))
        results: list[Result] = []
        for result in worker.drain():
            results.append(result)
            progress("reading", len(results), total)
        return Ingest(
            seconds=time.perf_counter() - began,
            pages=sum(result.pages for result in results),
            chunks=sum(result.chunks for result in results),
            peak_mb=peak_mb(),
            failed=tuple(result.failure for result in results if result.failure is not None),
        )

    def _receive(self, given: EvaluationSet) -> Iterator[Document]:
        intake = self._services.intake
        for each in given.texts:
            data = io.BytesIO(each.text.encode())
            yield intake.receive(data, name=each.name, collection=COLLECTION).document
        for file, name in zip(given.files, given.names if given.files else (), strict=True):
            with file.open("rb") as opened:
                yield intake.receive(opened, name=name, collection=COLLECTION).document

    def _worker(self, given: EvaluationSet) -> Worker:
        services = self._services
        pipeline = Pipeline(
            database=services.database,
            store=services.store,
            jobs=services.jobs,
            originals=services.originals,
            parser=TitledTexts(given) if given.texts else services.parser,
            embedder=services.embedder,
            chunk_tokens=services.settings.chunk_tokens,
        )
        return Worker(services.jobs, pipeline)


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
