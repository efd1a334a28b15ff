"""Passages from which the answering sentence is cut."""

from rag.training.example import Example
from rag.training.removal import removed, with_removed

TEXT = "Leave\nEverybody has 30 days of leave. Ask your manager. Half days count as half."


def example(words: str, text: str = TEXT) -> Example:
    at = text.index(words)
    return Example(question="How many days?", passage=text, answers=((at, at + len(words)),), relevant=True)


def test_the_sentence_of_the_answer_goes_and_the_rest_stays() -> None:
    other = removed(example("30 days"))
    assert other is not None
    assert other.passage == "Leave Ask your manager. Half days count as half."
    assert (other.answers, other.relevant, other.pointed) == ((), False, True)


def test_a_passage_that_says_the_answer_again_is_left_out() -> None:
    assert removed(example("30 days", "It has 30 days. So it is. These 30 DAYS are paid.")) is None


def test_a_passage_of_which_too_little_would_be_left_is_left_out() -> None:
    assert removed(example("30 days", "It has 30 days. So it is.")) is None


def test_a_share_of_the_answered_ones_is_read_again_the_same_for_the_same_seed() -> None:
    given = [example("30 days")] * 200 + [Example(question="Who?", passage=TEXT)] * 50
    some = list(with_removed(given, 0.5, 3))
    assert 60 < len(some) - len(given) < 140
    assert some == list(with_removed(given, 0.5, 3))
    assert list(with_removed(given, 0, 3)) == given
