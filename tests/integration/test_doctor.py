"""The doctor finds what is wrong, says so, and mends what can be made again."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from ingest.files import GRACE
from rag.tables import chunks, documents, embeddings, pages
from tests.factories import Home, opened


@pytest.fixture
def sick(database_url: str, tmp_path: Path) -> Iterator[Home]:
    """A home with a document in it, which the test may leave as it likes."""
    with opened(database_url, tmp_path / "home") as home:
        home.upload("the heron stands in the reeds")
        assert home.problems() == []
        yield home


def execute(home: Home, statement: object) -> None:
    with home.database.writing() as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def original(home: Home) -> Path:
    (document,) = home.store.documents()
    return home.originals.path(document.sha256)


def leave_behind(home: Home) -> None:
    path = home.folder / "originals" / "ff" / ("f" * 64)
    path.parent.mkdir()
    path.write_text("left behind")


def abandon(home: Home) -> None:
    path = home.folder / "originals" / "incoming" / "half"
    path.write_text("half a file")
    long_ago = time.time() - GRACE - 1
    os.utime(path, (long_ago, long_ago))


HARM: dict[str, tuple[Callable[[Home], object], str]] = {
    "chunk": (lambda home: execute(home, update(chunks).values(end=9999)), "reaches beyond its page"),
    "page": (lambda home: execute(home, delete(pages)), "reaches beyond its page"),
    "vector": (lambda home: execute(home, delete(embeddings)), "1 chunks have none"),
    "model": (lambda home: execute(home, update(embeddings).values(fingerprint="other")), "another model"),
    "count": (lambda home: execute(home, update(documents).values(chunks=7)), "another number of chunks"),
    "missing": (lambda home: original(home).unlink(), "a.txt is missing"),
    "damaged": (lambda home: original(home).write_text("other"), "a.txt is damaged"),
}


@pytest.mark.parametrize("harm", HARM)
def test_what_cannot_be_made_again_is_found_and_left_alone(sick: Home, harm: str) -> None:
    do, complaint = HARM[harm]
    do(sick)
    found = sick.problems()
    assert any(complaint in problem for problem in found)
    sick.doctor.repair()
    assert any(complaint in problem for problem in sick.problems())


MENDED: dict[str, tuple[Callable[[Home], object], str]] = {
    "extra original": (leave_behind, "1 originals are kept that no document"),
    "abandoned": (abandon, "1 files never finished coming in"),
    "vector cache": (lambda home: home.caches.vectors._index.reset(), "vector index lacks 1 chunks"),
    "lexical cache": (
        lambda home: home.caches.words._write([(0, 99)], []),
        "lexical index lacks 1 chunks",
    ),
}


@pytest.mark.parametrize("harm", MENDED)
def test_what_can_be_made_again_is_found_and_mended(sick: Home, harm: str) -> None:
    do, complaint = MENDED[harm]
    do(sick)
    assert any(complaint in problem for problem in sick.problems())
    sick.doctor.repair()
    assert sick.problems() == []
    assert sick.found("heron") == ["the heron stands in the reeds"]
    assert sick.kept() == {"the heron stands in the reeds"}


def test_a_file_that_is_just_coming_in_is_left_alone(sick: Home) -> None:
    path = sick.folder / "originals" / "incoming" / "half"
    path.write_text("half a file")
    assert sick.problems() == []
    sick.doctor.repair()
    assert path.exists()


def test_what_is_left_of_a_document_is_named(sick: Home) -> None:
    (document,) = sick.store.documents()
    left = list(sick.doctor.remains(document.id))
    assert left == ["1 document", "1 page", "1 chunk"]
    sick.intake.delete(document.id)
    assert list(sick.doctor.remains(document.id)) == []


def test_an_original_that_stayed_behind_counts_as_left(sick: Home) -> None:
    (document,) = sick.store.documents()
    data = original(sick).read_bytes()
    path = original(sick)
    sick.intake.delete(document.id)
    path.write_bytes(data)
    assert any("originals are kept" in left for left in sick.doctor.remains(document.id))
