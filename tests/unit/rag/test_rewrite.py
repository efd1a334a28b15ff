"""Follow-up questions made to stand alone, with a fake embedder: likeness is words shared, or what a test says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.rewrite import CARRIED, CarryOver, standing
from rag.types import Question, Turn
from rag.utterance import telling
from tests.fakes import FakeEmbedder

LEAVE = "How many days of annual leave does a full-time employee get?"
PUMP = "How long is the warranty on a large pump?"
GIST = "warranty large pump"


class SaysAlike(FakeEmbedder):
    """Texts of the group are one another's likes; any other text is like none."""

    dimension = 64

    def __init__(self, *group: str) -> None:
        self.group = group
        self.calls = 0

    def embed(self, texts: object) -> NDArray[np.float32]:
        """Unit rows: one direction for the group, one for each other text."""
        self.calls += 1
        rows = [0 if text in self.group else at + 1 for at, text in enumerate(texts)]  # type: ignore[call-overload]
        return np.eye(self.dimension, dtype=np.float32)[rows]


def follow_up(text: str, *before: str, like: tuple[str, ...] = ()) -> str:
    history = tuple(Turn(question=question, answer="") for question in before)
    return CarryOver(SaysAlike(*like)).rewrite(Question(text=text, history=history))


def test_a_question_that_stands_alone_stays_word_for_word() -> None:
    text = "At what time does the canteen in the main building open?"
    assert follow_up(text, LEAVE, PUMP, like=(text, PUMP)) == text


def test_a_question_without_a_history_is_not_looked_at() -> None:
    embedder = SaysAlike()
    assert CarryOver(embedder).rewrite(Question(text="And for part-timers?")) == "And for part-timers?"
    assert embedder.calls == 0


def test_a_phrase_takes_the_place_of_the_phrase_that_shares_a_word_with_it() -> None:
    assert follow_up("And for part-timers?", LEAVE) == "How many days of annual leave does part-timers get?"


def test_a_phrase_takes_the_place_of_its_like() -> None:
    found = follow_up("What about the mixer?", PUMP, like=("the mixer?", "large pump"))
    assert found == "How long is the warranty on the mixer?"


def test_a_phrase_without_a_like_is_added_at_the_end() -> None:
    assert follow_up("And abroad?", PUMP) == "How long is the warranty on a large pump, abroad?"


def test_opening_words_alone_ask_the_same_again() -> None:
    assert follow_up("And?", PUMP) == PUMP


def test_a_phrase_that_has_nothing_to_do_with_what_was_said_is_a_topic_of_its_own() -> None:
    assert follow_up("Guest password?", PUMP) == "Guest password?"


def test_what_a_correction_says_no_to_is_left_out() -> None:
    found = follow_up("No, the small pump, not the large pump.", PUMP, like=("the small pump", "large pump"))
    assert found == "How long is the warranty on the small pump?"


def test_a_pronoun_brings_the_telling_words_of_the_question_before() -> None:
    assert follow_up("Who pays for it?", PUMP) == "Who pays for it? (warranty, large pump)"


def test_words_that_the_question_has_already_are_not_said_twice() -> None:
    assert follow_up("Does the warranty on it cover rust?", PUMP).endswith("(large pump)")


def test_a_follow_up_of_a_follow_up_reaches_back_to_the_topic() -> None:
    found = follow_up("And who pays for it?", PUMP, "Does it cover rust?")
    assert found == "And who pays for it? (cover rust, warranty, large pump)"


def test_a_brief_sentence_goes_on_with_the_topic_that_it_is_like_and_with_no_other() -> None:
    text = "Who pays the postage?"
    assert (
        follow_up(text, PUMP, like=("pays postage", GIST)) == "Who pays the postage? (warranty, large pump)"
    )
    assert follow_up(text, PUMP) == text


def test_questions_that_only_begin_alike_are_not_about_the_same() -> None:
    text = "How long is the notice period?"
    assert follow_up(text, PUMP, like=(text, PUMP)) == text


def test_going_back_finds_the_earlier_turn_and_not_the_latest() -> None:
    body = "the pump, does it cover rust?"
    found = follow_up(f"Back to {body}", PUMP, LEAVE, like=("pump cover rust", GIST))
    assert found == f"Back to {body} (warranty, large pump)"


def test_a_pronoun_goes_with_the_turn_that_shares_a_word_with_its_question() -> None:
    assert (
        follow_up("Who tests it, the pump?", PUMP, LEAVE) == "Who tests it, the pump? (warranty, large pump)"
    )


def test_only_words_of_questions_are_carried_never_of_answers() -> None:
    history = (Turn(question=PUMP, answer="Thirty-six months from delivery, says the confidential sheet."),)
    found = CarryOver(FakeEmbedder()).rewrite(Question(text="Who pays for it then?", history=history))
    assert "confidential" not in found


def test_a_standing_question_keeps_its_collections_and_drops_its_history() -> None:
    history = (Turn(question=PUMP, answer=""),)
    asked = Question(text="Who pays for it?", collections=("pumps",), history=history)
    found = standing(asked, CarryOver(FakeEmbedder()))
    assert (found.collections, found.history) == (("pumps",), ())
    assert found.text == "Who pays for it? (warranty, large pump)"


def test_no_more_than_a_dozen_words_are_carried() -> None:
    long = " and ".join(f"part{n}" for n in range(40))
    found = follow_up("Who pays for it?", f"What do {long} weigh?")
    assert len(telling(found)) <= CARRIED + len(telling("Who pays for it?"))


@pytest.mark.parametrize(
    "hostile", ["(" * 5000, " " * 5000 + "x", "and " * 2000, "not a, " * 700, "\u202e{{7*7}}<b>"]
)
def test_hostile_turns_are_read_in_passing(hostile: str) -> None:
    assert follow_up("And that?", hostile)
    assert follow_up(hostile, PUMP)


turns = st.lists(st.builds(Turn, question=st.text(max_size=80), answer=st.text(max_size=80)), max_size=8)


@given(st.text(max_size=120), turns)
def test_whatever_was_said_rewriting_is_repeatable_and_keeps_a_question_without_history(
    text: str, history: list[Turn]
) -> None:
    rewriter = CarryOver(FakeEmbedder())
    asked = Question(text=text, history=tuple(history))
    assert rewriter.rewrite(asked) == rewriter.rewrite(asked)
    assert rewriter.rewrite(Question(text=text)) == text
