"""Conversations as files: Markdown in which nothing of a document is markup, and JSON as the API has it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from rag.conversations import Conversation
from rag.types import Answer, Support
from tests.unit.web.conftest import Add
from tests.unit.web.test_ask import LEAVE, QUESTION, ask
from tests.unit.web.test_hostile import HARMLESS, OURS, theirs
from tests.unit.web.test_render import ANSWER, CITATION, DOCUMENT
from web.chat.markdown import conversation, plain
from web.wiring import Services

NOW = datetime(2026, 1, 2, tzinfo=UTC)
READ = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def exported(hostile: str) -> str:
    """A conversation in which every text is hostile."""
    head = Conversation(id="c", title=hostile, pinned=False, collections=(), created_at=NOW, updated_at=NOW)
    document = replace(DOCUMENT, title=hostile, source=hostile)
    citation = replace(CITATION, document=document, quote=hostile, place=hostile)
    sentence = replace(ANSWER.sentences[0], text=hostile, citations=(citation,), support=Support.PARTLY)
    answer: Answer = replace(
        ANSWER,
        question=replace(ANSWER.question, text=hostile),
        sentences=(sentence,),
        notice=hostile,
        looked_for=hostile,
    )
    return conversation(head, [answer, answer])


def shape(markdown: str) -> list[str]:
    """The markup that a reader of Markdown sees, without texts."""
    tokens = READ.parse(markdown)
    every = [inner for token in tokens for inner in (token, *(token.children or ()))]
    return [
        token.type for token in every if token.type not in ("text", "text_special", "softbreak", "entity")
    ]


@pytest.mark.parametrize("hostile", OURS)
def test_nothing_that_stands_in_a_conversation_is_markup_in_markdown(hostile: str) -> None:
    assert shape(exported(hostile)) == shape(exported(HARMLESS))


def test_nothing_of_texts_collected_by_others_is_markup_in_markdown() -> None:
    expected = shape(exported(HARMLESS))
    assert [text for text in theirs() if text.split() and shape(exported(text)) != expected] == []


@given(st.text(st.sampled_from("`*_{}[]<>#|~^$&:-+.=!1a \n\t\\()\"'@/"), min_size=1).filter(str.strip))
def test_no_text_at_all_is_markup_in_markdown(text: str) -> None:
    assert shape(exported(f"x{text}")) == shape(exported(HARMLESS))
    assert shape(exported(text)) == shape(exported(HARMLESS))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
def test_a_text_is_read_as_it_stands(text: str) -> None:
    (_, inline, _) = READ.parse(f"x {plain(text)} x")
    assert "".join(token.content for token in inline.children or ()) == f"x {' '.join(text.split())} x"


def test_an_item_of_a_list_has_a_line_of_its_own() -> None:
    head = Conversation(id="c", title="Bags", pinned=False, collections=(), created_at=NOW, updated_at=NOW)
    said = [replace(ANSWER.sentences[0], text=text) for text in ("Bring:", "- a coat", "- boots", "Go.")]
    written = conversation(head, [replace(ANSWER, sentences=tuple(said))])
    (paragraph,) = (token for token in READ.parse(written) if "coat" in token.content)
    assert [child.type for child in paragraph.children or ()].count("hardbreak") == 3


def test_footnotes_count_through_all_answers_and_carry_their_quotes() -> None:
    written = exported(HARMLESS)
    assert f"{HARMLESS}[^1] *(partly supported)*" in written
    assert f"{HARMLESS}[^2] *(partly supported)*" in written
    assert f"\n\n[^2]: **{HARMLESS}**, {HARMLESS}, {HARMLESS} (" in written
    assert written.endswith(f"“{HARMLESS}”\n")


def test_a_conversation_is_saved_as_markdown_and_as_json(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    document = add("leave.txt", LEAVE)
    ask(client, token)
    (known,) = services.conversations.recent()
    written = client.get(f"/c/{known.id}/export.md")
    assert written.headers["content-type"] == "text/markdown; charset=utf-8"
    assert written.headers["content-disposition"].startswith('attachment; filename="conversation-')
    assert "“Full\\-time employees have 30 working days of annual leave.”" in written.text
    told = client.get(f"/c/{known.id}/export.json").json()
    (answer,) = told["answers"]
    assert (told["title"], answer["question"]) == (QUESTION, QUESTION)
    assert answer["sentences"][0]["citations"][0]["document_id"] == document.id
    for ending in ("md", "json"):
        assert client.get(f"/c/{'0' * 32}/export.{ending}").status_code == 404


def test_a_file_holds_what_is_current(client: TestClient, services: Services, add: Add, token: str) -> None:
    add("leave.txt", LEAVE)
    ask(client, token)
    (known,) = services.conversations.recent()
    (before,) = services.history.turns(known.id)
    ask(client, token, "Whose leave is it?", edits=before.id)
    (answer,) = client.get(f"/c/{known.id}/export.json").json()["answers"]
    assert answer["question"] == "Whose leave is it?"
    assert QUESTION.rstrip("?") not in client.get(f"/c/{known.id}/export.md").text.split("## ", 1)[1]
