"""Questions to passages: only of live documents, only of the collections asked, however far a cache lags."""

from pathlib import Path

import pytest

from rag.catch_up import Caches
from rag.errors import NotFound
from rag.retrieve import Retriever
from rag.types import Question
from tests.factories import Home


class StaleCaches(Caches):
    """Caches that never hear of a change again."""

    def __init__(self, caches: Caches) -> None:
        self.vectors, self.words = caches.vectors, caches.words

    def catch_up(self) -> int:
        return -1


def stale(home: Home) -> Retriever:
    """A retriever whose caches stay as they are now."""
    caches = home.open_caches()
    caches.catch_up()
    return Retriever(caches=StaleCaches(caches), store=home.store, embedder=home.embedder, depth=100)


def texts(retriever: Retriever, text: str, *collections: str, top: int = 10) -> list[str]:
    found = retriever.retrieve(Question(text=text, collections=collections), top)
    return [passage.chunk.text for passage in found]


def test_a_code_counts_by_its_rarity_and_one_that_most_texts_hold_says_little(home: Home) -> None:
    for number in range(12):
        home.upload(f"Form K-7, order {number}: INV-2024-{number} was paid.", f"{number}.txt")
    caches = home.open_caches()
    caches.catch_up()
    words = caches.words
    ids = words.ids()
    assert list(words.exact("Was INV-2024-7 paid?", ids).values()) == [pytest.approx(0.8, abs=0.2)]
    assert 0 < max(words.exact("Who fills in K-7?", ids).values()) < 0.1


def test_passages_come_best_first_with_ranks_and_both_scores(home: Home) -> None:
    home.upload("the heron stands in the reeds", "a.txt")
    home.upload("the stork stands on the roof", "b.txt")
    first, second = home.retriever.retrieve(Question(text="heron in the reeds"), 10)
    assert (first.rank, second.rank) == (1, 2)
    assert first.score > second.score
    assert first.chunk.text == "the heron stands in the reeds"
    assert first.lexical > second.lexical >= 0
    assert -1 <= second.dense < first.dense <= 1.001


def test_the_latest_of_many_alike_is_found_where_it_is_asked_for(home: Home) -> None:
    for year in range(1994, 2024):
        home.upload(f"the heron stands in the reeds, said {year}", f"report {year}.txt")
    (first,) = home.retriever.retrieve(Question(text="heron in the reeds of the latest report"), 1)
    assert first.document.source == "report 2023.txt"


def test_the_latest_of_nothing_is_nothing(home: Home) -> None:
    assert home.retriever.retrieve(Question(text="heron in the reeds of the latest report"), 1) == ()


def test_no_more_passages_come_than_were_asked_for(home: Home) -> None:
    for n in range(5):
        home.upload(f"heron {n}", f"{n}.txt")
    assert len(texts(home.retriever, "heron", top=3)) == 3
    assert len(texts(home.retriever, "heron", top=50)) == 5


def test_nothing_is_found_where_nothing_is(home: Home) -> None:
    assert home.found("heron") == []


@pytest.mark.parametrize(
    "question", ["?!", "", " ", "the", "\x00", "a" * 5000, "🎉", 'heron" OR (', "heron AND"]
)
def test_no_question_is_too_odd_to_be_searched(home: Home, question: str) -> None:
    home.upload("the heron")
    assert home.found(question) == ["the heron"]


def test_only_the_collections_asked_are_searched(home: Home) -> None:
    home.upload("left heron", "a.txt", collection="left")
    home.upload("right heron", "b.txt", collection="right")
    home.upload("third heron", "c.txt", collection="third")
    assert home.found("heron", "left") == ["left heron"]
    assert sorted(home.found("heron", "left", "third")) == ["left heron", "third heron"]
    assert len(home.found("heron")) == 3


def test_a_small_collection_is_found_in_full_beside_a_large_one_that_fits_better(home: Home) -> None:
    home.upload("\f".join(f"heron heron {n}" for n in range(150)), "a.txt", collection="large")
    home.upload("a heron, once", "b.txt", collection="small")
    retriever = Retriever(caches=home.caches, store=home.store, embedder=home.embedder, depth=10)
    assert texts(retriever, "heron", "small") == ["a heron, once"]


def test_an_unknown_collection_is_an_error_that_names_those_there_are(home: Home) -> None:
    with pytest.raises(NotFound, match=r"no collection 'lfet'\. Those there are: none yet"):
        home.found("heron", "lfet")
    home.upload("heron", collection="left")
    with pytest.raises(NotFound, match="Those there are: left"):
        home.found("heron", "lfet")


def test_a_delete_holds_at_once_however_far_the_caches_lag(home: Home) -> None:
    for name in ("a", "b"):
        home.upload(f"heron {name}", name)
    old = stale(home)
    home.intake.delete(home.store.documents()[0].id)
    assert texts(old, "heron") == ["heron b"]
    assert texts(old, "heron", top=1) == ["heron b"], "the dead must not take the place of the living"


def test_an_update_never_shows_the_old_version_however_far_the_caches_lag(home: Home) -> None:
    home.upload("the heron")
    old = stale(home)
    home.upload("the stork")
    assert texts(old, "heron stork") == []
    assert home.found("heron stork") == ["the stork"]


def test_a_collection_is_not_left_by_a_cache_that_lags(home: Home) -> None:
    home.upload("heron", "a.txt", collection="left")
    old = stale(home)
    home.intake.delete(home.store.documents()[0].id)
    home.upload("heron", "a.txt", collection="right")
    assert texts(old, "heron", "left") == []


@pytest.fixture
def caches_of_another_process(home: Home) -> Caches:
    return home.open_caches()


def test_what_was_published_a_moment_ago_is_found(home: Home, caches_of_another_process: Caches) -> None:
    other = Retriever(caches=caches_of_another_process, store=home.store, embedder=home.embedder, depth=100)
    assert texts(other, "heron") == []
    home.upload("heron")
    assert texts(other, "heron") == ["heron"]


def test_opening_the_caches_while_another_process_writes_them_finds_nothing_corrupt(
    home: Home, tmp_path: Path
) -> None:
    from tests.integration.test_jobs import together

    def publish() -> None:
        for n in range(10):
            home.upload(f"heron {n}", f"{n}.txt")
            home.caches.catch_up()

    def open_often() -> None:
        for _ in range(25):
            home.open_caches()

    assert len(together([publish, open_often, open_often])) == 3
    assert list((home.folder / "caches").glob("*.corrupt-*")) == []
