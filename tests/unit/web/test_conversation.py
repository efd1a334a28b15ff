"""The history of a question, as question files give it."""

from typing import Any

import pytest

from rag.types import Turn
from web.conversation import turns


def test_each_question_goes_with_the_answer_behind_it() -> None:
    said = [["user", "Leave?"], ["assistant", "30 days."], ["user", "And sick?"], ["user", "Paid?"]]
    assert turns(said) == (
        Turn(question="Leave?", answer="30 days."),
        Turn(question="And sick?", answer=""),
        Turn(question="Paid?", answer=""),
    )


@pytest.mark.parametrize("nothing", [None, [], [["assistant", "Welcome!"]]])
def test_without_a_question_there_are_no_turns(nothing: Any) -> None:
    assert turns(nothing) == ()


@pytest.mark.parametrize(
    "bad", ["text", {"user": "Leave?"}, [["user"]], [["user", 7]], ["user", "Leave?"], 5]
)
def test_what_is_no_list_of_pairs_is_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match="pairs of role and text"):
        turns(bad)
