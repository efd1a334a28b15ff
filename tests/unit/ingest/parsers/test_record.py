import pytest

from ingest.parsers.record import is_head, line, lines


def test_each_value_stands_behind_the_head_of_its_column() -> None:
    assert list(lines([["City", "Limit"], ["Rome", "120"], ["Paris", ""]])) == [
        "City | Limit",
        "City: Rome | Limit: 120",
        "City: Paris",
    ]


def test_a_row_without_heads_is_its_values() -> None:
    assert list(lines([["1", "2"], ["3", "4"]])) == ["1 | 2", "3 | 4"]


def test_a_first_row_that_is_said_to_be_the_head_is_believed() -> None:
    assert list(lines([["2024", "2025"], ["3", "4"]], headed=True)) == ["2024 | 2025", "2024: 3 | 2025: 4"]


@pytest.mark.parametrize(
    "cells", [["Rome", "120"], ["Same", "Same"], ["One"], ["A", "x" * 61], ["A", "", "", "B"], []]
)
def test_what_does_not_name_columns_is_no_head(cells: list[str]) -> None:
    assert not is_head(cells, ["a", "b"])


def test_a_head_with_nothing_below_is_a_row() -> None:
    assert not is_head(["City", "Limit"], [])


def test_empty_columns_at_the_end_do_not_matter() -> None:
    assert is_head(["City", "Limit", "", "", ""], ["a"])


def test_a_head_that_asks_gets_no_colon() -> None:
    assert line(["Paid?", "By:"], ["yes", "us", "x"]) == "Paid? yes | By: us | x"


def test_a_first_row_that_is_said_to_be_no_head_is_a_row() -> None:
    assert list(lines([["City", "Limit"], ["Rome", "120"]], headed=False)) == ["City | Limit", "Rome | 120"]


def test_a_cell_that_is_one_with_the_one_above_says_the_same() -> None:
    rows = [["Country", "City"], ["Italy", "Rome"], [None, "Bari"], [None, "Como"]]
    assert list(lines(rows))[2:] == ["Country: Italy | City: Bari", "Country: Italy | City: Como"]


def test_a_cell_that_is_one_with_none_is_empty() -> None:
    assert list(lines([[None, "a"], ["b"], [None, None, "c"]])) == ["a", "b", "b | c"]
