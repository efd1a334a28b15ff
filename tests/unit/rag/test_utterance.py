"""How far a question leans on what was said before, by its wording alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.utterance import Stance, phrases, read, telling


@pytest.mark.parametrize(
    "text",
    [
        "How many days of annual leave does a full-time employee get?",
        "Which pump parts that we supply must be tested before delivery?",
        "I lost my badge in the car park. Who replaces it?",
        "If the boiler of the house leaks at night, whom do I tell about it?",
        "Is there a bicycle shelter behind the main building?",
        "How many litres does one bottle of cleaning concentrate make?",
        "Wie lange gilt die Garantie auf eine Pumpe?",
        "minimum order value for spare parts of pumps",
        "Are contracts that have expired kept in the archive?",
    ],
)
def test_a_question_that_says_what_it_is_about_stands_alone(text: str) -> None:
    assert read(text).stance is Stance.ALONE


@pytest.mark.parametrize(
    "text",
    [
        "How long does it last?",
        "Who signs them before the goods leave the warehouse?",
        "Can I do that on a Sunday, when nobody is there?",
        "And what does the other one cost?",
        "What if the seal is broken and the customer complains?",
        "Is that also true of the older models from the first series?",
        "Do I have to tell the works council and the safety officer as well?",
        "Why?",
        "Within how many hours?",
    ],
)
def test_a_pronoun_without_a_noun_before_it_points_at_what_was_said(text: str) -> None:
    assert read(text).stance is Stance.REFERS


@pytest.mark.parametrize("text", ["How long must a password be?", "Where is the canteen?", "Who is the CEO?"])
def test_a_whole_sentence_about_one_thing_may_stand_alone(text: str) -> None:
    assert read(text).stance is Stance.BRIEF


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("And for part-timers?", "for part-timers?"),
        ("What about Sundays?", "Sundays?"),
        ("No, I meant the large pump.", "the large pump."),
        ("Tallinn?", "Tallinn?"),
        ("and if the pump is rented?", "if the pump is rented?"),
    ],
)
def test_a_bare_phrase_is_told_from_its_opening_words(text: str, body: str) -> None:
    found = read(text)
    assert (found.stance, found.body) == (Stance.PHRASE, body)


@pytest.mark.parametrize("text", ["Back to the pump: who repairs it?", "About the pump again, who sells it?"])
def test_words_that_go_back_are_heard(text: str) -> None:
    assert read(text).returns
    assert not read("Who repairs the pump?").returns


def test_a_short_sentence_may_leave_something_unsaid() -> None:
    assert read("When are the pictures deleted?").stance is Stance.BRIEF


def test_phrases_part_names_from_other_words_and_keep_numbers_with_theirs() -> None:
    text = "What does error code E4 on my Tarn 60 mean in grade 9?"
    assert [text[start:end] for start, end in phrases(text)] == ["error code", "E4", "Tarn 60", "grade 9"]


@given(st.text(max_size=200))
def test_whatever_is_said_phrases_lie_in_order_and_hold_a_word(text: str) -> None:
    read(text)
    telling(text)
    ends = 0
    for start, end in phrases(text):
        assert ends <= start < end <= len(text)
        assert any(character.isalnum() for character in text[start:end])
        ends = end
