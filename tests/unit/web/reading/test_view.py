from hypothesis import given
from hypothesis import strategies as st

from rag.types import Block, BlockKind, Page
from web.reading import view as view_module
from web.reading.pieces import Mark, Marked, cut, sought
from web.reading.view import view

TEXT = st.text(alphabet="ab \n.é", max_size=60)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    text = draw(TEXT)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = zip(cuts[::2], cuts[1::2], strict=False)
    blocks = tuple(Block(start=a, end=b, kind=BlockKind.PARAGRAPH) for a, b in spans if a < b)
    return Page(number=1, text=text, blocks=blocks)


@st.composite
def marks(draw: st.DrawFn) -> list[Mark]:
    """Some marks in order, one of which a reader is taken to at most."""
    ends = sorted(draw(st.lists(st.integers(0, 60), max_size=8, unique=True)))
    spans = list(zip(ends[::2], ends[1::2], strict=False))
    chosen = draw(st.integers(0, len(spans)))
    return [
        Mark(start=a, end=b, kind=Marked.CURRENT if n == chosen else Marked.HIT)
        for n, (a, b) in enumerate(spans)
    ]


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(pages(), st.integers(0, 60), st.integers(0, 60))
def test_no_letter_of_the_page_is_lost_and_exactly_the_quote_is_marked(page: Page, a: int, b: int) -> None:
    start, end = sorted((min(a, len(page.text)), min(b, len(page.text))))
    marks = [Mark(start=start, end=end)] if start < end else []
    pieces = [piece for stretch in view(page, marks).stretches for piece in stretch.pieces]
    assert squeezed("".join(piece.text for piece in pieces)) == squeezed(page.text)
    marked = "".join(piece.text for piece in pieces if piece.mark)
    assert squeezed(marked) == squeezed(page.text[start:end])
    assert sum(piece.first for piece in pieces) <= 1


@given(st.text(max_size=60), marks())
def test_a_text_that_is_cut_is_whole_again_when_joined(text: str, marks: list[Mark]) -> None:
    pieces = cut(text, 0, len(text), marks)
    assert "".join(piece.text for piece in pieces) == text
    marked = "".join(text[mark.start : mark.end] for mark in marks)
    assert "".join(piece.text for piece in pieces if piece.mark) == marked
    assert sum(piece.first for piece in pieces) == sum(m.sought and m.start < len(text) for m in marks)


def test_a_quote_over_two_blocks_begins_in_the_first() -> None:
    text = "One two.\nThree four."
    blocks = tuple(Block(start=a, end=b, kind=BlockKind.PARAGRAPH) for a, b in ((0, 8), (9, 20)))
    page = Page(number=1, text=text, blocks=blocks)
    first, second = view(page, [Mark(start=4, end=14)]).stretches
    assert [(piece.text, bool(piece.mark), piece.first) for piece in first.pieces] == [
        ("One ", False, False),
        ("two.", True, True),
    ]
    assert [(piece.text, bool(piece.mark), piece.first) for piece in second.pieces] == [
        ("Three", True, False),
        (" four.", False, False),
    ]


def test_text_far_from_the_quote_is_counted_and_left_out() -> None:
    text = "x" * 100_000 + "needle" + "y" * 100_000
    seen = view(Page(number=1, text=text), [Mark(start=100_000, end=100_006)])
    (stretch,) = seen.stretches
    assert [piece.text for piece in stretch.pieces if piece.mark] == ["needle"]
    assert seen.cut_before == seen.cut_after == 100_000 - view_module.AROUND


def test_a_reader_is_taken_to_the_hit_that_is_looked_at() -> None:
    marks = [Mark(start=1, end=2, kind=Marked.HIT), Mark(start=5, end=7, kind=Marked.CURRENT)]
    assert sought(marks) == (5, 7)
    assert sought(marks[:1]) == (0, 0)
