from hypothesis import given
from hypothesis import strategies as st

from rag.types import Block, BlockKind, Page
from web import page_view
from web.page_view import view

TEXT = st.text(alphabet="ab \n.é", max_size=60)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    text = draw(TEXT)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = zip(cuts[::2], cuts[1::2], strict=False)
    blocks = tuple(Block(start=a, end=b, kind=BlockKind.PARAGRAPH) for a, b in spans if a < b)
    return Page(number=1, text=text, blocks=blocks)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(pages(), st.integers(0, 60), st.integers(0, 60))
def test_no_letter_of_the_page_is_lost_and_exactly_the_quote_is_marked(page: Page, a: int, b: int) -> None:
    start, end = sorted((min(a, len(page.text)), min(b, len(page.text))))
    shown = view(page, start, end).stretches
    assert squeezed("".join(s.before + s.marked + s.after for s in shown)) == squeezed(page.text)
    assert squeezed("".join(s.marked for s in shown)) == squeezed(page.text[start:end])
    assert sum(s.first for s in shown) <= 1


def test_a_quote_over_two_blocks_begins_in_the_first() -> None:
    text = "One two.\nThree four."
    blocks = tuple(Block(start=a, end=b, kind=BlockKind.PARAGRAPH) for a, b in ((0, 8), (9, 20)))
    first, second = view(Page(number=1, text=text, blocks=blocks), 4, 14).stretches
    assert (first.before, first.marked, first.first) == ("One ", "two.", True)
    assert (second.marked, second.after, second.first) == ("Three", " four.", False)


def test_text_far_from_the_quote_is_counted_and_left_out() -> None:
    text = "x" * 100_000 + "needle" + "y" * 100_000
    seen = view(Page(number=1, text=text), 100_000, 100_006)
    (stretch,) = seen.stretches
    assert stretch.marked == "needle"
    assert seen.cut_before == seen.cut_after == 100_000 - page_view.AROUND
