"""Conversations as pages keep them: asked again, changed, pinned, renamed, found, and where they look."""

import re

import pytest
from starlette.testclient import TestClient

from tests.unit.web.conftest import Add
from tests.unit.web.markup import links, tags, text
from tests.unit.web.test_ask import LEAVE, QUESTION, STREAM, ask, events
from web.wiring import Services


def only(services: Services) -> str:
    """The one conversation."""
    (known,) = services.conversations.recent()
    return known.id


def questions(page: str) -> list[str]:
    """Those that were answered, without the blank one that a script makes turns of."""
    return [found for found in re.findall(r'<h2 class="question"><bdi>([^<]*)</bdi></h2>', page) if found]


def test_an_answer_is_asked_for_again_and_the_earlier_one_stays_in_reach(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    first = links(ask(client, token), "act")
    known = only(services)
    (before,) = services.history.turns(known)
    page = ask(client, token, "", again=before.id)
    assert questions(page) == [QUESTION]
    assert "2 of 2" in text(page)
    (earlier,) = [a["href"] for tag, a in tags(page) if tag == "a" and a.get("rel") == "prev"]
    old = client.get(earlier).text
    assert "1 of 2" in text(old)
    assert before.id in old
    assert "how the conversation stood before" in text(old)
    assert f"/c/{known}#{before.id}" in first


def test_a_question_is_changed_on_a_page_of_its_own_and_what_came_after_it_makes_way(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    ask(client, token)
    known = only(services)
    ask(client, token, "Where do requests go?", conversation=known)
    (edit, _) = [link for link in links(client.get(f"/c/{known}").text, "act") if "/edit/" in link]
    form = client.get(edit).text
    assert QUESTION in text(form)
    (answer,) = [a["value"] for tag, a in tags(form) if a.get("name") == "edits"]
    page = ask(client, token, "How many days of leave?", edits=answer)
    assert questions(page) == ["How many days of leave?"]
    assert [turn.question.text for turn in services.history.turns(known)] == ["How many days of leave?"]


def test_a_changed_question_is_read_with_what_stood_before_it_only(
    client: TestClient, services: Services, add: Add, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("leave.txt", LEAVE)
    ask(client, token)
    known = only(services)
    ask(client, token, "Where do requests go?", conversation=known)
    last = services.history.turns(known)[-1]
    stream, heard = services.answerer.stream, []
    monkeypatch.setattr(
        services.answerer, "stream", lambda question: heard.append(question) or stream(question)
    )
    ask(client, token, "Who gets requests?", edits=last.id)
    assert [turn.question for turn in heard[0].history] == [QUESTION]


def test_a_conversation_looks_where_its_last_question_did(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE, collection="people")
    add("pumps.txt", "The pump moves 30 litres.", collection="products")
    add("other.txt", "Nothing of note.", collection="rest")
    sent = {"csrf": token, "question": QUESTION, "collection": ["people", "products"]}
    page = client.get(client.post("/ask", data=sent).headers["location"]).text
    boxes = [a for tag, a in tags(page) if tag == "input" and a.get("name") == "collection"]
    assert [a["value"] for a in boxes if "checked" in a] == ["people", "products"]
    assert "people, products" in text(page)


def test_a_conversation_is_renamed_pinned_and_deleted_after_a_question(
    client: TestClient, services: Services, token: str
) -> None:
    ask(client, token, "What?")
    known = only(services)
    assert "What?" in client.get(f"/c/{known}/rename").text
    renamed = client.post(f"/c/{known}/rename", data={"csrf": token, "title": "Of <b>leave</b>"})
    assert renamed.headers["location"] == f"/c/{known}"
    page = client.get(f"/c/{known}").text
    assert "Of &lt;b&gt;leave" in page
    assert client.post(f"/c/{known}/rename", data={"csrf": token, "title": " "}).status_code == 422
    pinned = client.post(f"/c/{known}/pin", data={"csrf": token, "pinned": "yes", "from": "list"})
    assert pinned.headers["location"] == "/conversations"
    assert services.conversations.find(known).pinned
    asked = text(client.get(f"/c/{known}/delete").text)
    assert "Delete the conversation “Of <b>leave</b>”?" in asked
    for action in ("rename", "pin", "delete"):
        assert client.post(f"/c/{known}/{action}", data={}).status_code == 403
        assert client.post(f"/c/{'0' * 32}/{action}", data={"csrf": token, "title": "x"}).status_code == 404


def test_all_conversations_are_listed_searched_and_turned_through(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    assert "There are no conversations here yet" in text(client.get("/conversations").text)
    add("leave.txt", LEAVE)
    ask(client, token)
    for n in range(50):
        ask(client, token, f"Number {n} of them?")
    page = text(client.get("/conversations").text)
    assert ("51 conversations" in page, "Page 1 of 2" in page) == (True, True)
    assert QUESTION in text(client.get("/conversations?page=2").text)
    found = client.get("/conversations?q=HOW+many").text
    assert list(links(found, "found-title")) == [
        f"/c/{each.id}" for each in services.conversations.recent(60) if each.title == QUESTION
    ]
    assert "Nothing was found for “stork”" in text(client.get("/conversations?q=stork").text)
    assert client.get("/conversations?page=99999999999999999999").status_code == 200


def test_a_question_that_was_answered_already_is_not_asked_twice(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    sent = {"csrf": token, "question": QUESTION, "id": "a" * 32}
    first = events(client.post("/ask", data=sent, headers=STREAM).text)[-1]
    vars(client.app.state.under_way)["_all"].clear()  # it was long ago
    second = events(client.post("/ask", data=sent, headers=STREAM).text)
    assert [name for name, _ in second] == ["done"]
    assert (second[0][1]["url"], second[0][1]["id"]) == (first[1]["url"], "a" * 32)
    assert len(services.history.turns(only(services))) == 1
    assert client.post("/ask", data=sent | {"id": "../x"}).status_code == 422
