from collections.abc import Iterator

import pytest

from rag.database import Database
from rag.errors import NotFound
from rag.store import Store
from rag.types import Status
from tests.factories import SetClock, migrated, publish, version


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = migrated(database_url)
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database, SetClock())


def receive(database: Database, store: Store, origin: str = "a.txt") -> str:
    with database.writing() as connection:
        shelf = store.collection(connection, "shelf")
        return store.add(connection, shelf, source=origin, sha256="1" * 64, size=3)


def test_a_document_that_came_in_waits_and_has_nothing_to_find(database: Database, store: Store) -> None:
    known = receive(database, store)
    assert store.document(known).status is Status.WAITING
    assert store.totals() == {"collections": 1, "documents": 1, "pages": 0, "chunks": 0, "embeddings": 0}


def test_each_document_that_is_added_is_another(database: Database, store: Store) -> None:
    assert receive(database, store) != receive(database, store)
    assert len(store.documents()) == 2


def test_publishing_makes_pages_chunks_and_vectors_at_once(database: Database, store: Store) -> None:
    known = publish(database, store, "a.txt", "first page", "second page")
    found = store.document(known)
    assert (found.status, found.pages, found.chunks, found.title) == (Status.READY, 2, 2, "Title")
    assert store.page(known, 2).text == "second page"
    assert store.totals()["embeddings"] == 2


def test_a_hit_is_the_exact_slice_of_its_page(database: Database, store: Store) -> None:
    publish(database, store, "a.txt", "Grüße 🎉 from the page")
    ((chunk, document),) = store.hits([1]).values()
    assert chunk.text == "Grüße 🎉 from the page" == store.page(document.id, 1).text[chunk.start : chunk.end]


def test_an_update_replaces_every_chunk_under_new_ids(database: Database, store: Store) -> None:
    known = publish(database, store, "a.txt", "old", "older")
    assert publish(database, store, "a.txt", "new") == known
    assert set(store.hits(range(1, 10))) == {3}
    assert store.totals() == {"collections": 1, "documents": 1, "pages": 1, "chunks": 1, "embeddings": 1}


def test_a_publication_that_fails_half_way_changes_nothing(database: Database, store: Store) -> None:
    known = publish(database, store, "a.txt", "old")

    def publish_half_way() -> None:
        with database.writing() as connection:
            store.publish(connection, known, version("new"))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        publish_half_way()
    assert store.page(known, 1).text == "old"
    assert set(store.hits(range(10))) == {1}


def test_a_failed_update_says_why_and_the_old_version_still_answers(database: Database, store: Store) -> None:
    known = publish(database, store, "a.txt", "old")
    with database.writing() as connection:
        store.fail(connection, known, "It is torn.")
    found = store.document(known)
    assert (found.status, found.reason) == (Status.READY, "It is torn.")
    assert len(store.hits([1])) == 1


def test_a_new_document_that_cannot_be_read_has_failed(database: Database, store: Store) -> None:
    known = receive(database, store)
    with database.writing() as connection:
        store.fail(connection, known, "It is torn.")
    assert store.document(known).status is Status.FAILED


def test_a_deleted_document_leaves_no_row_of_its_own(database: Database, store: Store) -> None:
    known = publish(database, store, "a.txt", "secret")
    with database.writing() as connection:
        store.delete(connection, known)
    totals = store.totals()
    assert (totals["documents"], totals["pages"], totals["chunks"], totals["embeddings"]) == (0, 0, 0, 0)
    with pytest.raises(NotFound, match="no document"):
        store.document(known)


def test_deleting_what_is_not_there_says_so_and_moves_nothing(database: Database, store: Store) -> None:
    with pytest.raises(NotFound), database.writing() as connection:
        store.delete(connection, "f" * 32)


def test_publishing_what_was_deleted_meanwhile_fails(database: Database, store: Store) -> None:
    known = publish(database, store, "a.txt", "text")
    with database.writing() as connection:
        store.delete(connection, known)
    with pytest.raises(NotFound), database.writing() as connection:
        store.publish(connection, known, version("late"))
    assert store.totals()["chunks"] == 0


def test_ranges_are_those_of_the_collections_asked(database: Database, store: Store) -> None:
    publish(database, store, "a.txt", "one", "two", collection="left")
    publish(database, store, "b.txt", "three", collection="right")
    assert store.ranges(["left"]) == [(1, 3)]
    assert sorted(store.ranges(["left", "right"])) == [(1, 3), (3, 4)]
    assert store.ranges(["nowhere"]) == []
