"""The way in and out: one document for each origin, one original for each content."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ingest.intake import Arrival, Priority
from ingest.names import MAX_NAME
from rag.errors import NotFound, RetryableError, TooLarge, UsageError
from rag.tables import jobs
from rag.types import Status
from tests.factories import Home, answer, opened
from tests.integration.test_jobs import together


def count_jobs(home: Home) -> int:
    with home.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(jobs)).scalar_one()


def test_a_file_waits_to_be_read_with_its_original_and_one_job(home: Home) -> None:
    received = home.receive("text")
    assert (received.arrival, received.document.status) == (Arrival.ADDED, Status.WAITING)
    (place,) = home.places.of_document(received.document.id)
    assert (received.document.source, place.origin, received.waits) == ("a.txt", "upload:a.txt", True)
    assert home.kept() == {"text"}
    assert count_jobs(home) == 1


def test_the_same_again_is_unchanged_once_it_was_read(home: Home) -> None:
    assert home.receive("text").arrival is Arrival.ADDED
    assert home.receive("text").arrival is Arrival.ADDED
    assert count_jobs(home) == 1
    home.work()
    assert home.receive("text").arrival is Arrival.UNCHANGED
    assert count_jobs(home) == 0


def test_other_content_is_an_update_and_the_old_version_answers_until_it_is_read(home: Home) -> None:
    home.upload("the heron")
    assert home.receive("the stork").arrival is Arrival.UPDATED
    assert home.found("heron") == ["the heron"]
    home.work()
    assert home.found("heron stork") == ["the stork"]


def test_the_original_of_the_version_before_goes_when_the_new_one_is_published(home: Home) -> None:
    home.upload("old")
    home.receive("new")
    assert home.kept() == {"old", "new"}
    home.work()
    assert home.kept() == {"new"}


def test_an_original_that_was_never_read_goes_when_a_newer_one_comes(home: Home) -> None:
    home.upload("first")
    for text in ("second", "third"):
        home.receive(text)
    assert home.kept() == {"first", "third"}
    home.work()
    assert home.found("third") == ["third"]


def test_to_give_the_published_version_again_calls_a_waiting_update_off(home: Home) -> None:
    home.upload("first")
    home.receive("second")
    assert home.receive("first").arrival is Arrival.UNCHANGED
    assert home.work() == []
    assert home.found("first") == ["first"]
    assert home.kept() == {"first"}


def test_twenty_uploads_of_one_file_at_once_are_one_document_with_one_job(home: Home) -> None:
    given = together([lambda: home.receive("the very same").document.id for _ in range(20)])
    assert len(given) == 20
    assert len(set(given)) == 1
    assert (len(home.store.documents()), count_jobs(home)) == (1, 1)
    home.work()
    assert home.found("same") == ["the very same"]


def test_twenty_uploads_of_one_content_under_twenty_names_at_once_are_one_document_too(home: Home) -> None:
    given = together([lambda n=n: home.receive("the very same", f"{n}.txt").document.id for n in range(20)])
    assert len(given) == 20
    (known,) = set(given)
    assert (len(home.lies(str(known))), count_jobs(home)) == (20, 1)
    home.work()
    assert home.found("same") == ["the very same"]


def test_one_content_under_two_names_is_one_document_in_two_places(home: Home) -> None:
    first = home.upload("shared", "a.txt")
    again = home.receive("shared", "b.txt")
    assert (again.document.id, again.arrival, again.waits) == (first, Arrival.SAME, False)
    assert home.lies(first) == ["a.txt", "b.txt"]
    assert home.found("shared") == ["shared"]
    home.intake.delete(first)
    assert (home.kept(), home.store.documents(), home.places.of_document(first)) == (set(), [], [])


def test_the_content_of_a_document_that_still_waits_is_another_place_of_it(home: Home) -> None:
    first = home.receive("shared", "a.txt")
    again = home.receive("shared", "b.txt")
    assert (first.arrival, again.arrival, again.waits) == (Arrival.ADDED, Arrival.SAME, True)
    assert (again.document.id, count_jobs(home)) == (first.document.id, 1)


@pytest.mark.parametrize("name", ["a.txt", "b.txt"])
def test_an_upload_of_what_waits_in_bulk_is_read_before_what_came_earlier(home: Home, name: str) -> None:
    for text in ("first", "second"):
        home.receive(text, "a.txt" if text == "second" else "z.txt", priority=Priority.BULK)
    home.receive("second", name)
    home.receive("second", "c.txt", priority=Priority.BULK)
    assert [result.job.source for result in home.work()] == ["a.txt", "z.txt"]


def test_one_content_in_two_collections_is_two_documents_and_one_original(home: Home) -> None:
    first, second = home.upload("shared", collection="left"), home.upload("shared", collection="right")
    assert first != second
    assert len([p for p in home.folder.joinpath("originals").rglob("*") if p.is_file()]) == 1
    home.intake.delete(first)
    assert home.kept() == {"shared"}
    home.intake.delete(second)
    assert home.kept() == set()


def test_one_name_in_two_collections_is_two_documents(home: Home) -> None:
    home.upload("left", collection="left")
    home.upload("right", collection="right")
    assert home.found("text", "left") == ["left"]
    assert home.found("text", "right") == ["right"]


def test_a_deleted_document_is_in_no_answer_and_nowhere_else(home: Home) -> None:
    known = home.upload("the heron")
    assert home.found("heron") == ["the heron"]
    home.intake.delete(known)
    assert home.found("heron") == []
    assert list(home.doctor.remains(known)) == []
    assert home.kept() == set()
    with pytest.raises(NotFound):
        home.intake.delete(known)


def test_the_text_of_a_deleted_document_is_in_no_file_that_is_still_open(home: Home, tmp_path: Path) -> None:
    known = home.upload("the canarix is yellow", "a.txt")
    home.upload("the heron is grey", "b.txt")
    home.history.save(answer((home.store, known, "canarix is yellow")))
    home.caches.catch_up()
    home.intake.delete(known)
    home.caches.catch_up()
    holding = [path for path in tmp_path.rglob("*") if path.is_file() and b"canarix" in path.read_bytes()]
    assert holding == []


def test_what_was_deleted_can_be_added_again(home: Home) -> None:
    home.intake.delete(home.upload("the heron"))
    assert home.receive("the heron").arrival is Arrival.ADDED
    home.work()
    assert home.found("heron") == ["the heron"]


def test_a_document_that_was_never_read_leaves_nothing_either(home: Home) -> None:
    home.upload("first")
    known = home.receive("second").document.id
    home.intake.delete(known)
    assert (home.kept(), count_jobs(home)) == (set(), 0)


def test_uploads_and_deletes_of_one_content_at_once_never_lose_an_original(home: Home) -> None:
    for _ in range(5):
        known = home.upload("shared", "old.txt")
        together(
            [lambda: home.intake.delete(known)]  # noqa: B023, each round ends before the next
            + [lambda n=n: home.receive("shared", f"{n}.txt") for n in range(3)]
        )
        assert home.problems() == []
        home.work()
        documents = home.store.documents()  # none where the deletion came last: it takes every place along
        assert len(documents) <= 1
        assert home.found("shared") == ["shared"] * len(documents)
        for document in home.store.documents():
            home.intake.delete(document.id)
        assert home.kept() == set()


def test_uploads_publications_and_deletes_at_once_never_wait_for_each_other_in_a_ring(home: Home) -> None:
    def upload_all(side: str) -> None:
        for n in range(8):
            home.receive(f"{side} {n}")

    def delete_all() -> None:
        for _ in range(8):
            for document in home.store.documents():
                home.intake.delete(document.id)

    def work() -> None:
        for _ in range(8):
            home.work()

    done = together([lambda: upload_all("left"), lambda: upload_all("right"), work, work, delete_all])
    assert len(done) == 5, "one of them ended in an error"
    home.receive("last")
    home.clock.advance(minutes=5)
    home.work()
    assert home.found("last") == ["last"]


def test_a_file_beyond_the_limit_is_refused_and_leaves_nothing(home: Home) -> None:
    with pytest.raises(TooLarge, match="larger than 1 MiB"):
        home.intake.receive(io.BytesIO(bytes((1 << 20) + 1)), name="big.bin")
    assert (home.kept(), home.store.documents()) == (set(), [])


def test_a_file_of_just_the_limit_is_taken(home: Home) -> None:
    home.intake.receive(io.BytesIO(b"x" * (1 << 20)), name="big.txt")
    assert len(home.store.documents()) == 1


def test_a_file_that_breaks_off_leaves_nothing(home: Home) -> None:
    class Broken:
        def read(self, size: int, /) -> bytes:
            raise RetryableError("It broke off.")

    with pytest.raises(RetryableError):
        home.intake.receive(Broken(), name="a.txt")
    assert (home.kept(), home.store.documents()) == (set(), [])


def test_an_original_is_kept_byte_for_byte(home: Home) -> None:
    data = bytes(range(256)) * 4000 + b"\r\n\x00"
    document = home.intake.receive(io.BytesIO(data), name="a.bin").document
    path = home.originals.path(document.sha256)
    assert path.read_bytes() == data
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\x00b\x1b[31m\n.txt", "ab[31m.txt"),
        ("  spaced.txt ", "spaced.txt"),
        ("cafe\u0301.txt", "café.txt"),
        ("../../etc/passwd", "../../etc/passwd"),
        (os.fsdecode(b"caf\xe9.txt"), "caf.txt"),
        ("<b>&'\".txt", "<b>&'\".txt"),
        ("名" * 5000, "名" * MAX_NAME),
    ],
)
def test_a_hostile_name_is_shown_harmless_and_used_for_nothing(home: Home, name: str, shown: str) -> None:
    known = home.upload("the heron", name)
    assert home.store.document(known).source == shown
    assert home.found("heron") == ["the heron"]
    outside = [path for path in home.folder.parent.rglob("*") if "passwd" in path.name]
    assert outside == []


@pytest.mark.parametrize("name", ["", " ", "\x00\x1b", "\n\t"])
def test_a_name_without_a_letter_is_refused(home: Home, name: str) -> None:
    with pytest.raises(UsageError, match="letters or digits"):
        home.receive("text", name)
    assert home.kept() == set()


def test_long_names_that_end_differently_are_different_documents(home: Home) -> None:
    random = "".join(chr(0x4E00 + n * 7 % 20000) for n in range(5000))
    first, second = home.upload("first", f"{random}1"), home.upload("second", f"{random}2")
    assert first != second
    assert home.upload("first", f"{random}1") == first


def test_a_collection_with_a_hostile_name_is_a_collection(home: Home) -> None:
    home.upload("text", collection="x" * 300 + "\x00")
    (shelf,) = home.store.collections()
    assert home.found("text", shelf.name) == ["text"]


NAMES = st.text(max_size=30)


@contextmanager
def throwaway() -> Iterator[Home]:
    with tempfile.TemporaryDirectory() as folder, opened(f"sqlite:///{folder}/a.db", Path(folder)) as home:
        yield home


@settings(max_examples=12)
@given(st.lists(st.tuples(NAMES, NAMES, st.text(alphabet="ab", max_size=3)), max_size=4))
def test_whatever_the_names_the_store_and_the_originals_agree(files: list[tuple[str, str, str]]) -> None:
    with throwaway() as home:
        for name, collection, text in files:
            try:
                home.upload(f"word {text}", name, collection=collection)
            except UsageError:
                continue
        assert home.problems() == []
        for document in home.store.documents():
            home.intake.delete(document.id)
        assert home.kept() == set()
        assert home.problems() == []
