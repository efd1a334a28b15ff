import errno
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from rag.catch_up import Caches
from rag.database import Database
from rag.feed import Feed
from rag.lexical_index import LexicalIndex
from rag.store import Store
from rag.tables import chunks
from rag.vector_index import VectorIndex
from tests.factories import DIMENSION, FINGERPRINT, SetClock, migrated, publish, unit_rows


def open_caches(database: Database, folder: Path) -> Caches:
    feed = Feed(database, FINGERPRINT)
    store_id = feed.store_id()
    vectors = VectorIndex(folder / "vectors", DIMENSION, f"{store_id}:{FINGERPRINT}")
    return Caches(feed, vectors, LexicalIndex(folder / "words", store_id))


def stored(database: Database) -> set[int]:
    with database.reading() as connection:
        return set(connection.execute(select(chunks.c.id)).scalars())


class Setup:
    def __init__(self, url: str, folder: Path) -> None:
        self.database = migrated(url)
        self.store = Store(self.database, SetClock())
        self.folder = folder
        self.caches = open_caches(self.database, folder)

    def publish(self, origin: str, *texts: str, collection: str = "shelf") -> str:
        return publish(self.database, self.store, origin, *texts, collection=collection)

    def delete(self, known: str) -> None:
        with self.database.writing() as connection:
            self.store.delete(connection, known)

    def assert_whole(self) -> None:
        self.caches.catch_up()
        assert self.caches.vectors.ids() == self.caches.words.ids() == stored(self.database)


@pytest.fixture
def setup(database_url: str, tmp_path: Path) -> Iterator[Setup]:
    made = Setup(database_url, tmp_path / "caches")
    yield made
    made.database.close()


def test_what_was_published_is_found_by_its_words_and_by_its_vector(setup: Setup) -> None:
    setup.publish("a.txt", "the heron stands in the reeds")
    setup.publish("b.txt", "invoices are paid within thirty days")
    setup.caches.catch_up()
    assert setup.caches.words.propose("paying an invoice", 5) == [2]
    (vector,) = unit_rows(["the heron stands in the reeds"])
    best, *_ = setup.caches.vectors.search(vector, 5).items()
    assert best == (1, pytest.approx(1.0, abs=1e-3))


def test_what_was_deleted_is_in_no_index_after_catching_up(setup: Setup) -> None:
    known = setup.publish("a.txt", "the heron")
    setup.caches.catch_up()
    setup.delete(known)
    setup.assert_whole()
    assert setup.caches.words.propose("heron", 5) == []


def test_an_update_leaves_only_the_new_version(setup: Setup) -> None:
    setup.publish("a.txt", "the heron")
    setup.caches.catch_up()
    setup.publish("a.txt", "the stork")
    setup.assert_whole()
    assert setup.caches.words.propose("heron", 5) == []
    assert setup.caches.words.propose("stork", 5) == [2]


def test_a_start_takes_the_snapshot_and_reads_nothing_again(setup: Setup) -> None:
    setup.publish("a.txt", "the heron")
    setup.caches.catch_up()
    again = open_caches(setup.database, setup.folder)
    assert (again.vectors.seq, again.words.seq) == (1, 1)
    assert again.vectors.ids() == again.words.ids() == {1}


def test_another_process_that_wrote_is_caught_up_with(setup: Setup) -> None:
    other = open_caches(setup.database, setup.folder)
    setup.publish("a.txt", "the heron")
    setup.caches.catch_up()
    setup.publish("b.txt", "the stork")
    other.catch_up()
    setup.assert_whole()
    assert other.words.ids() == other.vectors.ids() == {1, 2}


@pytest.mark.parametrize("cache", ["vectors", "words"])
@pytest.mark.parametrize("harm", ["flip", "truncate", "remove", "empty manifest"])
def test_a_damaged_cache_is_set_aside_and_rebuilt(setup: Setup, cache: str, harm: str) -> None:
    setup.publish("a.txt", "the heron stands in the reeds")
    setup.caches.catch_up()
    damage(setup.folder / cache, harm)
    again = open_caches(setup.database, setup.folder)
    again.catch_up()
    assert again.vectors.ids() == again.words.ids() == {1}
    assert list(setup.folder.glob(f"{cache}.corrupt-*"))


