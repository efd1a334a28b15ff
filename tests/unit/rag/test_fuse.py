"""The fusion of cosine and BM25: its laws and its edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fuse import COSINE_WEIGHT, ceiling, fuse, rarity

COSINES = st.dictionaries(st.integers(0, 30), st.floats(-1, 1))
BM25 = st.dictionaries(st.integers(0, 30), st.floats(0, 50))


@given(COSINES, BM25, st.floats(0, 100))
def test_every_candidate_of_either_index_is_ranked_once_and_best_first(
    dense: dict[int, float], lexical: dict[int, float], top: float
) -> None:
    ranked = fuse(dense, lexical, top)
    assert sorted(key for key, _ in ranked) == sorted(dense.keys() | lexical.keys())
    assert ranked == sorted(ranked, key=lambda pair: (-pair[1], pair[0]))


@given(COSINES, BM25, st.integers(0, 30))
def test_raising_a_cosine_never_lowers_a_rank(
    dense: dict[int, float], lexical: dict[int, float], key: int
) -> None:
    def rank(scores: dict[int, float]) -> int:
        return [found for found, _ in fuse(scores, lexical, 10.0)].index(key)

    lowest = min(dense.values(), default=0.0)
    low, high = {**dense, key: lowest}, {**dense, key: 1.0}
    assert rank(high) <= rank(low)


def test_a_text_which_both_indexes_like_comes_before_what_only_one_likes() -> None:
    ranked = fuse({1: 0.6, 2: 0.7, 3: 0.1}, {1: 9.0, 3: 10.0}, 20.0)
    assert [key for key, _ in ranked] == [1, 3, 2]


def test_without_words_the_cosine_alone_decides() -> None:
    assert fuse({1: 0.1, 2: 0.9}, {}, 0.0) == [(2, COSINE_WEIGHT * 0.9), (1, COSINE_WEIGHT * 0.1)]


def test_without_vectors_the_words_alone_decide() -> None:
    assert [key for key, _ in fuse({}, {1: 1.0, 2: 3.0}, 5.0)] == [2, 1]


def test_nothing_found_fuses_to_nothing() -> None:
    assert fuse({}, {}, 0.0) == []


def test_words_which_no_text_holds_lessen_the_weight_of_chance_matches() -> None:
    known, unknown = {"leave": 10}, {"leave": 10, "zyzzyva": 0}
    dense, lexical = {1: 0.5, 2: 0.2}, {2: 2.0}
    assert fuse(dense, lexical, ceiling(known, 100))[0][0] == 2
    assert fuse(dense, lexical, ceiling(unknown, 100))[0][0] == 1


def test_the_ceiling_is_the_sum_of_the_rarities_and_empty_for_no_words() -> None:
    assert ceiling({}, 100) == 0.0
    assert ceiling({"a": 3, "b": 7}, 100) == pytest.approx(2.2 * (rarity(3, 100) + rarity(7, 100)))


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_rarity_is_never_negative_and_falls_with_frequency(count: int, documents: int) -> None:
    assert rarity(count, documents) >= rarity(count + 1, documents) >= 0.0
