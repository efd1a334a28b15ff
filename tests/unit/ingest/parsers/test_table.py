import csv

import pytest

from ingest.parsers import table
from ingest.parsers.reading import Limits, OverLimit, Reading
from rag.errors import NoText
from rag.types import BlockKind
from tests.fixtures.office import CSV


def rows(data: bytes) -> list[tuple[int, str]]:
    pages = table.parse(data, "x.csv").pages
    assert all(block.kind is BlockKind.ROW for page in pages for block in page.blocks)
    return [(block.level, page.text[block.start : block.end]) for page in pages for block in page.blocks]


def test_each_row_can_be_understood_alone_and_knows_its_number() -> None:
    assert rows(b"Limits of 2025\n\n" + CSV) == [
        (1, "Limits of 2025"),
        (3, "City | Limit | Note"),
        (4, "City: Rome | Limit: 120"),
        (5, "City: Paris | Limit: 1,40 | Note: two lines"),
    ]


@pytest.mark.parametrize("between", [";", "\t", "|", ","])
def test_what_stands_between_cells_is_found_out(between: str) -> None:
    data = f"a{between}b\r\n1{between}2\r\n".encode("utf-16")
    assert rows(data) == [(1, "a | b"), (2, "a: 1 | b: 2")]


def test_commas_in_figures_are_not_what_stands_between() -> None:
    assert rows(b"a;b\n1,5;2,5\n") == [(1, "a | b"), (2, "a: 1,5 | b: 2,5")]


def test_values_without_heads_stay_bare() -> None:
    assert rows(b"1,2\n3,4\n") == [(1, "1 | 2"), (2, "3 | 4")]


def test_long_tables_are_cut_into_pages_that_say_which_rows_they_hold() -> None:
    data = b"name,value\n" + b"".join(b"n%d,%d\n" % (n, n) for n in range(2, 2502))
    pages = table.parse(data, "x.csv").pages
    assert [(page.number, page.label) for page in pages] == [
        (1, "rows 1-1000"),
        (2, "rows 1001-2000"),
        (3, "rows 2001-2501"),
    ]
    assert pages[1].text.startswith("name: n1001 | value: 1001\n")


def test_a_short_table_needs_no_name_for_its_page() -> None:
    assert [page.label for page in table.parse(CSV, "x.csv").pages] == [""]


def test_more_cells_than_the_limit_are_refused() -> None:
    with pytest.raises(OverLimit, match="more than 100 cells"):
        table.parse(b"a,b\n" * 51, "x.csv", Reading(limits=Limits(cells=100)))


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\f", "\v", "\x1c"])
def test_signs_that_may_end_a_line_elsewhere_stay_in_their_cell(sign: str) -> None:
    data = f'City,Note,Limit\nRome,one{sign}two,120\nOslo,"three{sign}four",90\n'.encode()
    assert [text.split(" | ")[2] for _, text in rows(data)] == ["Limit", "Limit: 120", "Limit: 90"]


def test_a_long_cell_does_not_make_a_table_plain_text() -> None:
    before = csv.field_size_limit()
    found = rows(b"Name,Story\nAnn," + b"word " * 40_000 + b"\nBob,none\n")
    assert found[2] == (3, "Name: Bob | Story: none")
    assert csv.field_size_limit() == before


def test_a_title_over_a_short_table_does_not_make_it_plain_text() -> None:
    data = b"Phone list 2025\n\nName,Phone,City\nAnn,0123,Paris\nBob,0456,Oslo\n"
    assert table.delimiter(data.decode()) == ","
    assert rows(data)[2] == (4, "Name: Ann | Phone: 0123 | City: Paris")


@pytest.mark.parametrize("data", [b"a,b\n" + b"x" * 2_000_000 + b",2\n", b'a,b\n1,"' + b"x\n" * 1_000_000])
def test_cells_without_end_are_read_as_text_with_a_warning(data: bytes) -> None:
    parsed = table.parse(data, "x.csv")
    assert parsed.pages[0].text.startswith("a,b\n")
    assert len(parsed.warnings) == 1


@pytest.mark.parametrize(
    "text",
    [
        "one line of words",
        "Dear all\n\nwell, then",
        "Dear all,\nthis is no table, is it,\nno, not at all",
        "",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert table.delimiter(text) == ""


def test_blanks_alone_are_no_text() -> None:
    with pytest.raises(NoText):
        table.parse(b" \n", "x.csv")
