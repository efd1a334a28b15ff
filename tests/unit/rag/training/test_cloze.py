"""Questions made of a text's own sentences."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.training.cloze import Cloze, clozes

LEAVE = "Full-time employees at Nordwind Logistics get 25 days of paid annual leave a year."


def made(text: str, seed: int = 0) -> list[Cloze]:
    return list(clozes(text, random.Random(seed)))


def test_a_fact_is_asked_for_with_the_words_around_it() -> None:
    answers = {LEAVE[slice(*each.answer)] for seed in range(30) for each in made(LEAVE, seed)}
    assert {"25 days", "Nordwind Logistics"} <= answers


def test_the_answer_does_not_stand_in_its_question() -> None:
    for seed in range(30):
        (each,) = made(LEAVE, seed)
        assert LEAVE[slice(*each.answer)] not in each.question
        assert each.question.endswith("?")


def test_the_asking_word_fits_what_is_asked_for() -> None:
    asked = {LEAVE[slice(*each.answer)]: each.question for seed in range(30) for each in made(LEAVE, seed)}
    assert asked["25 days"].startswith(("how many", "how much", "what"))


@pytest.mark.parametrize(
    "text",
    [
        "It was 25 days.",
        "Time off: see https://example.org/25-days for what employees at the company get on top of leave.",
        "Overview of paid leave at Nordwind Logistics for employees who started in 2019",
    ],
    ids=["too short to ask about anything", "an address", "no sentence"],
)
def test_what_is_no_sentence_worth_asking_about_is_left_alone(text: str) -> None:
    assert made(text) == []


@given(st.text(max_size=400), st.integers(0, 9))
def test_answers_stand_in_the_text_in_order_and_the_same_dice_make_the_same_questions(
    text: str, seed: int
) -> None:
    found = made(text, seed)
    assert found == made(text, seed)
    spans = [each.answer for each in found]
    assert spans == sorted(spans)
    assert all(text[start:end].strip() for start, end in spans)
