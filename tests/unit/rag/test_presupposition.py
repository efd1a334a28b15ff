"""What a question takes for granted, held against a passage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.presupposition import Presupposition, presupposition

SHOWN = "Four firms signed the treaty in 2019. No member opened an office. The gate closes at six."


def of(question: str, shown: str = SHOWN) -> Presupposition:
    return presupposition(question, shown)


def test_what_the_passage_bears_out_is_taken_for_granted() -> None:
    assert of("Which firms signed the treaty in 2019?") == Presupposition(
        denied=False, opposed=False, figures=False
    )


@pytest.mark.parametrize(
    ("question", "denied"),
    [
        ("Which firms did not sign the treaty?", True),
        ("Which firms never signed?", True),
        ("Which member did not open an office?", False),
        ("Which firms signed?", False),
    ],
)
def test_a_denial_must_be_in_the_passage_too(question: str, denied: bool) -> None:
    assert of(question).denied is denied


@pytest.mark.parametrize(
    ("question", "opposed"),
    [
        ("When does the gate close?", False),
        ("When does the gate open?", True),
        ("At what hour is the gate closed?", False),
        ("Which treaty was signed last?", False),
    ],
)
def test_a_word_must_not_be_the_opposite_of_what_the_passage_says(question: str, opposed: bool) -> None:
    assert of(question).opposed is opposed


@pytest.mark.parametrize(
    ("question", "figures"), [("Who signed in 2019?", False), ("Who signed in 2020?", True)]
)
def test_a_figure_must_be_in_the_passage(question: str, figures: bool) -> None:
    assert of(question).figures is figures


@given(st.text(max_size=200), st.text(max_size=400))
def test_any_texts_will_do(question: str, shown: str) -> None:
    presupposition(question, shown)
