"""From the first tables to the second with documents in them: nothing is lost, and a cut leaves the old ones."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from migrations.run import HEAD, ensure
from rag.conversations import Conversations
from rag.database import Database
from rag.golden import GoldenSet
from rag.places import Places
from rag.store import Store
from rag.tables import counter, jobs, places
from rag.types import Status
from tests.factories import SetClock, answer

ROOT = Path(__file__).resolve().parents[2]
TIME = "2026-01-02 03:04:05+00:00"
READY, FAILED = "a" * 32, "b" * 32


def first_tables(connection: Connection) -> None:
    """The tables as revision 0001 made them."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


def put(connection: Connection, table: str, **values: Any) -> None:
    names = ", ".join(f'"{name}"' for name in values)
    connection.execute(
        text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{n}' for n in values)})"), values
    )


def document(connection: Connection, known: str, name: str, **values: Any) -> None:
    usual = {
        "title": name, "media_type": "text/plain", "sha256": known[0] * 64, "size": 9, "status": "ready",
        "reason": None, "pages": 1, "chunks": 1, "first_chunk": 1, "end_chunk": 2, "created_at": TIME,
        "updated_at": TIME, "collection_id": 1,
    }  # fmt: skip
    put(connection, "documents", id=known, origin=f"/docs/{name}", source=name, **{**usual, **values})


def fill(connection: Connection) -> None:
    """A document that answers, one that failed, and a job that is parked."""
    put(connection, "collections", id=1, name="shelf")
    document(connection, READY, "ready.txt")
    document(connection, FAILED, "failed.txt", status="failed", reason="It is torn.", chunks=0, end_chunk=1)
    put(
        connection, "pages", document_id=READY, number=1, text="the heron", blocks="[]", words=b"", width=0,
        height=0,
    )  # fmt: skip
    put(connection, "chunks", id=1, document_id=READY, page=1, start=0, end=9, heading="", blocks="[]")
    put(connection, "embeddings", fingerprint="fake:1", chunk_id=1, vector=b"\x00<")
    put(
        connection, "jobs", id=7, document_id=FAILED, sha256="b" * 64, size=9, state="failed", stage="parsing",
        attempts=1, fence=1, run_after=TIME, created_at=TIME,
    )  # fmt: skip