def damage(folder: Path, harm: str) -> None:
    if harm == "empty manifest":
        (folder / "manifest.json").write_text("{}")
        return
    victim = max((p for p in folder.iterdir() if p.name != "manifest.json"), key=lambda p: p.stat().st_size)
    data = bytearray(victim.read_bytes())
    if harm == "remove":
        victim.unlink()
    elif harm == "truncate":
        victim.write_bytes(data[: len(data) // 2])
    else:
        data[len(data) // 2] ^= 0xFF
        victim.write_bytes(data)


def test_the_caches_of_another_database_are_never_used(setup: Setup, tmp_path: Path) -> None:
    setup.publish("a.txt", "the heron")
    setup.caches.catch_up()
    with closing(migrated(f"sqlite:///{tmp_path / 'other.db'}")) as foreign:
        caches = open_caches(foreign, setup.folder)
        caches.catch_up()
        assert caches.vectors.ids() == caches.words.ids() == set()


def test_only_chunks_of_the_collection_asked_are_found(setup: Setup) -> None:
    setup.publish("a.txt", "the heron", collection="left")
    setup.publish("b.txt", "the heron", collection="right")
    setup.caches.catch_up()
    assert setup.caches.words.propose("heron", 5, setup.store.ranges(["right"])) == [2]
    (vector,) = unit_rows(["the heron"])
    assert list(setup.caches.vectors.search(vector, 5, setup.store.ranges(["right"]))) == [2]


def test_a_given_chunk_is_scored_whether_or_not_it_was_found(setup: Setup) -> None:
    setup.publish("a.txt", "the heron", "the heron in the reeds", "nothing alike")
    setup.caches.catch_up()
    assert setup.caches.words.scores("reeds", [1, 2, 3, 99]).keys() == {2}
    (vector,) = unit_rows(["nothing alike"])
    assert setup.caches.vectors.scores(vector, [3, 99]) == {3: pytest.approx(1.0, abs=1e-3)}


def test_words_are_counted_by_the_chunks_that_hold_them(setup: Setup) -> None:
    setup.publish("a.txt", "herons fly", "a heron", "other")
    setup.caches.catch_up()
    assert setup.caches.words.words("Heron flying") == {"heron": 2, "fli": 1}


def full(*args: object, **kwargs: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "what", ["rag.snapshot.save", "rag.lexical_index.LexicalIndex._write", "faiss.write_index"]
)
def test_a_full_disk_stops_no_search_and_is_made_good_when_there_is_room(
    setup: Setup, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.publish("a.txt", "the heron")
    setup.caches.catch_up()
    with monkeypatch.context() as patch:
        patch.setattr(what, full)
        setup.publish("b.txt", "the stork")
        setup.caches.catch_up()
        (vector,) = unit_rows(["the stork"])
        assert setup.caches.vectors.search(vector, 1).keys() == {2}
        assert setup.caches.words.propose("heron", 5) == [1]
    setup.publish("c.txt", "the crane")
    setup.assert_whole()
    again = open_caches(setup.database, setup.folder)
    assert again.vectors.ids() == again.words.ids() == {1, 2, 3}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "delete", "look", "restart"]), st.integers(0, 3), st.integers(0, 3)
    ),
    max_size=12,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_after_any_sequence_the_caches_hold_exactly_the_ids_of_the_store(
    steps: list[tuple[str, int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        setup = Setup(f"sqlite:///{folder}/a.db", Path(folder) / "caches")
        with closing(setup.database):
            for step in steps:
                take(setup, *step)
            setup.assert_whole()


def take(setup: Setup, step: str, which: int, size: int) -> None:
    found = {document.source: document.id for document in setup.store.documents()}
    if step == "publish":
        setup.publish(f"{which}", *(f"word{n} of {which}" for n in range(size)))
    elif step == "delete" and f"{which}" in found:
        setup.delete(found[f"{which}"])
    elif step == "look":
        setup.assert_whole()
    elif step == "restart":
        setup.caches = open_caches(setup.database, setup.folder)
