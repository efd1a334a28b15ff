from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.models import catalog, weights
from rag.models.pairs import Pairs
from rag.training.example import Example
from rag.training.rows import IGNORED, NULL, Row, batch, plan, rows

PASSAGE = "The tarn dispenser weighs 4 kg."


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    return Pairs(Path(weights.installed(catalog.EMBEDDERS[0])) / "tokenizer.json")


def only(pairs: Pairs, example: Example) -> Row:
    (row,) = rows([example], pairs)
    return row


def test_the_shortest_of_several_answers_is_pointed_at(pairs: Pairs) -> None:
    start = PASSAGE.index("4")
    answers = ((start, len(PASSAGE)), (start, start + 1))
    row = only(pairs, Example(question="How heavy?", passage=PASSAGE, answers=answers, relevant=True))
    at = row.pair.places.index((start, start + 1)) + row.pair.first
    assert (row.span, row.relevance) == ((at, at), 1.0)


def test_where_no_answer_stands_the_start_mark_is_pointed_at(pairs: Pairs) -> None:
    row = only(pairs, Example(question="How heavy?", passage=PASSAGE))
    assert (row.span, row.relevance) == (NULL, 0.0)


def test_where_the_answer_is_not_known_only_relevance_is_learnt(pairs: Pairs) -> None:
    row = only(pairs, Example(question="Is it?", passage=PASSAGE, relevant=True, pointed=False))
    assert (row.span, row.relevance) == ((IGNORED, IGNORED), 1.0)


def test_a_window_without_the_answer_says_so(pairs: Pairs) -> None:
    passage = PASSAGE + " More is said of it here." * 150
    start = PASSAGE.index("4")
    found = list(
        rows(
            [Example(question="How heavy?", passage=passage, answers=((start, start + 4),), relevant=True)],
            pairs,
        )
    )
    assert [row.relevance for row in found] == [1.0] + [0.0] * (len(found) - 1)
    assert {row.span for row in found[1:]} == {NULL}


def test_a_passage_that_does_not_answer_holds_no_answer() -> None:
    with pytest.raises(ValueError, match="relevant"):
        Example(question="How heavy?", passage=PASSAGE, answers=((0, 3),))


@given(
    lengths=st.lists(st.integers(1, 300), min_size=1, max_size=400),
    size=st.integers(1, 40),
    seed=st.integers(),
)
@settings(deadline=None)
def test_every_row_stands_in_one_batch_the_same_for_the_same_seed(
    lengths: list[int], size: int, seed: int
) -> None:
    found = plan(len(lengths), lengths, size, seed)
    assert sorted(at for one in found for at in one) == list(range(len(lengths)))
    assert max(map(len, found)) <= size
    assert found == plan(len(lengths), lengths, size, seed)


def test_rows_are_padded_and_read_only_where_an_answer_may_stand(pairs: Pairs) -> None:
    made = [only(pairs, Example(question="How heavy?", passage=text)) for text in (PASSAGE, "No.")]
    arrays = batch(made)
    assert arrays.ids.shape == (2, len(made[0].pair.ids))
    assert arrays.mask[1].sum() == len(made[1].pair.ids)
    assert arrays.readable[1].nonzero()[0].tolist() == [0, made[1].pair.first, made[1].pair.first + 1]
