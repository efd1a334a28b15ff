"""Quotes that contradict each other are told from those that say different things."""

import pytest

from rag.asked import read
from rag.conflict import Claim, conflicts, contradict
from rag.types import Citation, Question, Sentence, Support
from tests import factories

FEE = "The fee for a visitor badge is {} euros."


def claim(text: str, title: str = "Badges", *, number: int = 1, source: str = "a.txt") -> Claim:
    return Claim(text, factories.document(id=f"{number:032x}", title=title, source=source))


def against(question: str, one: Claim, other: Claim) -> bool:
    return contradict(read(question), one, other) and contradict(read(question), other, one)


def neither(question: str, one: Claim, other: Claim) -> bool:
    return not contradict(read(question), one, other) and not contradict(read(question), other, one)


def test_two_values_for_one_thing_conflict() -> None:
    assert against("What does a visitor badge cost?", claim(FEE.format(5)), claim(FEE.format(8), number=2))


def test_the_same_value_written_otherwise_is_no_conflict() -> None:
    said, shown = "Each site may spend 1.2 million euros.", "Each site may spend 1,200,000 euros."
    assert neither("How much may a site spend?", claim(said), claim(shown, number=2))


def test_two_values_within_one_document_are_no_conflict() -> None:
    assert neither("What does a visitor badge cost?", claim(FEE.format(5)), claim(FEE.format(8)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The badge of a visitor costs 5 euros.", "A new key for the garage door costs 8 euros."),
        ("The site in Porto has 40 desks.", "The site in Turin has 30 desks."),
        ("In 2021 the site had 40 desks.", "In 2022 the site had 30 desks."),
        ("A claim needs at least 5 days.", "A claim needs at most 9 days."),
        ("The badge costs visitors 5 euros.", "The badge costs visitors 5 days of waiting."),
    ],
)
def test_sentences_about_different_things_do_not_conflict(one: str, other: str) -> None:
    assert neither("What is said?", claim(one), claim(other, number=2))


def test_a_period_that_the_question_names_settles_which_document_is_meant() -> None:
    one = claim(FEE.format(5), "Rules for badges 2023")
    other = claim(FEE.format(8), "Rules for badges 2025", number=2)
    assert neither("What does a visitor badge cost in 2023?", one, other)
    assert against("What does a visitor badge cost?", one, other)


def test_a_period_in_the_name_of_the_file_counts_as_one_in_its_title() -> None:
    one = claim(FEE.format(5), "Badges", source="badges_2023.pdf")
    other = claim(FEE.format(8), "Badges", source="badges_2025.pdf", number=2)
    assert neither("What does a visitor badge cost in 2023?", one, other)


def test_reports_of_two_periods_do_not_conflict_in_what_they_report() -> None:
    one = claim("Revenue of the whole group was 40 million euros.", "Report Q1 2024")
    other = claim("Revenue of the whole group was 44 million euros.", "Report Q2 2024", number=2)
    assert neither("What was the revenue of the group?", one, other)


def test_what_stands_before_a_quote_may_say_what_time_it_is_about() -> None:
    said = "The density of the city was {} people per square mile."
    first = factories.document(id="1" * 32), factories.document(id="2" * 32)
    one, other = (
        Claim(said.format(400 + at), each, f"As of the census of 20{at}0.") for at, each in enumerate(first)
    )
    assert neither("How dense is the city?", one, other)
    undated = (Claim(said.format(400 + at), each) for at, each in enumerate(first))
    assert against("How dense is the city?", *undated)


def test_dates_conflict_only_where_it_is_asked_when() -> None:
    one = claim("The annual audit of the stores begins on 3 May.")
    other = claim("The annual audit of the stores begins on 9 June.", number=2)
    assert against("When does the audit begin?", one, other)
    assert neither("Where does the audit begin?", one, other)


def test_who_asks_for_a_comparison_is_told_of_no_conflict() -> None:
    one, other = claim(FEE.format(5)), claim(FEE.format(8), number=2)
    assert neither("How has the cost of a visitor badge changed?", one, other)


def test_a_sentence_within_a_longer_quote_conflicts_too() -> None:
    one = claim("Badges are made at the desk. " + FEE.format(5))
    assert against("What does a visitor badge cost?", one, claim(FEE.format(8), number=2))


def test_conflicts_of_an_answer_are_pairs_of_its_markers() -> None:
    sentences = []
    for marker, fee in enumerate((5, 8, 5), start=1):
        quote, document = FEE.format(fee), factories.document(id=f"{marker:032x}")
        citation = Citation(marker=marker, document=document, page=1, start=0, end=len(quote), quote=quote)
        sentences.append(Sentence(text=quote, citations=(citation,), support=Support.SUPPORTED))
    assert conflicts(Question(text="What does a visitor badge cost?"), sentences) == ((1, 2), (2, 3))
