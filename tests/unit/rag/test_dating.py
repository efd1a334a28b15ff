"""The time that a document is of, as it says itself or else as it was last changed."""

import pytest

from rag.dating import dated, outdated, period
from tests.factories import document


@pytest.mark.parametrize(
    ("title", "source", "said"),
    [
        ("Travel policy 2023", "a.md", "2023"),
        ("Minutes of 3 May 2024", "a.md", "2024-05-03"),
        ("Report", "2024_Q2 group.pdf", "2024-06"),
        ("Q3 2022 report", "1999.pdf", "2022-09"),
        ("Rules", "minutes/2025-03-31.txt", "2025-03-31"),
        ("Form filed 04/25/2023", "2022.pdf", "2023-04-25"),
        ("Rules", "a.txt", "2026-01-01"),
    ],
)
def test_a_title_goes_before_a_name_and_both_before_the_latest_change(
    title: str, source: str, said: str
) -> None:
    assert dated(document(title=title, source=source)) == said


def test_later_periods_sort_behind_earlier_ones() -> None:
    quarters = [
        period(document(title=f"Report {year} Q{number}")) for year in (2022, 2023) for number in (1, 2, 3, 4)
    ]
    assert quarters == sorted(quarters, key=lambda said: said or (0, 0, 0))


def test_a_document_that_says_nothing_of_its_time_has_no_period() -> None:
    assert period(document(title="Rules", source="rules.txt")) is None


def series(*titles: str) -> frozenset[str]:
    """Titles of those that are out of date."""
    documents = [document(id=f"{n:032x}", title=title, source="a.pdf") for n, title in enumerate(titles)]
    old = outdated(documents)
    return frozenset(each.title for each in documents if each.id in old)


def test_a_later_one_of_the_same_series_puts_a_document_out_of_date() -> None:
    assert series("Price list 2023", "Price list 2024", "Price list 2022") == {
        "Price list 2022",
        "Price list 2023",
    }


def test_nothing_is_put_out_of_date_by_another_series_or_by_one_that_says_no_time() -> None:
    assert series("Price list 2023", "Minutes of the works council 2024", "Price list") == frozenset()
