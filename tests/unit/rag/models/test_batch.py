from hypothesis import given
from hypothesis import strategies as st

from rag.models.batch import STEP, batches

lengths = st.lists(st.integers(0, 300), max_size=60)
budgets = st.integers(1, 4096)


@given(lengths, budgets)
def test_every_text_is_in_one_batch_whole(sizes: list[int], tokens: int) -> None:
    encoded = [[1000 * n + k for k in range(size)] for n, size in enumerate(sizes)]
    found = {}
    for batch in batches(encoded, tokens):
        for row, text in enumerate(batch.rows):
            assert text not in found
            found[text] = batch.ids[row, batch.mask[row] == 1].tolist()
            assert batch.mask[row].tolist() == sorted(batch.mask[row].tolist(), reverse=True)
    assert [found[n] for n in range(len(sizes))] == encoded


@given(lengths, budgets)
def test_a_batch_has_no_more_cells_than_allowed_unless_it_is_one_row(sizes: list[int], tokens: int) -> None:
    for batch in batches([[7] * size for size in sizes], tokens):
        assert batch.ids.shape == batch.mask.shape
        assert len(batch.rows) == 1 or batch.ids.size <= tokens


@given(lengths, budgets)
def test_a_batch_is_padded_to_its_longest_text_and_the_next_step(sizes: list[int], tokens: int) -> None:
    for batch in batches([[7] * size for size in sizes], tokens):
        longest = max(sizes[text] for text in batch.rows)
        assert 0 <= batch.ids.shape[1] - longest < STEP


def test_long_texts_come_first_and_like_lengths_together() -> None:
    plan = list(batches([[1] * 8, [1] * 64, [1] * 8, [1] * 64], tokens=128))
    assert [batch.rows for batch in plan] == [(1, 3), (0, 2)]
