"""First questions: made of what stands on the pages, tried, and made once for each state of the library."""

import pytest
from starlette.testclient import TestClient

from rag.types import Block, BlockKind, Page, Question
from tests.unit.web.conftest import Add
from tests.unit.web.markup import tags, text
from tests.unit.web.test_ask import ask
from web.chat.first_questions import candidates
from web.chat.suggested import MOST, Suggested
from web.wiring import Services

GUIDE = """# Visitor guide

## How do I get a badge?

Badges are handed out at the gate to everybody who shows a passport.

## Parking spaces

Parking spaces are in the yard behind the gate, and they are free of charge for visitors.
"""


def page(*blocks: tuple[BlockKind, str], number: int = 2) -> Page:
    said, found = "", []
    for kind, each in blocks:
        found.append(Block(start=len(said), end=len(said) + len(each), kind=kind, level=1))
        said += each + "\n\n"
    return Page(number=number, text=said, blocks=tuple(found))


def asked(*blocks: tuple[BlockKind, str], number: int = 2) -> list[str]:
    return [each.text for each in candidates(page(*blocks, number=number))]


BELOW = (BlockKind.PARAGRAPH, "It is handed out at the gate to all of the visitors.")
DARUNTER = (BlockKind.PARAGRAPH, "Er wird an der Pforte und für die Besucher ausgegeben.")


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("How do I get a badge?", "How do I get a badge?"),
        ("Annual leave", "What do the documents say about annual leave?"),
        ("Annual Leave", "What do the documents say about Annual Leave?"),
        ("IT security", "What do the documents say about IT security?"),
        ("Q: How do I get a badge?", "How do I get a badge?"),
        ("Q. How do I get a badge?", "How do I get a badge?"),
        ("Frage 12: Wie bekomme ich einen Ausweis?", "Wie bekomme ich einen Ausweis?"),
        ("3. How do I get a badge?", "How do I get a badge?"),
    ],
)
def test_a_heading_asks_or_names_what_can_be_asked_about(heading: str, question: str) -> None:
    assert asked((BlockKind.HEADING, heading), BELOW) == [question]


@pytest.mark.parametrize(
    "heading", ["How do we use this channel?", "Q: ?", "Before you start", "Was regelt diese Richtlinie?"]
)
def test_a_heading_that_only_a_reader_of_its_page_understands_is_no_question(heading: str) -> None:
    assert asked((BlockKind.HEADING, heading), BELOW) == []


def test_a_german_page_is_asked_in_german() -> None:
    assert asked((BlockKind.HEADING, "Der neue Ausweis"), DARUNTER) == [
        "Was steht in den Dokumenten zu „Der neue Ausweis“?"
    ]
    said = "Die Kernzeit ist die Zeit, in der alle erreichbar sind."
    assert asked((BlockKind.PARAGRAPH, said)) == ["Was ist die Kernzeit?"]


@pytest.mark.parametrize(
    "heading",
    [
        "1. Scope",
        "ANNEX",
        "Who receives data",
        "Leave",
        "§ 4",
        "A very long heading of more than seven words",
    ],
)
def test_a_heading_that_names_nothing_is_no_question(heading: str) -> None:
    assert asked((BlockKind.HEADING, heading), BELOW) == []


def test_a_title_is_no_question() -> None:
    assert asked((BlockKind.HEADING, "Visitor guide"), BELOW, number=1) == []


@pytest.mark.parametrize(
    ("said", "questions"),
    [
        ("A buddy is a colleague who helps new people in their first weeks.", ["What is a buddy?"]),
        ("Core hours are any hours between ten and three in the afternoon.", ["What are core hours?"]),
        ("This is a sentence that points to the one before it.", []),
        ("Your buddy is a colleague who helps new people.", []),
        ("It rains on most of the days in the week.", []),
    ],
)
def test_a_sentence_that_says_what_something_is_answers_what_it_is(said: str, questions: list[str]) -> None:
    assert asked((BlockKind.PARAGRAPH, said)) == questions


def test_the_empty_page_suggests_what_the_documents_answer_and_a_button_asks_it(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    assert "suggestions" not in client.get("/").text.split("<template")[0]
    add("guide.md", GUIDE)
    assert "data-awaited" in client.get("/").text
    shown = client.get("/suggestions").text
    buttons = [a["value"] for tag, a in tags(shown) if tag == "button"]
    assert buttons[0] == "How do I get a badge?"
    assert len(buttons) <= MOST
    assert "How do I get a badge?" in text(client.get("/").text)
    assert "How do I get a badge?" in text(ask(client, token, "", suggested=buttons[0]))


@pytest.mark.parametrize("threshold", [1.0])
def test_what_the_documents_do_not_answer_is_not_suggested(client: TestClient, add: Add) -> None:
    add("guide.md", GUIDE)
    assert client.get("/suggestions").text.strip() == ""
    assert "for example" not in client.get("/").text


def test_first_questions_are_made_once_for_each_state_of_the_library(
    services: Services, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("guide.md", GUIDE)
    tried: list[str] = []
    retrieve = services.retriever.retrieve

    def spy(question: Question, top: int):
        tried.append(question.text)
        return retrieve(question, top)

    monkeypatch.setattr(services.retriever, "retrieve", spy)
    suggested = Suggested(services)
    assert suggested.ready() is None
    first = suggested.made()
    asked_for = len(tried)
    assert suggested.made() == suggested.ready() == first
    assert len(tried) == asked_for > 0
    add("more.md", GUIDE.replace("badge", "locker"))
    assert suggested.ready() is None
    assert "How do I get a locker?" in suggested.made()
