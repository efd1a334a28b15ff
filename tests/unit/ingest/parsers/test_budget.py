import pytest

from ingest.parsers.budget import Budget
from ingest.parsers.reading import Limits, OverLimit


def test_as_many_cells_as_the_limit_are_read_and_no_more() -> None:
    budget = Budget("prices.csv", Limits(cells=10))
    budget.take(10)
    with pytest.raises(OverLimit, match=r"prices\.csv has more than 10 cells.*FOOTNOTE_PARSE_CELLS"):
        budget.take(1)


def test_shared_text_counts_each_time_it_is_shown() -> None:
    budget = Budget("prices.xlsx", Limits(unpacked_mb=1))
    budget.take(1, 1 << 20)
    with pytest.raises(OverLimit, match="MiB of text"):
        budget.take(1, 1)
