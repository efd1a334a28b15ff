"""kill -9 at every step of adding files: the next run finishes the work, and every document is there once."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import jobs
from ingest.batch import Batch
from ingest.sources.folder import walk
from ingest.summary import Summary
from rag.settings import Settings
from rag.types import Question
from tests.fakes import FakeEmbedder, FakeParser
from web.wiring import Services, open_services

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 0.5  # of the one who is killed, so that nobody waits long for what it held
NAMES = ("a.txt", "b.txt", "c.txt")

# In their order: the step, the number of its call that is cut (the second document's where there is one), and whether
# the cut comes before it or after; where nothing lies between a step and the next, one of both is enough.
STEPS = [
    ("ingest.files:Originals._copy", 2, "before"),
    ("ingest.files:Originals._copy", 2, "after"),
    ("ingest.files:Originals.keep", 2, "before"),
    ("ingest.files:Originals.keep", 2, "after"),
    ("ingest.intake:Intake.receive", 2, "after"),
    ("ingest.jobs:Jobs.claim", 2, "after"),
    ("ingest.pipeline:Pipeline._read", 2, "after"),
    ("tests.fakes:FakeEmbedder.embed", 1, "before"),
    ("tests.fakes:FakeEmbedder.embed", 1, "after"),
    ("ingest.jobs:Jobs.finish", 2, "before"),
    ("ingest.jobs:Jobs.finish", 2, "after"),
    ("rag.store:Store.publish", 2, "after"),
    ("ingest.pipeline:Pipeline._discard", 2, "before"),
    ("ingest.pipeline:Pipeline._commit", 2, "after"),
    ("rag.catch_up:Caches.catch_up", 1, "before"),
    ("rag.vector_index:VectorIndex._save", 1, "before"),
    ("rag.snapshot:save", 1, "before"),
    ("rag.vector_index:VectorIndex._save", 1, "after"),
    ("rag.lexical_index:LexicalIndex._write", 1, "before"),
    ("rag.lexical_index:LexicalIndex._write", 1, "after"),
    ("rag.lexical_index:LexicalIndex._vouch", 1, "after"),
]

CHILD = """
import importlib, os, signal, sys
from pathlib import Path
from tests.integration.test_kill import add, opened

home, folder, step, number, when = sys.argv[1:]
module, path = step.split(":")
*owner, name = path.split(".")
kind = importlib.import_module(module)
if owner:
    kind = getattr(kind, owner[0])
real, calls = getattr(kind, name), []

def cut(*args, **kwargs):
    calls.append(name)
    here = len(calls) == int(number)
    if here and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*args, **kwargs)
    if here:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(kind, name, cut)
for services in opened(Path(home)):
    add(services, Path(folder))
"""


def opened(home: Path) -> Iterator[Services]:
    """The product over a home; only the models, and the process that parses, are fake."""
    jobs.LEASE = jobs.timedelta(seconds=LEASE_SECONDS)
    services = open_services(Settings(home=home), FakeEmbedder())
    services.__dict__["parser"] = FakeParser()
    services.parser.close = lambda: None  # type: ignore[method-assign]
    try:
        yield services
    finally:
        services.close()


def add(services: Services, folder: Path) -> Summary:
    """What `footnote add` does."""
    batch = Batch(
        intake=services.intake,
        worker=lambda: services.worker,
        jobs=services.jobs,
        store=services.store,
        collection="c",
    )
    for _ in batch.run(walk(folder)):
        pass
    services.caches.catch_up()
    return batch.summary


def write(folder: Path, age: str) -> None:
    folder.mkdir(exist_ok=True)
    for name in NAMES:
        (folder / name).write_text(f"{age} heron of {name}")


def texts(services: Services) -> list[str]:
    found = services.retriever.retrieve(Question(text="heron"), 50)
    return sorted(passage.chunk.text for passage in found)


def problems(services: Services) -> list[str]:
    return [problem for finding in services.doctor.examine() for problem in finding.problems]


@pytest.fixture
def usual_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LEASE", jobs.LEASE)


@pytest.mark.slow
@pytest.mark.usefixtures("usual_lease")
@pytest.mark.parametrize(("step", "number", "when"), STEPS, ids=[f"{when} {step}" for step, _, when in STEPS])
def test_a_run_killed_at_a_step_is_finished_by_the_next(
    tmp_path: Path, step: str, number: int, when: str
) -> None:
    home, folder = tmp_path / "home", tmp_path / "docs"
    write(folder, "old")
    for services in opened(home):
        assert add(services, folder).added == len(NAMES)
    write(folder, "new")
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(home), str(folder), step, str(number), when],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, f"the step was not reached: {done.stderr}"
    for services in opened(home):
        between = texts(services)
        assert [text[4:] for text in between] == sorted(text[4:] for text in between)
        assert {text[4:] for text in between} == {f"heron of {name}" for name in NAMES}, (
            "old or new, not both"
        )
        assert len(between) == len(NAMES)
        summary = add(services, folder)
        assert (summary.failed, summary.done) == ([], len(NAMES))
        assert texts(services) == [f"new heron of {name}" for name in NAMES]
        assert len(services.store.documents()) == len(NAMES)
        assert services.jobs.active() == {}
        left = problems(services)
        assert all("originals are kept" in problem for problem in left)
        if left:  # the old version's, when the kill came between the publication and its removal
            services.doctor.repair()
        assert problems(services) == []
        assert {services.originals.path(d.sha256).read_text() for d in services.store.documents()} == set(
            texts(services)
        )
