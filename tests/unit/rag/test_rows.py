from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rag import rows
from rag.types import Block, BlockKind, Chunk, Page

BLOCKS = st.builds(
    Block,
    start=st.integers(0, 100),
    end=st.integers(0, 100),
    kind=st.sampled_from(BlockKind),
    level=st.integers(0, 6),
)
PAGES = st.builds(
    Page,
    number=st.integers(1, 9999),
    text=st.text(),
    label=st.text(),
    blocks=st.lists(BLOCKS).map(tuple),
    words=st.binary(),
    width=st.floats(0, 5000),
    height=st.floats(0, 5000),
)


def row(**columns: Any) -> Any:
    return SimpleNamespace(**columns)


@given(PAGES)
def test_a_page_comes_back_from_its_row_as_it_was(page: Page) -> None:
    assert rows.page(row(**rows.of_page("d", page))) == page


@given(st.text(min_size=1), st.data())
def test_a_chunk_comes_back_from_its_row(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    chunk = Chunk(page=3, start=start, end=end, text=text[start:end], heading="A > B", label="Slide 3")
    columns = {f"chunk_{name}": value for name, value in rows.of_chunk(1, "d", chunk).items()}
    assert rows.chunk(row(**columns, chunk_text=text[start:end], page_label="Slide 3")) == chunk