@pytest.fixture
def old(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as database:
        with database.migrating() as connection:
            first_tables(connection)
        with database.writing() as connection:
            fill(connection)
        yield database


def names(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(inspect(connection).get_table_names())


def revision(database: Database) -> str:
    with database.reading() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def test_documents_pages_chunks_and_jobs_are_what_they_were(old: Database) -> None:
    with old.reading() as connection:
        before = connection.execute(select(counter)).one()
    ensure(old)
    assert revision(old) == HEAD
    store = Store(old, SetClock())
    ready, failed = store.document(READY), store.document(FAILED)
    assert (ready.source, ready.status, ready.sha256, ready.pages, ready.chunks) == (
        "ready.txt", Status.READY, "a" * 64, 1, 1,
    )  # fmt: skip
    assert (failed.status, failed.reason) == (Status.FAILED, "It is torn.")
    assert ready.created_at.isoformat() == "2026-01-02T03:04:05+00:00"
    assert (store.page(READY, 1).text, store.page(READY, 1).label) == ("the heron", "")
    assert store.hits([1])[1][0].text == "the heron"
    assert store.totals()["embeddings"] == 1
    assert store.receipts([READY, FAILED]) == {}
    with old.reading() as connection:
        assert connection.execute(select(counter)).one() == before
        job = connection.execute(select(jobs)).one()
    assert (job.id, job.document_id, job.state, job.priority, job.released) == (7, FAILED, "failed", 0, False)


def test_each_document_lies_where_it_came_from(old: Database) -> None:
    ensure(old)
    found = Places(old, SetClock())
    (place,) = found.of_document(READY)
    assert (place.origin, place.name, place.sha256, place.mark.modified) == (
        "/docs/ready.txt", "ready.txt", "a" * 64, 0,
    )  # fmt: skip
    assert {origin: place.sha256 for origin, place in found.of_collection("shelf").items()} == {
        "/docs/ready.txt": "a" * 64, "/docs/failed.txt": "b" * 64,
    }  # fmt: skip


def test_what_refers_to_nothing_is_refused_again_afterwards(old: Database) -> None:
    ensure(old)

    def refer_to_nothing() -> None:
        with old.writing() as connection:
            orphan = {"document_id": "f" * 32, "name": "x", "sha256": "0" * 64, "size": 0}
            row = insert(places).values(collection_id=1, origin="x", seen_at=SetClock().now(), **orphan)
            connection.execute(row)

    with pytest.raises(IntegrityError):
        refer_to_nothing()


def test_the_number_of_a_job_is_never_given_twice_after_it(old: Database) -> None:
    ensure(old)
    with old.writing() as connection:
        connection.execute(jobs.delete())
        if not old.is_sqlite:  # a row with a given id does not move the sequence there
            connection.execute(text("SELECT setval('jobs_id_seq', 7)"))
        again = insert(jobs).values(
            document_id=READY, sha256="a" * 64, size=9, state="waiting", run_after=SetClock().now(),
            created_at=SetClock().now(),
        )  # fmt: skip
        key = connection.execute(again).inserted_primary_key
    assert key is not None
    assert key[0] == 8


CUT = """
import os, signal, sys
from alembic.operations import Operations
from migrations.run import ensure
from rag.conversations import Conversations
from rag.database import Database
from rag.golden import GoldenSet

real = Operations.add_column
def cut(*args, **kwargs):
    real(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
Operations.add_column = cut
ensure(Database(sys.argv[1]))
"""


def test_a_migration_that_is_killed_half_way_leaves_the_old_tables_and_is_done_by_the_next(
    old: Database, database_url: str
) -> None:
    before = names(old)
    done = subprocess.run(
        [sys.executable, "-c", CUT, database_url], cwd=ROOT, capture_output=True, timeout=120, env=os.environ
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert (revision(old), names(old)) == ("0001", before)
    ensure(old)
    assert revision(old) == HEAD
    assert Store(old, SetClock()).page(READY, 1).text == "the heron"


def test_a_migration_that_fails_leaves_the_old_tables_and_goes_on_watching(
    old: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic.operations import Operations

    def break_off(*args: object, **kwargs: object) -> None:
        raise RuntimeError("half way")

    before = names(old)
    with monkeypatch.context() as patch:
        patch.setattr(Operations, "add_column", break_off)
        with pytest.raises(RuntimeError, match="half way"):
            ensure(old)
    assert (revision(old), names(old)) == ("0001", before)
    with pytest.raises(IntegrityError), old.writing() as connection:
        document(connection, "c" * 32, "c.txt", collection_id=99)


def test_doing_it_again_changes_nothing(old: Database) -> None:
    ensure(old)
    ensure(old)
    with old.reading() as connection:
        assert len(connection.execute(select(places)).all()) == 2


def test_conversations_are_found_and_look_where_they_did(old: Database) -> None:
    times = {"created_at": TIME, "updated_at": TIME}
    said = {"text": "Der Größe nach", "citations": [], "support": "supported"}
    kept = {
        "collections": ["shelf"], "outcome": "answered", "sentences": [said], "confidence": 0.5,
        "generator": "quotes", "ms": {"total": 5.0}, "notice": "",
    }  # fmt: skip
    with old.writing() as connection:
        for known, title in (("c" * 32, "Über Reiher"), ("d" * 32, "Leer")):
            put(connection, "conversations", id=known, title=title, **times)
        put(
            connection, "turns", id="e" * 32, conversation_id="c" * 32, number=1, question="Wie?",
            answer=json.dumps(kept), created_at=TIME,
        )  # fmt: skip
    ensure(old)
    conversations = Conversations(old)
    for words in ("größe", "ÜBER", "wie?"):
        ((hit,), total) = conversations.search(words, 10)
        assert (hit.conversation.title, hit.conversation.collections, total) == ("Über Reiher", ("shelf",), 1)
    (empty,), _ = conversations.search("leer", 10)
    assert (empty.conversation.collections, empty.conversation.pinned) == ((), False)


def test_answers_from_its_documents_can_be_called_right(old: Database) -> None:
    ensure(old)
    kept = GoldenSet(old, SetClock())
    kept.add(answer((Store(old, SetClock()), READY, "heron")))
    assert [quote.document_id for quote in kept.all()[0].quotes] == [READY]
