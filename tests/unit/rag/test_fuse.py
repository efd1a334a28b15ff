"""The fusion of what speaks for a text: its laws and its edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fuse import Signals, ceiling, cosine_weight, fuse, rarity

SIGNALS = st.builds(
    Signals,
    cosine=st.floats(-1, 1),
    bm25=st.floats(0, 50),
    about=st.floats(0, 1),
    exact=st.floats(0, 1),
)
CANDIDATES = st.dictionaries(st.integers(0, 30), SIGNALS)


def order(candidates: dict[int, Signals], most: float = 20.0, weight: float = 0.4) -> list[int]:
    return [key for key, _ in fuse(candidates, most, weight)]


@given(CANDIDATES, st.floats(0, 100), st.floats(0, 1))
def test_every_candidate_is_ranked_once_and_best_first(
    candidates: dict[int, Signals], most: float, weight: float
) -> None:
    ranked = fuse(candidates, most, weight)
    assert sorted(key for key, _ in ranked) == sorted(candidates)
    assert ranked == sorted(ranked, key=lambda pair: (-pair[1], pair[0]))


@pytest.mark.parametrize("signal", ["cosine", "bm25", "about", "exact"])
@given(candidates=CANDIDATES, key=st.integers(0, 30))
def test_raising_a_signal_never_lowers_a_rank(signal: str, candidates: dict[int, Signals], key: int) -> None:
    def rank(value: float) -> int:
        one = Signals(**{"cosine": 0.0, signal: value})
        return order({**candidates, key: one}).index(key)

    assert rank(1.0) <= rank(0.0)


def test_a_text_which_both_indexes_like_comes_before_what_only_one_likes() -> None:
    both, near, worded = (
        Signals(cosine=0.6, bm25=9.0),
        Signals(cosine=0.7),
        Signals(cosine=0.1, bm25=10.0),
    )
    assert order({1: both, 2: near, 3: worded}) == [1, 3, 2]


def test_without_words_the_cosine_decides() -> None:
    assert order({1: Signals(cosine=0.1), 2: Signals(cosine=0.9)}, most=0.0) == [2, 1]


def test_without_vectors_the_words_decide() -> None:
    assert order({1: Signals(cosine=0.0, bm25=1.0), 2: Signals(cosine=0.0, bm25=3.0)}) == [2, 1]


def test_nothing_found_fuses_to_nothing() -> None:
    assert fuse({}, 0.0, 0.5) == []


def test_of_two_equal_texts_the_one_whose_document_is_named_comes_first() -> None:
    alike = {"cosine": 0.6, "bm25": 5.0}
    assert order({1: Signals(**alike), 2: Signals(**alike, about=0.5)}) == [2, 1]


def test_a_quoted_phrase_outweighs_a_somewhat_better_match_of_words() -> None:
    assert order({1: Signals(cosine=0.6, bm25=6.0), 2: Signals(cosine=0.55, bm25=5.0, exact=1.0)}) == [2, 1]


def test_words_which_no_text_holds_lessen_the_weight_of_chance_matches() -> None:
    known, unknown = {"leave": 10}, {"leave": 10, "zyzzyva": 0}
    found = {1: Signals(cosine=0.5), 2: Signals(cosine=0.2, bm25=2.0)}
    assert order(found, ceiling(known, 100)) == [2, 1]
    assert order(found, ceiling(unknown, 100)) == [1, 2]


def test_the_less_the_embedder_knows_a_language_the_less_its_cosine_counts() -> None:
    english, german, arabic = 4.0, 2.5, 1.0
    assert 0.4 < cosine_weight(english) < 0.6
    assert cosine_weight(english) > cosine_weight(german) > cosine_weight(arabic)
    assert cosine_weight(arabic) < 0.1


@given(st.floats(0, 1e6))
def test_a_weight_is_a_share_whatever_the_fluency(fluency: float) -> None:
    assert 0 < cosine_weight(fluency) < 1


def test_the_ceiling_is_the_sum_of_the_rarities_and_empty_for_no_words() -> None:
    assert ceiling({}, 100) == 0.0
    assert ceiling({"a": 3, "b": 7}, 100) == pytest.approx(2.2 * (rarity(3, 100) + rarity(7, 100)))


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_rarity_is_never_negative_and_falls_with_frequency(count: int, documents: int) -> None:
    assert rarity(count, documents) >= rarity(count + 1, documents) >= 0.0
