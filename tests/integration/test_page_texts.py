from collections.abc import Iterator

import pytest

from rag import page_texts as module
from rag.database import Database
from rag.page_texts import page_texts
from rag.store import Store
from tests.factories import SetClock, migrated, publish


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = migrated(database_url)
    yield opened
    opened.close()


@pytest.mark.parametrize("batch", [1, 2, 3, 500])
def test_every_page_of_a_document_comes_once_and_in_order(
    database: Database, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(module, "BATCH", batch)
    store = Store(database, SetClock())
    known = publish(database, store, "a.txt", "first", "second", "third")
    publish(database, store, "b.txt", "other")
    assert list(page_texts(database, known)) == [(1, "", "first"), (2, "", "second"), (3, "", "third")]


def test_a_document_that_is_not_there_has_no_pages(database: Database) -> None:
    assert list(page_texts(database, "0" * 32)) == []
