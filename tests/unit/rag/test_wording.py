import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.wording import contains, exact_match, token_f1, words


def test_case_punctuation_and_english_articles_do_not_count() -> None:
    assert words("The “Normans”, a people: an ORIGIN.") == ["normans", "people", "origin"]
    assert words("theory of another") == ["theory", "of", "another"]


def test_each_ideograph_and_kana_is_a_word() -> None:
    assert words("诺曼底。法国 in 1066") == ["诺", "曼", "底", "法", "国", "in", "1066"]


def test_exact_match_wants_the_same_words() -> None:
    assert exact_match("The Eiffel Tower!", "eiffel tower") == 1
    assert exact_match("Eiffel's tower", "eiffel tower") == 0


def test_token_f1_is_the_harmonic_mean_over_bags_of_words() -> None:
    precision, recall = 2 / 4, 2 / 3
    assert token_f1("ten ten days off", "ten working days") == pytest.approx(
        2 * precision * recall / (precision + recall)
    )
    assert token_f1("", "ten") == 0
    assert token_f1("", "the") == 1


@pytest.mark.parametrize(
    ("answer", "gold", "held"),
    [
        ("Staff get 30 days of leave.", "30 days", 1),
        ("Staff get 130 days of leave.", "30 days", 0),
        ("days: 30", "30 days", 0),
        ("It costs $1,200.", "1,200", 1),
        ("诺曼底在法国。", "法国", 1),
        ("anything", "the", 0),
    ],
)
def test_an_answer_contains_whole_words_side_by_side(answer: str, gold: str, held: float) -> None:
    assert contains(answer, gold) == held


@given(st.text(), st.text())
def test_token_f1_is_symmetric_and_1_for_the_same_text(one: str, other: str) -> None:
    assert token_f1(one, other) == token_f1(other, one)
    assert token_f1(one, one) == exact_match(one, one) == 1


@given(st.text(), st.text(min_size=1), st.text())
def test_an_answer_contains_what_stands_in_it_between_blanks(before: str, gold: str, after: str) -> None:
    assert contains(f"{before} {gold} {after}", gold) == bool(words(gold))
