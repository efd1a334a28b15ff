"""The list of documents, as SQL filters, sorts and counts it on either database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ingest.listing import BUSY, EVERYTHING, Filter, Listing, Order
from rag.sought import sought
from rag.tables import documents
from rag.types import Status
from tests.factories import Home


def names(home: Home, order: Order = Order.NAME, **of: str) -> list[str]:
    return [e.document.source for e in Listing(home.database).entries(Filter(**of), order, 0, 100)]


def test_words_are_found_in_title_source_and_collection_without_regard_to_case(home: Home) -> None:
    home.upload("one", "Straße/ÜBERSICHT.txt", collection="Büro")
    home.upload("two", "100%_sure.txt", collection="people")
    assert names(home, words="übersicht") == ["Straße/ÜBERSICHT.txt"]
    assert names(home, words="STRASSE bÜRO") == ["Straße/ÜBERSICHT.txt"]
    assert names(home, words="people") == ["100%_sure.txt"]
    assert names(home, words="0%_") == ["100%_sure.txt"]
    assert names(home, words="%") == ["100%_sure.txt"]
    assert names(home, words="_s") == ["100%_sure.txt"]
    assert names(home, words="übersicht people") == []


def test_what_a_document_is_found_by_follows_its_title_and_its_name(home: Home) -> None:
    home.upload("the canarix is yellow", "one.txt")
    home.upload("the canarix is yellow", "two.txt")
    for place in list(home.places.of_collection("default").values())[:1]:
        home.intake.forget(place)
    with home.database.reading() as connection:
        for row in connection.execute(select(documents)):
            assert row.sought == sought(row.title, row.source)
            assert "two.txt" in row.sought


def test_a_document_is_counted_in_one_state_and_one_that_is_read_is_busy(home: Home) -> None:
    home.upload("one", "one.txt")
    home.receive("two", "two.txt")
    home.receive("three", "three.txt", collection="people")
    counts = Listing(home.database).counts(EVERYTHING)
    assert (counts.total, counts.busy, counts.states) == (3, 2, {Status.READY: 1, BUSY: 2})
    narrowed = Listing(home.database).counts(Filter(collection="people", state=Status.READY))
    assert (narrowed.total, narrowed.busy, narrowed.states) == (3, 2, {BUSY: 1})
    assert (narrowed.found(""), narrowed.found(Status.READY), narrowed.found(BUSY)) == (1, 0, 1)
    assert names(home, state=BUSY) == ["three.txt", "two.txt"]
    assert names(home, state=Status.READY) == ["one.txt"]


def test_the_stage_of_what_is_read_is_told(home: Home) -> None:
    home.receive("two", "two.txt")
    (entry,) = Listing(home.database).entries(EVERYTHING, Order.NEWEST, 0, 9)
    assert entry.stage == Status.WAITING
    job = home.jobs.claim("me")
    assert job is not None
    home.jobs.enter([job], "embedding")
    (entry,) = Listing(home.database).entries(EVERYTHING, Order.NEWEST, 0, 9)
    assert entry.stage == "embedding"
    home.jobs.release("me")


def test_the_list_is_sorted_as_is_asked_and_cut_into_pages(home: Home) -> None:
    for n, name in enumerate(["b.txt", "C.txt", "a.txt"]):
        home.upload("x" * (10 - n), name)
        home.clock.advance(seconds=1)
    assert names(home) == ["a.txt", "b.txt", "C.txt"]
    assert names(home, Order.NEWEST) == ["a.txt", "C.txt", "b.txt"]
    assert names(home, Order.SIZE) == ["b.txt", "C.txt", "a.txt"]
    listing = Listing(home.database)
    assert [e.document.source for e in listing.entries(EVERYTHING, Order.NAME, 1, 1)] == ["b.txt"]


@pytest.mark.parametrize("order", list(Order))
def test_however_it_is_sorted_every_document_is_there_once(home: Home, order: Order) -> None:
    known = {home.upload(f"text {n}", f"{n}.txt") for n in range(7)}
    listing = Listing(home.database)
    pages = [listing.entries(EVERYTHING, order, first, 2) for first in range(0, 8, 2)]
    assert sorted(e.document.id for page in pages for e in page) == sorted(known)


def test_what_was_deleted_is_in_no_list_and_no_count(home: Home) -> None:
    known = home.upload("one", "one.txt")
    since = home.clock.now()
    home.removals.mark([known])
    listing = Listing(home.database)
    assert names(home) == []
    assert listing.ids(EVERYTHING) == []
    assert listing.counts(EVERYTHING).total == 0
    assert listing.finished(since).done == 0


def test_what_was_finished_since_a_moment_is_counted(home: Home) -> None:
    home.upload("one", "one.txt")
    home.clock.advance(seconds=5)
    since = home.clock.now()
    home.clock.advance(seconds=5)
    home.upload("two", "two.txt")
    home.receive("three", "three.txt")
    finished = Listing(home.database).finished(since)
    assert (finished.done, finished.failed, finished.held) == (1, 0, 0)
    assert finished.last == home.clock.now()


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_word_of_title_or_source_is_in_what_is_sought(title: str, source: str) -> None:
    for word in f"{title} {source}".casefold().split():
        assert word in sought(title, source)
