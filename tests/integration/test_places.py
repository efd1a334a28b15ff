"""One content of a collection is one document, wherever and however often it lies there."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ingest.intake import Arrival
from rag.errors import EncryptedDocument
from rag.tables import documents, places
from rag.types import Status
from tests.factories import Home, answer, opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    return made


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)


def known(home: Home, name: str) -> str:
    """The id of the document that lies under a name."""
    with home.database.reading() as connection:
        query = select(places.c.document_id).where(places.c.name == f"{name}.txt")
        return str(connection.execute(query).scalar_one())


def law_broken(home: Home) -> list[str]:
    """Where a document lies nowhere, one place found another content than the next, or two documents the same."""
    own = (func.count(func.distinct(places.c.sha256)), func.count())
    with home.database.reading() as connection:
        nowhere = select(documents.c.id).where(documents.c.id.not_in(select(places.c.document_id)))
        apart = select(places.c.document_id).group_by(places.c.document_id).having(own[0] > 1)
        filled = select(places).where(places.c.size > 0).subquery()
        double = select(filled.c.sha256).group_by(filled.c.collection_id, filled.c.sha256)
        double = double.having(func.count(func.distinct(filled.c.document_id)) > 1)
        found = {"nowhere": nowhere, "apart": apart, "double": double}
        return [f"{name} {row}" for name, query in found.items() for row in connection.execute(query)]


def test_a_copy_is_another_place_of_the_same_document(home: Home, folder: Path) -> None:
    write(folder, a="the heron", b="the heron")
    summary = home.add(folder)
    (document,) = home.store.documents()
    assert home.lies(document.id) == ["a.txt", "b.txt"]
    assert (summary.added, summary.unchanged, summary.chunks) == (1, 1, 1)
    assert home.found("heron") == ["the heron"]


def test_a_copy_that_is_edited_becomes_a_document_of_its_own(home: Home, folder: Path) -> None:
    write(folder, a="the heron", b="the heron")
    home.add(folder)
    one = known(home, "a")
    write(folder, b="the stork")
    assert home.add(folder).added == 1
    assert known(home, "a") == one != known(home, "b")
    assert sorted(home.found("the")) == ["the heron", "the stork"]


def test_the_copy_that_gave_the_name_is_edited_and_the_document_takes_the_other_name(
    home: Home, folder: Path
) -> None:
    write(folder, a="the heron", b="the heron")
    home.add(folder)
    one = known(home, "b")
    write(folder, a="the stork")
    home.add(folder)
    assert known(home, "b") == one
    assert (home.store.document(one).source, home.store.document(one).title) == ("b.txt", "b.txt")


def test_a_file_that_is_edited_to_equal_another_joins_it(home: Home, folder: Path) -> None:
    write(folder, a="the heron", b="the stork")
    home.add(folder)
    one, other = known(home, "a"), known(home, "b")
    home.history.save(answer((home.store, other, "the stork")))
    write(folder, b="the heron")
    assert home.add(folder).unchanged == 2
    assert home.lies(one) == ["a.txt", "b.txt"]
    assert home.found("heron stork") == ["the heron"]
    assert list(home.doctor.remains(other)) == []
    assert home.kept() == {"the heron"}


def test_the_text_that_nothing_holds_any_more_is_in_no_file(home: Home, folder: Path) -> None:
    write(folder, a="the heron", b="the canarix")
    home.add(folder)
    home.caches.catch_up()
    write(folder, b="the heron")
    home.add(folder)
    home.caches.catch_up()
    holding = [p for p in home.folder.rglob("*") if p.is_file() and b"canarix" in p.read_bytes()]
    assert holding == []


def test_two_files_that_are_edited_to_the_same_at_once_become_one(home: Home, folder: Path) -> None:
    write(folder, a="the heron", b="the stork")
    home.add(folder)
    write(folder, a="the crane", b="the crane")
    home.add(folder)
    (document,) = home.store.documents()
    assert home.lies(document.id) == ["a.txt", "b.txt"]
    assert home.found("heron stork crane") == ["the crane"]


def test_files_that_were_all_emptied_keep_their_last_versions(home: Home, folder: Path) -> None:
    names = "abcdefghij"
    write(folder, **{name: f"the heron {name}" for name in names})
    home.add(folder)
    write(folder, **dict.fromkeys(names, ""))
    assert len(home.add(folder).failed) == len(names)
    assert len(home.found("heron")) == len(names)
    assert {d.status for d in home.store.documents()} == {Status.READY}


def test_a_document_is_shown_under_the_name_that_its_place_has_now(home: Home, folder: Path) -> None:
    (folder / "deep").mkdir()
    write(folder / "deep", a="the heron")
    home.add(folder)
    (document,) = home.store.documents()
    assert document.source == "deep/a.txt"
    home.add(folder / "deep")
    assert (home.lies(document.id), home.store.document(document.id).source) == (["a.txt"], "a.txt")


def test_one_of_two_places_is_forgotten_and_the_document_stays(home: Home, folder: Path) -> None:
    write(folder, a="the heron", b="the heron")
    home.add(folder)
    (document,) = home.store.documents()
    first, second = home.places.of_document(document.id)
    assert not home.intake.forget(first)
    assert (home.found("heron"), home.lies(document.id)) == (["the heron"], ["b.txt"])
    assert home.intake.forget(second)
    assert (home.store.documents(), home.found("heron"), home.kept()) == ([], [], set())


def test_a_place_that_has_changed_since_it_was_looked_up_is_not_forgotten(home: Home, folder: Path) -> None:
    write(folder, a="the heron", b="the stork")
    home.add(folder)
    (before,) = home.places.of_document(known(home, "a"))
    write(folder, a="the stork")
    home.add(folder)
    assert not home.intake.forget(before)
    assert home.lies(known(home, "b")) == ["a.txt", "b.txt"]


def test_a_place_that_is_gone_already_is_forgotten_in_peace(home: Home, folder: Path) -> None:
    write(folder, a="the heron")
    home.add(folder)
    (place,) = home.places.of_document(known(home, "a"))
    home.intake.delete(place.document_id)
    assert not home.intake.forget(place)


def test_a_failed_file_that_is_copied_is_tried_again_and_still_one_document(home: Home, folder: Path) -> None:
    home.parser.planned["a.txt"] = [EncryptedDocument("It needs a password.")]
    write(folder, a="the heron")
    home.add(folder)
    write(folder, b="the heron")
    home.add(folder)
    (document,) = home.store.documents()
    assert (document.status, home.lies(document.id)) == (Status.READY, ["a.txt", "b.txt"])


def test_a_copy_uploaded_beside_a_folder_keeps_the_document_when_the_folder_loses_it(
    home: Home, folder: Path
) -> None:
    write(folder, a="the heron", b="the stork", c="the crane")
    source = home.source(folder)
    home.sync(source)
    assert home.receive("the heron", "mine.txt").arrival is Arrival.SAME
    (folder / "a.txt").unlink()
    home.sync(source)
    assert home.lies(known(home, "mine")) == ["mine.txt"]
    assert home.store.document(known(home, "mine")).source == "mine.txt"
    assert "the heron" in home.found("heron")


def test_no_place_says_twice_where_a_name_is_spelt_in_two_ways(home: Home, folder: Path) -> None:
    for name, text in (("caf\u00e9", "one"), ("cafe\u0301", "two"), ("CAFE", "three"), ("cafe", "four")):
        (folder / f"{name}.txt").write_text(text)
    assert home.add(folder).added == 4
    assert home.add(folder).unchanged == 4
    assert sorted(home.found("one two three four")) == ["four", "one", "three", "two"]


def test_one_name_in_two_folders_is_two_documents(home: Home, folder: Path) -> None:
    for name in ("left", "right"):
        (folder / name).mkdir()
        (folder / name / "same.txt").write_text(f"about {name}")
    home.add(folder)
    assert {d.source for d in home.store.documents()} == {"left/same.txt", "right/same.txt"}


def test_an_upload_is_the_same_however_its_name_is_composed(home: Home) -> None:
    assert home.upload("one", "caf\u00e9.txt") == home.upload("two", "cafe\u0301.txt")
    assert home.upload("three", "CAF\u00c9.txt") != home.upload("two", "caf\u00e9.txt")


NAMES = st.sampled_from(["a", "b", "c", "sub/a", "sub/d"])
STEPS = st.one_of(
    st.tuples(st.just("write"), NAMES, st.sampled_from(["one", "two", "three"])),
    st.tuples(st.sampled_from(["rename", "copy"]), NAMES, NAMES),
    st.tuples(st.sampled_from(["delete", "touch", "sync"]), NAMES, NAMES),
)


def change(path: Path, data: bytes, second: int) -> None:
    """Write a file long ago, at a time that no other has: it may be passed over by its mark."""
    path.write_bytes(data)
    os.utime(path, (second, second))


def take(home: Home, folder: Path, at: int, step: str, one: str, other: str) -> None:
    path, target = folder / f"{one}.txt", folder / f"{other}.txt"
    if step == "write":
        change(path, other.encode(), at)
    elif step == "sync":
        home.sync(home.register.named("docs"), allow_mass_delete=True)
    elif path.exists():
        move(step, path, target, at)


def move(step: str, path: Path, target: Path, at: int) -> None:
    if step == "rename":
        path.replace(target)
    elif step == "copy" and path != target:
        change(target, path.read_bytes(), at)
    elif step == "touch":
        os.utime(path, (at, at))
    elif step == "delete":
        path.unlink()


@contextmanager
def throwaway() -> Iterator[tuple[Home, Path]]:
    with tempfile.TemporaryDirectory() as base, opened(f"sqlite:///{base}/a.db", Path(base) / "home") as home:
        folder = Path(base) / "docs"
        (folder / "sub").mkdir(parents=True)
        home.source(folder)
        yield home, folder


@settings(max_examples=20)
@given(st.lists(STEPS, min_size=1, max_size=14))
def test_after_any_changes_a_sync_leaves_each_content_of_the_folder_once(
    steps: list[tuple[str, str, str]],
) -> None:
    with throwaway() as (home, folder):
        for at, step in enumerate(steps, 1_000_000_000):
            take(home, folder, at, *step)
        foretold = home.sync(home.register.named("docs"), dry=True, allow_mass_delete=True)
        summary = home.sync(home.register.named("docs"), allow_mass_delete=True)
        assert summary.failed == []
        counts = ("added", "updated", "unchanged", "renamed", "deleted")
        assert [getattr(foretold, n) for n in counts] == [getattr(summary, n) for n in counts]
        texts = {path: path.read_text() for path in folder.rglob("*.txt")}
        ready = home.store.documents(status=Status.READY)
        held = [home.store.page(document.id, 1).text for document in ready]
        assert sorted(held) == sorted(set(texts.values()))
        assert len(ready) == len(home.store.documents())
        assert {place.origin for d in ready for place in home.places.of_document(d.id)} == set(
            map(str, texts)
        )
        assert law_broken(home) == []
        assert home.problems() == []
