import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table

from ingest.parsers import xlsx
from ingest.parsers.office.sheet_values import number_format, shown, shows_nothing
from ingest.parsers.reading import Limits, OverLimit, Reading
from rag.errors import NoText, UnreadableDocument
from rag.hidden import Concealment, Hidden
from rag.types import BlockKind, Parsed
from tests.fixtures.sheets import long_text, rewritten, saved, styled, workbook

BOLD = Font(bold=True)
SHEET = "xl/worksheets/sheet1.xml"
PRICES = [["City", "Nights", "Price"], ["Rome", 3, 120.5], ["Oslo", 2, 99]]


def parse(data: bytes, reading: Reading = Reading()) -> Parsed:
    return xlsx.parse(data, "prices.xlsx", reading)


def lines(data: bytes, reading: Reading = Reading()) -> list[str]:
    return parse(data, reading).pages[0].text.split("\n")


def test_each_row_can_be_understood_alone() -> None:
    assert lines(workbook(PRICES)) == [
        "Prices",
        "",
        "City | Nights | Price",
        "City: Rome | Nights: 3 | Price: 120.5",
        "City: Oslo | Nights: 2 | Price: 99",
    ]


def test_a_row_knows_its_number_in_the_sheet() -> None:
    page = parse(workbook([["Prices of 2025"], [], *PRICES])).pages[0]
    rows = [(b.level, page.text[b.start : b.end]) for b in page.blocks if b.kind is BlockKind.ROW]
    assert [level for level, _ in rows] == [3, 4, 5]
    assert rows[1][1].startswith("City: Rome")


def test_a_page_is_called_what_its_sheet_is_called() -> None:
    book = Workbook()
    book.create_sheet("Summary").append(["Total", 7])
    parsed = parse(saved(book))
    assert [(page.number, page.label) for page in parsed.pages] == [(1, "Sheet"), (2, "Summary")]
    assert parsed.pages[0].text == ""


def test_empty_cells_are_left_out_of_a_row() -> None:
    assert lines(workbook([*PRICES, ["Bonn", None, 80]]))[-1] == "City: Bonn | Price: 80"


def test_the_document_s_title_is_the_one_in_its_properties() -> None:
    book = Workbook()
    book.properties.title = "Price list"
    assert book.active is not None
    book.active["A1"] = "x"
    assert parse(saved(book)).title == "Price list"


def test_a_workbook_says_how_many_tables_it_has() -> None:
    assert parse(workbook([*PRICES, [], ["Name", "Rank", "Age"], ["Ann", 1, 40]])).tables == 2


def test_what_stands_above_a_table_is_its_heading() -> None:
    data = workbook(
        [["Winter prices"], ["All in euros."], *PRICES],
        lambda sheet: sheet.merge_cells("A1:C1"),
    )
    page = parse(data).pages[0]
    kinds = [(b.kind, b.level, page.text[b.start : b.end]) for b in page.blocks[:4]]
    assert kinds[1:3] == [
        (BlockKind.HEADING, 2, "Winter prices"),
        (BlockKind.PARAGRAPH, 0, "All in euros."),
    ]


def test_years_can_be_headers() -> None:
    assert (
        lines(workbook([["Region", 2023, 2024], ["North", 12, 15]]))[-1]
        == "Region: North | 2023: 12 | 2024: 15"
    )


def test_a_name_and_its_value_are_no_header() -> None:
    assert lines(workbook([["Company", "Quarry House"], ["Town", "Leeds"]]))[2:] == [
        "Company | Quarry House",
        "Town | Leeds",
    ]


def test_two_bold_names_are_a_header() -> None:
    data = workbook(
        [["Term", "Meaning"], ["SLA", "what we promise"]], styled("A1", font=BOLD), styled("B1", font=BOLD)
    )
    assert lines(data)[-1] == "Term: SLA | Meaning: what we promise"


def test_a_table_goes_on_after_an_empty_row() -> None:
    assert lines(workbook([*PRICES, [], ["Total", 5, 219.5]]))[-1] == "City: Total | Nights: 5 | Price: 219.5"


def test_headers_of_two_rows_are_joined() -> None:
    data = workbook(
        [["Region", 2024, None, 2025], [None, "Q1", "Q2", "Q1"], ["North", 1, 2, 3]],
        lambda sheet: sheet.merge_cells("B1:C1"),
        lambda sheet: sheet.merge_cells("A1:A2"),
    )
    assert lines(data)[-1] == "Region: North | 2024 Q1: 1 | 2024 Q2: 2 | 2025 Q1: 3"


