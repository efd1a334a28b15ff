from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.numbers import Quantity, quantities, same
from rag.spelled import value


def only(text: str) -> Quantity:
    (found,) = quantities(text)
    return found


@pytest.mark.parametrize(
    "alike",
    [
        ("1.2 million", "1,200,000", "1.2m", "1200000", "1.200.000", "1\u202f200\u202f000"),
        ("30 days", "thirty days", "30-day", "30 calendar days"),
        ("60%", "60 %", "60 percent", "sixty per cent"),
        ("$5 million", "US$5m", "5,000,000 dollars", "USD 5,000,000", "five million dollars"),
        ("€49", "EUR 49.00", "49 euros", "49,00 €"),
        ("two weeks", "14 days", "336 hours"),
        ("1 year", "12 months", "twelve months"),
        ("5 pm", "17:00", "5:00 p.m."),
        ("3rd", "third"),
        ("a hundred and five", "105", "one hundred five"),
        ("3,500 kg", "3.5 tonnes"),
        ("2 dozen", "24"),
    ],
)
def test_numbers_are_the_same_by_value(alike: tuple[str, ...]) -> None:
    for one, other in product(alike, repeat=2):
        assert same(only(f"It is {one} now."), only(f"It is {other} now.")), (one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("30 days", "30 hours"),
        ("30 days", "30 working days"),
        ("5 %", "5 percentage points"),
        ("$5", "€5"),
        ("1.2 million", "1.2 billion"),
        ("5 am", "5 pm"),
        ("14 km", "14 miles"),
        ("12", "12.5"),
        ("third", "3 days"),
    ],
)
def test_numbers_of_another_value_or_unit_are_not(one: str, other: str) -> None:
    assert not same(only(f"It is {one} now."), only(f"It is {other} now."))


def test_a_number_without_a_unit_may_be_in_the_others() -> None:
    assert same(only("Days: 30."), only("It takes 30 days."))


def test_both_ends_of_a_range_are_in_its_unit() -> None:
    first, last = quantities("It takes 5 to 7 days.")
    assert same(first, only("5 days"))
    assert not same(first, only("5 hours"))
    assert same(last, only("one week"))
    low, high = quantities("between 2 and 3 million euros")
    assert same(low, only("EUR 2,000,000"))
    assert same(high, only("€3m"))


@pytest.mark.parametrize(
    ("before", "bound"),
    [("at least", "at least"), ("no more than", "at most"), ("up to", "at most"), ("over", "more than"),
     ("fewer than", "less than"), ("exactly", "")],
)  # fmt: skip
def test_a_number_knows_what_bounds_it(before: str, bound: str) -> None:
    assert only(f"It takes {before} 30 days.").bound == bound


def test_a_rounded_number_is_the_same_only_where_it_says_so() -> None:
    exact = only("There were 1,203,400 of them.")
    assert same(only("There were about 1.2 million of them."), exact)
    assert not same(only("There were 1.2 million of them."), exact)
    assert not same(only("There were about 1.3 million of them."), exact)


def test_one_is_no_number_where_it_counts_nothing() -> None:
    assert only("One of them left.").casual
    assert not only("It takes one day.").casual


@given(st.integers(0, 10**15))
def test_a_whole_number_is_read_back_however_it_is_written(number: int) -> None:
    for written in (str(number), f"{number:,}"):
        assert (Fraction(number), "") in only(f"There are {written} here.").readings


@given(st.text(max_size=200))
def test_any_text_has_numbers_in_order_and_apart(text: str) -> None:
    found = quantities(text)
    assert all(0 <= q.start < q.end <= len(text) for q in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_words_are_added_up_as_they_are_read() -> None:
    assert value("two hundred and five") == 205
    assert value("three million forty-two thousand and seven") == 3_042_007
