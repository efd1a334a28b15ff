import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean
from ingest.parsers import pdf
from ingest.parsers.printed import reading_order
from ingest.parsers.printed.text_layer import TextLayer
from rag.types import BlockKind, Page
from tests.fixtures.documents import HEIGHT, Drawing, both, grid, lines, running
from tests.fixtures.documents import pdf as make

PROSE = (
    "The council met on the first of the month and",
    "heard what the treasurer had to say about the",
    "roof of the hall, which has been leaking since",
    "the storms of the winter before last, and about",
    "the offers of three roofers, none of whom could",
    "begin before the summer. It was agreed to wait",
    "for a fourth offer, to cover the worst places in",
    "the meantime, and to come back to it in autumn.",
)


def read(*pages: Drawing) -> list[Page]:
    """The pages as they are stored: parsed and cleaned."""
    return list(clean(pdf.parse(make(*pages), "some.pdf")).pages)


def rows(page: Page) -> list[str]:
    return [page.text[block.start : block.end] for block in page.blocks if block.kind is BlockKind.ROW]


def test_a_footer_drawn_first_is_read_last() -> None:
    (page,) = read(both(running(1, 1), lines("A heading", size=20), lines(*PROSE, top=110)))
    assert page.text.split()[:2] == ["Quarry", "House"]
    assert page.text.endswith("Edition of 7 August 2025 Page 1 of 1")


def test_headers_and_footers_drawn_first_are_in_no_page() -> None:
    pages = read(*(both(running(number, 4), lines(*PROSE[number : number + 4])) for number in range(1, 5)))
    assert [page.text for page in pages] == [" ".join(PROSE[number : number + 4]) for number in range(1, 5)]


def test_the_last_lines_of_columns_that_reach_into_the_margin_stay_in_their_columns() -> None:
    top = HEIGHT - 30 - 7 * 9 * 1.2
    right = [text.upper() for text in PROSE]
    drawn = both(lines(*PROSE, left=72, top=top, size=9), lines(*right, left=320, top=top, size=9))
    assert " ".join(read(drawn)[0].text.split()) == " ".join([*PROSE, *right])


def test_what_is_drawn_late_is_read_where_it_stands() -> None:
    drawn = both(lines(*PROSE[4:], top=150), lines(*PROSE[:4], top=150 - 4 * 13.2))
    assert read(drawn)[0].text == " ".join(PROSE)


def test_a_table_of_wordy_cells_is_no_text_in_columns() -> None:
    table = [
        ("Occasion", "Days", "Remarks"),
        ("Own wedding", "2", "Within four weeks of the ceremony"),
        ("Birth of a child, for the partner", "3", "Within eight weeks of the birth"),
        ("Death of a spouse, partner, child or parent", "4", "Need not be taken in one piece"),
        ("Death of a brother, sister or grandparent", "1", "Day of the funeral itself"),
        ("Moving house within the country", "1", "Once in 24 months of service"),
        ("Anniversary of 25 years of service", "1", "In the month of the anniversary"),
        ("Voluntary fire brigade, when called out", "5", "Certificate of the brigade"),
    ]
    (page,) = read(grid(table, (72, 290, 340)))
    assert rows(page) == [" ".join(row) for row in table]


def test_a_table_drawn_column_by_column_is_read_row_by_row() -> None:
    labels = ("Net sales of goods", "Costs of all sales", "Gross margin on sales", "Research and development")
    figures = ("1,345", "(851)", "494", "(120)")
    drawn = both(lines(*labels), lines(*figures, left=400), lines(*reversed(figures), left=480))
    expected = [f"{a} {b} {c}" for a, b, c in zip(labels, figures, reversed(figures), strict=True)]
    assert rows(read(drawn)[0]) == expected


@pytest.mark.parametrize("count", [4, 8])
def test_columns_are_read_one_after_the_other_between_lines_across(count: int) -> None:
    right = [text.upper() for text in PROSE[:count]]
    drawn = both(
        lines("Report of the council to all the members of the parish", size=14),
        lines(*PROSE, left=72, top=110, size=9),
        lines(*right, left=320, top=110, size=9),
        lines("Signed by the chair and the treasurer on behalf of the council", top=250),
    )
    text = " ".join(read(drawn)[0].text.split())
    assert " ".join([*PROSE, *right]) in text
    assert text.endswith("on behalf of the council")


def test_raised_marks_drawn_last_tear_no_paragraph() -> None:
    drawn = both(lines(*PROSE), lines("1", left=200, top=81, size=5), lines("2", left=150, top=107, size=5))
    assert " ".join(PROSE) in read(drawn)[0].text


@given(
    st.lists(
        st.tuples(st.integers(0, 580), st.integers(0, 800), st.integers(4, 20), st.booleans()), max_size=40
    )
)
def test_no_word_is_lost_or_read_twice(drawn: list[tuple[int, int, int, bool]]) -> None:
    """Words anywhere on a page, each opening a line or going on with the one before."""
    layer = TextLayer(
        words=tuple(f"w{size}" for _, _, size, _ in drawn),
        boxes=np.array([(x, y, x + 3 * size, y + size) for x, y, size, _ in drawn], dtype=float).reshape(
            -1, 4
        ),
        lines=tuple(at for at, (*_, fresh) in enumerate(drawn) if fresh or not at),
        strong=tuple(False for at, (*_, fresh) in enumerate(drawn) if fresh or not at),
        width=600,
        height=842,
        suspect=False,
    )
    read = [word for line in reading_order.lines(layer) for word in range(line.first, line.end)]
    assert sorted(read) == list(range(len(drawn)))
