from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.dates import MONTHS, Date, dates, shows

ENGLISH = [
    name for name in MONTHS if name.capitalize() in (date(2000, m, 1).strftime("%B") for m in range(1, 13))
]


def only(text: str) -> Date:
    (found,) = dates(text)
    return found


@given(st.integers(0, 300_000).map(lambda days: date(1200, 1, 1) + timedelta(days)))
def test_a_date_is_the_same_in_every_form(day: date) -> None:
    month = ENGLISH[day.month - 1].capitalize()
    forms = [
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.day:02} {month[:3]} {day.year}",
        f"{day.year}-{day.month:02}-{day.day:02}",
        f"the {day.day}th of {month} {day.year}",
    ]
    read = [only(f"It was on {form} here.") for form in forms]
    assert all(shows([one], other) for one in read for other in read)


def test_a_part_of_a_date_is_shown_by_the_whole_and_not_the_other_way() -> None:
    whole, month, year = only("on 3 May 2024"), only("in May 2024"), only("in 2024")
    assert shows([whole], month)
    assert shows([whole], year)
    assert not shows([month], whole)
    assert not shows([year], month)


def test_a_year_that_stands_by_itself_completes_a_day() -> None:
    assert shows(dates("In 2024 the deadline was 3 May."), only("on 3 May 2024"))
    assert not shows(dates("In 2024 the deadline was 4 May."), only("on 3 May 2024"))


def test_slashes_are_read_both_ways() -> None:
    assert shows([only("on 03/05/2024")], only("on 3 May 2024"))
    assert shows([only("on 03/05/2024")], only("on 5 March 2024"))
    assert not shows([only("on 13/05/2024")], only("on 5 January 2024"))


@pytest.mark.parametrize("text", ["You may 3 times", "version 2.2024", "INV-2024-7", "$2024", "2024 kg less"])
def test_what_is_no_date_is_not_read_as_a_full_one(text: str) -> None:
    assert all(found.year for found in dates(text))


def test_a_decade_is_no_year() -> None:
    assert not shows([only("in the 1990s")], only("in 1990"))
    assert not shows([only("in 1990")], only("in the 1990s"))


def test_months_of_other_languages_are_read() -> None:
    assert shows([only("am 3. Mai 2024")], only("on 3 May 2024"))
    assert shows([only("el 3 de mayo de 2024")], only("on 3 May 2024"))


@given(st.text(max_size=200))
def test_any_text_has_dates_in_order_and_apart(text: str) -> None:
    found = dates(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
