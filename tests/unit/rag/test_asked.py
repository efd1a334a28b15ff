"""What kind of thing would answer a question."""

import pytest

from rag.asked import read

ROW = "Total net sales $ 82,959 $ 81,434"
TREND = "Net sales rose in the third quarter of 2022 compared to that of 2021, see Table 2."


@pytest.mark.parametrize(
    "question",
    [
        "What were the total net sales in the third quarter of 2022?",
        "What is the deposit for a projector?",
        "what's our mileage rate",
        "What was the net income reported for the year?",
    ],
)
def test_who_asks_what_a_measure_is_wants_an_amount_and_not_a_year_or_a_number_of_a_table(
    question: str,
) -> None:
    asked = read(question)
    assert (asked.kind(ROW), asked.kind(TREND)) == (1.0, -1.0)


@pytest.mark.parametrize(
    "question",
    [
        "What is the impact of exchange rates on sales?",
        "What is our sales process?",
        "What are the company values?",
        "What is the reason behind the loss of income?",
    ],
)
def test_who_asks_about_what_only_goes_by_such_a_name_does_not(question: str) -> None:
    assert read(question).kinds == ()


@pytest.mark.parametrize(
    ("question", "latest"),
    [
        ("What were the sales in the latest report?", True),
        ("Which rules does the current version name?", True),
        ("What does the newest price list say?", True),
        ("How do sales in the most recent quarter compare to previous quarters?", False),
        ("What has changed in Q3 2023 since the last report?", False),
        ("Who is the current treasurer?", False),
    ],
)
def test_the_latest_is_asked_for_where_neither_a_time_nor_one_before_it_is_named(
    question: str, latest: bool
) -> None:
    assert read(question).latest is latest
