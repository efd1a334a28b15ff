"""A question about all that stands below a heading is answered with that."""

from dataclasses import replace

import pytest

from rag.abstain import confidence
from rag.asked import read
from rag.evidence import weigh
from rag.quote import choose
from rag.types import BlockKind, Page, Question
from tests import factories
from tests.fakes import FakeEmbedder
from tests.unit.rag.test_reading import found_in, page_of

HEADING, ITEM, TEXT = BlockKind.HEADING, BlockKind.ITEM, BlockKind.PARAGRAPH
PAGE = page_of(
    (HEADING, "Welcome to the works"),
    (TEXT, "This guide leads you through everything. It is long."),
    (HEADING, "Before you start"),
    (TEXT, "Send us your bank details. Tell us your shoe size."),
    (HEADING, "First day"),
    (ITEM, "1. Be at the gate at nine."),
    (ITEM, "2. Your badge is made."),
    (ITEM, "3. Somebody takes you to lunch."),
    (HEADING, "Wireless network"),
    (TEXT, "Ask the help desk for a password."),
)
FIRST_DAY = ["1. Be at the gate at nine.", "2. Your badge is made.", "3. Somebody takes you to lunch."]


def quoted(question: str, page: Page = PAGE) -> list[str]:
    asked = Question(text=question)
    passage = found_in(page, 0, len(page.text))
    evidence = weigh(asked, [passage], FakeEmbedder(), {(passage.document.id, 1): page})
    return [sentence.text for sentence in choose(asked, evidence)]


@pytest.mark.parametrize(
    "question", ["What happens on the first day?", "Tell me about the first day", "Describe the first day."]
)
def test_a_list_below_the_heading_comes_whole(question: str) -> None:
    assert quoted(question) == FIRST_DAY


def test_prose_below_the_heading_comes_from_its_beginning() -> None:
    assert quoted("What do I need to do before I start?") == [
        "Send us your bank details. Tell us your shoe size."
    ]


@pytest.mark.parametrize(
    "question",
    [
        "What do I need to do after I start?",  # the heading says before
        "What happens on the second day?",
        "What happens on the first day in Leeds?",  # more than the heading says
        "Who comes on the first day?",  # a fact
        "What do I bring to lunch?",
        "",
    ],
)
def test_a_question_about_anything_else_is_answered_by_sentences(question: str) -> None:
    assert quoted(question) != FIRST_DAY
    assert not named(question)


def named(question: str) -> bool:
    passage = found_in(PAGE, 0, len(PAGE.text))
    evidence = weigh(Question(text=question), [passage], FakeEmbedder(), {(passage.document.id, 1): PAGE})
    return any(candidate.named for candidate in evidence.candidates)


def test_the_heading_of_the_whole_document_is_no_section() -> None:
    title = factories.document().title
    page = page_of((HEADING, title), (TEXT, "Cats sleep all day."))
    asked = Question(text=f"What is the {title}?")
    evidence = weigh(asked, [found_in(page, 0, len(page.text))], FakeEmbedder())
    assert not any(candidate.named for candidate in evidence.candidates)


def test_a_section_that_the_question_names_makes_an_answer_likelier() -> None:
    asked = Question(text="What happens on the first day?")
    passage = found_in(PAGE, 0, len(PAGE.text))
    evidence = weigh(asked, [passage], FakeEmbedder(), {(passage.document.id, 1): PAGE})
    other = replace(evidence, candidates=(replace(evidence.candidates[0], named=False),))
    same = replace(evidence, candidates=evidence.candidates[:1])
    assert confidence(asked.text, same) > 2 * confidence(asked.text, other)


@pytest.mark.parametrize("question", ["How many days are there?", "When is the first day?", "Is it open?"])
def test_who_asks_for_a_fact_names_no_topic(question: str) -> None:
    assert read(question).topic == frozenset()