def test_what_is_merged_over_rows_stands_in_each() -> None:
    data = workbook(
        [["Country", "City", "Price"], ["Italy", "Rome", 1], [None, "Bari", 2], ["Norway", "Oslo", 3]],
        lambda sheet: sheet.merge_cells("A2:A3"),
    )
    assert lines(data)[3:] == [
        "Country: Italy | City: Rome | Price: 1",
        "Country: Italy | City: Bari | Price: 2",
        "Country: Norway | City: Oslo | Price: 3",
    ]


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("General", 1250, "1250"),
        ("General", 0.1 + 0.2, "0.3"),
        ("General", 1e20, "1e+20"),
        ("0%", 0.125, "12%"),
        ("0.0%", 0.125, "12.5%"),
        ("#,##0.00", 1250, "1,250.00"),
        ('#,##0.00 "EUR"', 1250, "1,250.00 EUR"),
        ("[$€-407] #,##0.00", -1250, "-€ 1,250.00"),
        ('"$"#,##0_);("$"#,##0)', 99.6, "$100"),
        ('_-* #,##0.00\\ "€"_-', 5, "5.00 €"),
        ('0.0,,"M"', 2_500_000, "2.5M"),
        ('0 "h"', 7, "7 h"),
        ("0.00E+00", 1234.5, "1234.5"),
        ("# ?/?", 0.5, "0.5"),
        ("yyyy", dt.datetime(2025, 8, 7), "2025-08-07"),  # noqa: DTZ001 - a sheet's dates have no zone
        ("General", dt.datetime(2025, 8, 7, 14, 30), "2025-08-07 14:30"),  # noqa: DTZ001
        ("General", dt.time(9, 5), "09:05"),
        ("General", True, "TRUE"),
        ("General", "two\nlines", "two lines"),
    ],
)
def test_a_value_is_written_as_it_is_shown(code: str, value: object, text: str) -> None:
    assert shown(value, number_format(code)) == text


@given(st.text(alphabet='#0?,.%"\\;[]$€-_* EUR/', max_size=30), st.floats(allow_nan=False))
def test_any_number_format_is_read(code: str, value: float) -> None:
    assert shown(value, number_format(code))
    shows_nothing(code)


def test_dates_are_iso_dates() -> None:
    data = workbook([["Day", "Sum"], [dt.date(2025, 8, 7), 12]])
    assert lines(data)[-1] == "Day: 2025-08-07 | Sum: 12"


def test_formulas_saved_without_a_value_are_reported() -> None:
    parsed = parse(workbook([*PRICES, ["Sum", "=SUM(B2:B3)", "=SUM(C2:C3)"]]))
    assert parsed.pages[0].text.endswith("City: Sum")
    assert parsed.warnings[0].startswith("2 formulas were saved without their values")


def hide_row(sheet: object) -> None:
    sheet.row_dimensions[2].hidden = True  # type: ignore[attr-defined]


def hide_column(sheet: object) -> None:
    sheet.column_dimensions["B"].hidden = True  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "gone", "how", "characters"),
    [
        (hide_row, "Rome", Concealment.STYLE, 10),
        (hide_column, "Nights", Concealment.STYLE, 8),
        (styled("A2", font=Font(color="FFFFFFFF")), "Rome", Concealment.COLOUR, 4),
        (styled("A2", font=Font(sz=1)), "Rome", Concealment.TINY, 4),
        (styled("C2", number_format=";;;"), "120.5", Concealment.STYLE, 5),
    ],
    ids=["row", "column", "white", "tiny", "format"],
)
def test_what_a_reader_does_not_see_is_left_out(
    change: object, gone: str, how: Concealment, characters: int
) -> None:
    data = workbook(PRICES, change)  # type: ignore[arg-type]
    parsed = parse(data)
    assert gone not in parsed.pages[0].text
    assert parsed.hidden == (Hidden(page=1, how=how, characters=characters),)
    kept = parse(data, Reading(keep_hidden=True))
    assert gone in kept.pages[0].text
    assert kept.hidden == ()


def test_white_letters_on_a_dark_cell_are_seen() -> None:
    white = Font(color="FFFFFFFF")
    dark = PatternFill("solid", fgColor="FF000080")
    assert parse(workbook(PRICES, styled("A1", font=white, fill=dark))).hidden == ()


