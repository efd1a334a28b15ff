"""Questions that are changed so that their passage no longer answers."""

import random

import pytest

from rag.training.alteration import altered, with_altered
from rag.training.example import Example

TEXT = (
    "Normandy. The Normans gave their name to Normandy. Their leader Rollo swore fealty to King Charles. "
    "In 1066 they crossed the sea."
)


def example(question: str, words: str = "fealty") -> Example:
    at = TEXT.index(words)
    return Example(question=question, passage=TEXT, answers=((at, at + len(words)),), relevant=True)


def questions(question: str) -> set[str]:
    """What a question becomes, whatever chance has it."""
    found = (altered(example(question), random.Random(seed)) for seed in range(60))
    return {each.question for each in found if each is not None}


def test_the_passage_stays_and_answers_no_more() -> None:
    other = altered(example("What was sworn first?"), random.Random(0))
    assert other is not None
    assert (other.passage, other.answers, other.relevant, other.pointed) == (TEXT, (), False, True)


def test_a_name_becomes_another_of_the_passage_that_the_question_does_not_have() -> None:
    assert questions("What is sworn to King Charles?") >= {"What is sworn to Normandy?"}
    assert "What is sworn to King Charles?" not in questions("What is sworn to King Charles?")


def test_the_answer_is_never_put_into_the_question() -> None:
    found = (altered(example("What did Normandy get?", "Rollo"), random.Random(seed)) for seed in range(60))
    assert all(each is None or "Rollo" not in each.question for each in found)


@pytest.mark.parametrize(
    ("question", "becomes"),
    [
        ("Who came first?", "Who came last?"),
        ("Who didn't swear before 1066?", "Who didn't swear after 1066?"),
    ],
)
def test_a_word_becomes_its_opposite(question: str, becomes: str) -> None:
    assert becomes in questions(question)


def test_what_is_asserted_is_denied_once() -> None:
    assert "Who didn't swear?" in questions("Who did swear?")
    assert questions("Who didn't swear?") == set()


def test_a_share_of_the_answered_ones_is_asked_again_the_same_for_the_same_seed() -> None:
    given = [example("Who did swear?")] * 200 + [Example(question="Who did?", passage=TEXT)] * 50
    some = list(with_altered(given, 0.5, 3))
    assert 60 < len(some) - len(given) < 140
    assert some == list(with_altered(given, 0.5, 3))
    assert list(with_altered(given, 0, 3)) == given
