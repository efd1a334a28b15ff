import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean
from ingest.parsers.reading import Reading
from ingest.parsers.registry import read
from rag.types import Block, BlockKind, MediaType, Page, Parsed
from tests.fixtures.mails import eml
from web.reading.parts import Heads, Items, Layout, Passage, layout
from web.reading.pieces import Mark, Piece
from web.reading.tables import Table
from web.reading.view import view

CELLS = st.lists(st.lists(st.text(alphabet="ab:| ?", max_size=8), min_size=1, max_size=4), max_size=5)


def parsed(data: bytes, name: str) -> Parsed:
    return clean(read(data, name, Reading(ocr=False)))


def shown(document: Parsed, number: int = 1, quote: str = "") -> Layout:
    page = document.pages[number - 1]
    start = page.text.index(quote)
    marks = [Mark(start=start, end=start + len(quote))] if quote else []
    return layout(view(page, marks), document.media_type, page.label)


def said(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def tables(found: Layout) -> list[Table]:
    return [part for part in found.body if isinstance(part, Table)]


def grid(table: Table) -> list[list[str]]:
    rows = [*([table.head] if table.head else []), *table.rows]
    return [[said(cell) for cell in row.cells] for row in rows]


def workbook(*rows: list[object]) -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "Budget"
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


BUDGET = workbook(
    ["Item", "Cost", "Note"], ["Pump", 1200, "blue"], ["Seal", 12.5, None], ["Hose", None, "red"]
)


def test_a_sheet_is_a_table_with_its_rows_numbered_and_its_heads_above() -> None:
    found = shown(parsed(BUDGET, "budget.xlsx"))
    (table,) = tables(found)
    assert found.shape == "sheet"
    assert grid(table) == [
        ["Item", "Cost", "Note"],
        ["Pump", "1200", "blue"],
        ["Seal", "12.5", ""],
        ["Hose", "", "red"],
    ]
    assert table.head is not None
    assert [table.head.number, *(row.number for row in table.rows)] == [1, 2, 3, 4]


def test_a_quoted_row_of_a_sheet_is_marked_cell_by_cell() -> None:
    (table,) = tables(shown(parsed(BUDGET, "budget.xlsx"), quote="Item: Pump | Cost: 1200"))
    marked = [piece for row in table.rows for cell in row.cells for piece in cell if piece.mark]
    assert [(piece.text, piece.first) for piece in marked] == [("Pump", True), ("1200", False)]


def test_what_is_marked_of_a_head_before_a_value_is_marked_of_the_value() -> None:
    (table,) = tables(shown(parsed(BUDGET, "budget.xlsx"), quote="Cost: 12.5"))
    (piece,) = [piece for row in table.rows for cell in row.cells for piece in cell if piece.mark]
    assert (piece.text, piece.first) == ("12.5", True)
    (table,) = tables(shown(parsed(BUDGET, "budget.xlsx"), quote="Cost: 1"))
    assert [p.mark != "" for cell in table.rows[0].cells for p in cell] == [False, True, False, False]


def test_a_page_of_a_sheet_that_goes_on_has_the_heads_that_its_values_bear() -> None:
    text = "Item: Pump | Cost: 1\nItem: Seal | Cost: 2"
    rows = (
        Block(start=0, end=20, kind=BlockKind.ROW, level=7),
        Block(start=21, end=41, kind=BlockKind.ROW, level=8),
    )
    page = Page(number=2, text=text, blocks=rows, label="Prices")
    (table,) = tables(layout(view(page), MediaType.XLSX, "Prices"))
    assert grid(table) == [["Item", "Cost"], ["Pump", "1"], ["Seal", "2"]]


def test_tables_with_an_empty_row_between_them_are_two() -> None:
    book = workbook(
        ["Item", "Cost"], ["Pump", 1], ["Seal", 2], [], ["Town", "Staff", "Since"], ["Rome", 9, "May"]
    )
    assert [grid(table)[0] for table in tables(shown(parsed(book, "a.xlsx")))] == [
        ["Item", "Cost"],
        ["Town", "Staff", "Since"],
    ]


def test_the_table_of_a_markdown_text_has_its_heads() -> None:
    found = shown(parsed(b"# T\n\n| A | B |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n", "a.md"))
    (table,) = tables(found)
    assert table.head is not None
    assert grid(table) == [["A", "B"], ["1", "2"], ["3", "4"]]


def test_lists_keep_their_signs_and_how_deep_they_stand() -> None:
    found = shown(parsed(b"Buy this:\n\n- bread\n  - dark\n- milk\n", "a.md"))
    (items,) = [part for part in found.body if isinstance(part, Items)]
    assert [(item.depth, said(item.pieces)) for item in items.items] == [
        (0, "• bread"),
        (1, "• dark"),
        (0, "• milk"),
    ]


def test_no_heading_is_more_than_one_below_the_one_before() -> None:
    found = shown(parsed(b"# A\n\n#### B\n\n## C\n\ntext\n", "a.md"))
    headings = [part for part in found.body if isinstance(part, Passage) and part.rank]
    assert [(part.level, part.rank) for part in headings] == [(1, 1), (4, 2), (2, 2)]


def test_a_mail_has_its_head_and_then_what_it_says() -> None:
    found = shown(parsed(eml("The office closes at five.\n\nDate: soon."), "a.eml"), quote="desk@example.org")
    title, heads, *rest = found.body
    assert found.shape == "mail"
    assert isinstance(title, Passage)
    assert said(title.pieces) == "Opening hours"
    assert isinstance(heads, Heads)
    assert [name for name, _ in heads.lines] == ["From", "To", "Date"]
    assert said(heads.lines[0][1]) == "Front Desk <desk@example.org>"
    assert [piece.text for piece in heads.lines[0][1] if piece.mark] == ["desk@example.org"]
    assert [said(part.pieces) for part in rest if isinstance(part, Passage)] == [
        "The office closes at five.",
        "Date: soon.",
    ]


def test_a_file_that_is_attached_to_a_mail_is_shown_as_what_it_is() -> None:
    mail = parsed(eml("See there.", attached={"note.txt": b"From: here\n\nto there"}), "a.eml")
    assert [shown(mail, number).shape for number in (1, 2)] == ["mail", "text"]


def test_a_slide_is_parted_from_the_notes_of_its_speaker() -> None:
    import pptx

    show, out = pptx.Presentation(), io.BytesIO()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Pump plan"
    slide.placeholders[1].text = "First\nSecond"
    slide.notes_slide.notes_text_frame.text = "Say hello."
    show.save(out)
    found = shown(parsed(out.getvalue(), "a.pptx"))
    assert found.shape == "slide"
    assert [type(part) for part in found.body] == [Passage, Items]
    assert [said(part.pieces) for part in found.notes if isinstance(part, Passage)] == ["Say hello."]


@pytest.mark.parametrize("media_type", [None, MediaType.TEXT, MediaType.EML, MediaType.PPTX, MediaType.CSV])
def test_a_page_without_text_is_empty(media_type: MediaType | None) -> None:
    assert layout(view(Page(number=1, text="")), media_type, "Mail").empty


@given(CELLS)
def test_no_letter_of_a_table_that_bears_no_heads_is_lost(cells: list[list[str]]) -> None:
    rows = [" | ".join(cell.replace(":", "").replace("?", "") for cell in row) for row in cells]
    text, blocks = "", []
    for row in rows:
        blocks.append(Block(start=len(text), end=len(text) + len(row), kind=BlockKind.ROW))
        text += row + "\n"
    found = layout(view(Page(number=1, text=text, blocks=tuple(blocks))))
    kept = "".join(cell for table in tables(found) for row in grid(table) for cell in row)
    assert "".join(kept.replace("|", "").split()) == "".join(text.replace("|", "").split())
    assert all(len(row) == table.columns for table in tables(found) for row in grid(table))


@given(CELLS)
def test_rows_of_any_kind_make_some_table(cells: list[list[str]]) -> None:
    text, blocks = "", []
    for level, row in enumerate(" | ".join(row) for row in cells):
        blocks.append(Block(start=len(text), end=len(text) + len(row), kind=BlockKind.ROW, level=2 * level))
        text += row + "\n"
    page = Page(number=1, text=text, blocks=tuple(blocks))
    for start in range(len(text)):
        found = layout(view(page, [Mark(start=start, end=len(text))]), MediaType.XLSX)
        pieces = [p for table in tables(found) for row in table.rows for cell in row.cells for p in cell]
        assert sum(piece.first for piece in pieces) <= 1