def test_white_letters_in_a_formatted_table_are_seen() -> None:
    data = workbook(
        PRICES,
        styled("A1", font=Font(color="FFFFFFFF")),
        lambda sheet: sheet.add_table(Table(displayName="Prices", ref="A1:C3")),
    )
    assert parse(data).hidden == ()


def test_a_hidden_row_does_not_part_a_table_from_its_heads() -> None:
    rows = [["City", "Nights"], ["gone", 1], ["Rome", 3], ["Oslo", 2]]
    assert lines(workbook(rows, hide_row))[2:] == [
        "City | Nights",
        "City: Rome | Nights: 3",
        "City: Oslo | Nights: 2",
    ]


def test_what_is_merged_over_a_hidden_row_does_not_show_there() -> None:
    rows = [["Region", "City", "Nights"], ["North", "Bergen", 1], [None, "gone", 2], [None, "Oslo", 3]]

    def hide(sheet: Any) -> None:
        sheet.merge_cells("A2:A4")
        sheet.row_dimensions[3].hidden = True

    assert lines(workbook(rows, hide))[3:] == [
        "Region: North | City: Bergen | Nights: 1",
        "Region: North | City: Oslo | Nights: 3",
    ]


def test_comments_are_left_out_and_counted() -> None:
    def remark(sheet: Any) -> None:
        sheet["A2"].comment = Comment("Ask the desk.", "Ann")

    parsed = parse(workbook(PRICES, remark))
    assert parsed.warnings == ("1 comment was left out.",)
    assert "Ask the desk" not in parsed.pages[0].text


def test_a_hidden_sheet_keeps_its_number_and_loses_its_text() -> None:
    book = Workbook()
    secret = book.create_sheet("Secret", 0)
    secret.append(["salary", 9])
    secret.sheet_state = "veryHidden"
    book["Sheet"].append(["open", 1])
    parsed = parse(saved(book))
    assert [page.text for page in parsed.pages] == ["", "Sheet\n\nopen | 1"]
    assert parsed.hidden == (Hidden(page=1, how=Concealment.STYLE, characters=7),)
    assert "salary" in parse(saved(book), Reading(keep_hidden=True)).pages[0].text


def test_a_long_sheet_is_several_pages_of_one_name() -> None:
    parsed = parse(workbook([["Name", "Age"], *(["Ann", 1] for _ in range(1500))]))
    assert [(page.number, page.label) for page in parsed.pages] == [(1, "Prices"), (2, "Prices")]
    last = parsed.pages[1].blocks[-1]
    assert last.level == 1501
    assert parsed.pages[1].text[last.start : last.end] == "Name: Ann | Age: 1"


def test_more_cells_than_allowed_are_refused() -> None:
    with pytest.raises(OverLimit, match=r"more than 8 cells.*FOOTNOTE_PARSE_CELLS"):
        parse(workbook(PRICES), Reading(limits=Limits(cells=8)))


def test_one_long_text_in_many_cells_is_refused() -> None:
    shared = b'<c r="A1" t="s"><v>0</v></c>'
    data = rewritten(long_text(30_000), SHEET, lambda xml: xml.replace(shared, shared * 100))
    with pytest.raises(OverLimit, match="MiB of text"):
        parse(data, Reading(limits=Limits(unpacked_mb=1)))


def test_a_merged_area_without_end_costs_no_more_than_its_rows() -> None:
    area = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    data = rewritten(workbook(PRICES), SHEET, lambda xml: xml.replace(b"</sheetData>", area))
    assert lines(data)[-1].startswith("City: Oslo")


def test_a_cell_at_the_far_end_costs_no_more_than_one() -> None:
    page = parse(workbook([["a"]], lambda sheet: sheet.cell(1_048_576, 16_384, "far"))).pages[0]
    assert page.text == "Prices\n\na\n\nfar"


def test_a_damaged_sheet_is_read_as_far_as_it_goes() -> None:
    data = rewritten(workbook(PRICES), SHEET, lambda xml: xml[: xml.index(b'<row r="3"')])
    parsed = parse(data)
    assert parsed.pages[0].text.endswith("City: Rome | Nights: 3 | Price: 120.5")
    assert parsed.warnings == ("The sheet Prices is damaged: 2 rows could be read.",)


def test_a_workbook_without_any_text_is_reported() -> None:
    with pytest.raises(NoText):
        parse(workbook([]))


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 no archive", rewritten(workbook(PRICES), "xl/workbook.xml", lambda xml: xml[:99])],
    ids=["archive", "member"],
)
def test_a_damaged_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        parse(data)
