import pytest

from ingest.hyphens import Hyphens


def joined(page: str, *others: str) -> str:
    at = page.index("-\n")
    return page[:at] + Hyphens([page, *others]).joint(page, at, at + 2) + page[at + 2 :]


def test_a_broken_word_is_joined() -> None:
    assert joined("the docu-\nment is") == "the document is"


def test_a_compound_that_stands_elsewhere_keeps_its_hyphen() -> None:
    assert joined("a long-\nterm plan", "every long-term plan") == "a long-term plan"


def test_a_compound_of_two_words_of_the_document_keeps_its_hyphen() -> None:
    assert joined("various cost-\ncutting steps", "The cost of cutting") == "various cost-cutting steps"


def test_a_word_that_stands_whole_elsewhere_is_joined() -> None:
    text = "It runs through-\nout", "through the door and out, throughout"
    assert joined(*text) == "It runs throughout"


@pytest.mark.parametrize("right", ["Q", "2023", "Smith"])
def test_before_a_capital_or_a_digit_the_hyphen_stays(right: str) -> None:
    assert joined(f"Form ten-\n{right}") == f"Form ten-{right}"
