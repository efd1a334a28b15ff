import pytest

from ingest.clean import clean
from ingest.parsers import pdf
from rag.boxes import covering
from rag.types import BlockKind, Page
from tests.fixtures.documents import Drawing, both, grid, lines, table
from tests.fixtures.documents import pdf as make

HEAD = ("No.", "Measure", "Responsible", "Due", "State")
LEFTS = (72, 100, 280, 380, 480)
WRAPPED = [
    HEAD,
    ("M1", "Two factors for all\naccounts", "Head of IT", "31 March", "done"),
    ("M2", "Logs kept for a year", "Network team", "31 May", "open"),
    ("M3", "Contractor accounts\nexpire after ninety\ndays", "Head of\npurchasing", "15 April", "open"),
    ("M4", "Restore test", "Data centre", "30 June", "open"),
    ("M5", "Exercise for all staff\ntwice a year", "Security", "15 May", "open"),
]


def page(*drawn: Drawing) -> Page:
    return clean(pdf.parse(make(both(*drawn)), "some.pdf")).pages[0]


def rows(page: Page) -> list[str]:
    return [page.text[block.start : block.end] for block in page.blocks if block.kind is BlockKind.ROW]


def plain(table: list[tuple[str, ...]]) -> list[str]:
    return [" ".join(" ".join(row).split()) for row in table]


def test_a_cell_that_wraps_stays_in_its_row() -> None:
    assert rows(page(grid(WRAPPED, LEFTS))) == plain(WRAPPED)


def test_the_boxes_of_a_wrapped_row_cover_the_row_and_nothing_else() -> None:
    read = page(grid(WRAPPED, LEFTS, top=100))
    block = next(block for block in read.blocks if read.text[block.start :].startswith("M1"))
    rects = covering(read.words, block.start, block.end)
    assert (min(rect.left for rect in rects), max(rect.right for rect in rects)) == pytest.approx(
        (72, 502), abs=3
    )
    assert min(rect.top for rect in rects) > 100 + 20 - 13
    assert max(rect.bottom for rect in rects) < 100 + 20 + 13 + 5
    assert len(rects) == 3  # before the wrap, the wrapped line, and the cells behind it


def test_the_last_row_may_wrap_below_all_its_other_cells() -> None:
    read = page(grid(WRAPPED, LEFTS), lines("All measures are reviewed in the autumn by the board.", top=300))
    assert rows(read)[-1] == "M5 Exercise for all staff twice a year Security 15 May open"


def test_cells_set_to_the_middle_of_their_row_stay_in_it() -> None:
    tall = both(
        lines("Vault and", "cellar", left=72, top=120, size=10), lines("Monday", left=250, top=126, size=10)
    )
    other = [grid([("Hall", "Friday")], (72, 250), top=top) for top in (95, 165, 190)]
    assert rows(page(other[0], tall, *other[1:])) == [
        "Hall Friday",
        "Vault and cellar Monday",
        *["Hall Friday"] * 2,
    ]


def test_stacked_headers_of_columns_are_one_row() -> None:
    head = grid([("", "June 25,\n2022", "June 26,\n2021")], (72, 250, 330))
    read = page(head, table([("Net sales", "82,959", "81,434"), ("Costs", "7", "8")], top=110, column=200))
    assert rows(read)[0] == "June 25, 2022 June 26, 2021"


def test_stacked_headers_drawn_line_by_line_are_one_row() -> None:
    read = page(
        table([("", "July 30,", "July 31,"), ("", "2023", "2022")]),
        table([("Net income", "6,188", "656"), ("Costs", "7", "8")], top=104),
    )
    assert rows(read) == ["July 30, 2023 July 31, 2022", "Net income 6,188 656", "Costs 7 8"]


def test_rows_in_groups_are_not_taken_for_the_lines_of_wrapped_cells() -> None:
    groups = [
        [("Products", "1,200", "1,345"), ("Services", "300", "280")],
        [("Research", "120", "130"), ("Selling", "80", "95")],
        [("Basic", "1.20", "1.31"), ("Diluted", "1.19", "1.30")],
    ]
    drawn = [table(group, top=72 + 50 * at) for at, group in enumerate(groups)]
    assert rows(page(*drawn)) == [" ".join(row) for group in groups for row in group]


def test_a_label_with_a_colon_is_no_part_of_the_row_below() -> None:
    drawn = [
        both(
            lines("Sold:", top=72 + 50 * at), grid([(f"Product {at}", "1,200")], (82, 300), top=85 + 50 * at)
        )
        for at in range(4)
    ]
    assert rows(page(*drawn)) == [f"Product {at} 1,200" for at in range(4)]


def test_the_second_line_of_a_list_item_does_not_make_it_a_table() -> None:
    items = [("•", f"Rule {n}: whoever is late tells the others\nas soon as it is known") for n in range(4)]
    read = page(grid(items, (72, 100)))
    assert BlockKind.ROW not in {block.kind for block in read.blocks}
    assert all(f"Rule {n}: whoever is late tells the others as soon as" in read.text for n in range(4))
