"""Questions that mean the same are put together, in whatever order they come."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.clusters import clusters
from tests.fakes import FakeEmbedder

THRESHOLD = 0.75
WORDS = st.lists(
    st.sampled_from("leave days car fee badge who Who many the? ü \u202e".split()), min_size=1, max_size=5
)
QUESTIONS = st.lists(WORDS.map(" ".join), max_size=25)


def grouped(questions: list[str], threshold: float = THRESHOLD) -> list[list[str]]:
    found = clusters(questions, FakeEmbedder().embed(questions), threshold)
    return [[questions[at] for at in group] for group in found]


@given(QUESTIONS)
def test_every_question_is_in_one_group(questions: list[str]) -> None:
    groups = clusters(questions, FakeEmbedder().embed(questions), THRESHOLD)
    assert sorted(at for group in groups for at in group) == list(range(len(questions)))


@given(QUESTIONS, st.randoms())
def test_the_order_in_which_they_come_changes_nothing(questions: list[str], chance) -> None:
    shuffled = questions.copy()
    chance.shuffle(shuffled)
    assert grouped(shuffled) == grouped(questions)


@given(QUESTIONS, st.integers(0, 24))
def test_equal_questions_are_together_also_where_one_was_not_embedded_yet(
    questions: list[str], missing: int
) -> None:
    vectors = FakeEmbedder().embed(questions)
    if missing < len(questions):
        vectors[missing] = 0
    for group in clusters(questions, vectors, THRESHOLD):
        inside = {questions[at] for at in group}
        outside = [q for at, q in enumerate(questions) if at not in group]
        assert not inside & set(outside)


@given(QUESTIONS)
def test_each_member_is_near_the_one_that_stands_for_it(questions: list[str]) -> None:
    vectors = FakeEmbedder().embed(questions)
    for first, *others in clusters(questions, vectors, THRESHOLD):
        for other in others:
            assert vectors[first] @ vectors[other] >= THRESHOLD - 1e-5


def test_case_blanks_and_marks_at_the_end_make_no_difference() -> None:
    assert grouped(["Who pays?", "What else", "who  pays", "WHO PAYS ?!"])[0] == [
        "WHO PAYS ?!", "Who pays?", "who  pays",
    ]  # fmt: skip


def test_the_largest_group_comes_first_and_the_question_with_most_near_it_stands_for_it() -> None:
    angles = np.radians([0, 30, 60, 200])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert clusters(["d", "c", "b", "a"], vectors, 0.8) == ((1, 2, 0), (3,))


def test_what_is_asked_often_stands_for_its_group() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0.8, 0.6], [0.8, 0.6]], dtype=np.float32)
    assert clusters(["a", "b", "b", "b"], vectors, 0.75)[0][0] == 0
    apart = np.array([[0.28, 0.96], [0.8, 0.6], [1, 0], [1, 0]], dtype=np.float32)
    assert clusters(["a", "b", "c", "c"], apart, 0.75) == ((1, 0, 2, 3),)


def test_nothing_makes_no_group() -> None:
    assert clusters([], np.zeros((0, 2), dtype=np.float32), THRESHOLD) == ()
