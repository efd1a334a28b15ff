"""A deletion that is cut off anywhere: the document is all there or all gone, and what is gone can come back."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import NotFound
from tests.factories import Home, answer, opened

ROOT = Path(__file__).resolve().parents[2]
STEPS = [
    ("rag.store:Store.delete", "before"),
    ("rag.store:Store.delete", "after"),
    ("rag.feed:record", "after"),
    ("rag.history:History.forget", "before"),
    ("rag.history:History.forget", "after"),
    ("ingest.files:Originals.discard", "before"),
    ("ingest.files:Originals._remove", "before"),
    ("ingest.files:Originals._remove", "after"),
    ("rag.database:Database.scrub", "before"),
    ("rag.database:Database.scrub", "after"),
]

CHILD = """
import importlib, os, signal, sys
from pathlib import Path
from tests.factories import opened

url, folder, known, step, when = sys.argv[1:]
module, path = step.split(":")
*owner, name = path.split(".")
kind = importlib.import_module(module)
if owner:
    kind = getattr(kind, owner[0])
real = getattr(kind, name)

def cut(*args, **kwargs):
    if when == "after":
        real(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)

with opened(url, Path(folder)) as home:
    setattr(kind, name, cut)
    home.intake.delete(known)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("step", "when"), STEPS, ids=[f"{when} {step}" for step, when in STEPS])
def test_a_deletion_that_is_killed_at_a_step_leaves_all_or_nothing(
    database_url: str, tmp_path: Path, step: str, when: str
) -> None:
    folder = tmp_path / "home"
    with opened(database_url, folder) as home:
        known = home.upload("the canarix is yellow")
        home.upload("the heron is grey", "b.txt")
        home.history.save(answer((home.store, known, "the canarix is yellow")))
        home.caches.catch_up()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, database_url, str(folder), known, step, when],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, f"the step was not reached: {done.stderr}"
    with opened(database_url, folder) as home:
        assert_all_or_nothing(home, known)
        home.upload("the canarix is yellow")
        assert home.found("canarix")[0] == "the canarix is yellow"
        assert home.problems() == []


def assert_all_or_nothing(home: Home, known: str) -> None:
    try:
        home.store.document(known)
    except NotFound:
        assert home.found("canarix") == ["the heron is grey"]
        home.doctor.repair()  # removes the original, where the cut came before that
        assert list(home.doctor.remains(known)) == []
        assert home.kept() == {"the heron is grey"}
    else:
        assert home.found("canarix")[0] == "the canarix is yellow"
        (turn,) = home.history.turns(home.conversations.recent()[0].id)
        assert turn.sentences[0].citations[0].quote == "the canarix is yellow"
        home.intake.delete(known)
    holding = [p for p in home.folder.parent.rglob("*") if p.is_file() and b"canarix" in p.read_bytes()]
    assert holding == []
    assert home.problems() == []


@pytest.mark.parametrize("step", ["rag.feed.record", "ingest.intake.Intake._drop"])
def test_a_place_whose_end_is_cut_off_is_there_as_before(
    home: Home, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("the canarix")
    home.add(path)
    (document,) = home.store.documents()
    (place,) = home.places.of_document(document.id)

    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(step, break_off)
        with pytest.raises(KeyboardInterrupt):
            home.intake.forget(place)
    assert home.found("canarix") == ["the canarix"]
    assert home.lies(document.id) == ["a.txt"]
    assert home.intake.forget(place)
    assert home.kept() == set()


def test_what_was_deleted_can_come_back_at_once_and_is_found_once(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("the canarix")
    for _ in range(3):
        assert home.add(path).added == 1
        (document,) = home.store.documents()
        assert home.found("canarix") == ["the canarix"]
        home.intake.delete(document.id)
        assert home.found("canarix") == []
    assert list((home.folder / "originals" / "incoming").iterdir()) == []
