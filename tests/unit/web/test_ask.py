import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from rag.errors import RetryableError
from rag.events import AnswerEvent, PassagesFound
from rag.models.slots import Place, Slots
from rag.types import Question
from tests.fakes import FakeGenerator
from tests.unit.web.conftest import Add
from tests.unit.web.markup import links, tags, text
from web.wiring import Services

LEAVE = "Full-time employees have 30 working days of annual leave. Requests go to the line manager."
QUESTION = "How many working days of annual leave do employees have?"
STREAM = {"accept": "text/event-stream"}


def events(body: str) -> list[tuple[str, dict[str, Any]]]:
    parts = [part.split("\n") for part in body.split("\n\n") if part]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]


def ask(client: TestClient, token: str, question: str = QUESTION, **more: str) -> str:
    """The page that a browser without scripts is sent to."""
    sent = client.post("/ask", data={"csrf": token, "question": question, **more})
    assert sent.status_code == 303, sent.text
    return client.get(sent.headers["location"]).text


def writes(services: Services, generator: FakeGenerator) -> None:
    """From now on it writes the answers."""
    vars(services)["generator"] = generator
    vars(services).pop("answerer", None)


def test_the_first_page_invites_to_add_documents_while_there_are_none(client: TestClient, add: Add) -> None:
    assert "There are no documents yet" in text(client.get("/").text)
    add("leave.txt", LEAVE)
    assert "There are no documents yet" not in text(client.get("/").text)


def test_a_home_without_documents_leads_to_them_and_has_no_question_box(client: TestClient, add: Add) -> None:
    empty = client.get("/").text
    assert "/documents" in links(empty, "primary")
    assert 'id="question"' not in empty
    add("leave.txt", LEAVE)
    assert 'id="question"' in client.get("/").text


def test_the_first_page_tells_of_documents_that_are_still_being_read(
    client: TestClient, services: Services, add: Add
) -> None:
    add("leave.txt", LEAVE)
    assert "being read" not in text(client.get("/").text)
    services.intake.receive(io.BytesIO(b"Two."), name="two.txt", collection="default")
    page = client.get("/").text
    assert "1 document is being read. Until then" in text(page)
    assert 'id="question"' in page


def test_without_scripts_an_answer_comes_on_the_conversations_page(
    client: TestClient, add: Add, token: str
) -> None:
    document = add("leave.txt", LEAVE)
    page = ask(client, token)
    assert QUESTION in text(page)
    notes = links(page, "note")
    assert notes
    assert all(note.startswith(f"/source/{document.id}/1?start=") for note in notes)


def test_every_sentence_of_an_answer_has_a_footnote_and_every_footnote_a_card(
    client: TestClient, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    page = ask(client, token)
    sentences = [a for tag, a in tags(page) if tag == "span" and "sentence" in a.get("class", "").split()]
    assert 0 < len(sentences) <= len(links(page, "note"))
    assert set(links(page, "note")) == set(links(page, "card"))


def test_documents_that_contradict_each_other_are_shown_side_by_side(
    client: TestClient, add: Add, token: str
) -> None:
    add("rules-2023.txt", "The fee for a visitor badge is 5 euros.")
    add("rules-2025.txt", "The fee for a visitor badge is 8 euros.")
    page = text(ask(client, token, "What is the fee for a visitor badge?"))
    told = page[page.index("These documents do not agree.") :]
    assert told.index("(2023): “The fee for a visitor badge is 5 euros.”") > 0
    assert told.index("(2025): “The fee for a visitor badge is 8 euros.”") > 0


def test_a_row_is_quoted_with_the_header_that_stands_in_another_chunk(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    rows = "\n".join(f"| Room {n} | {n + 20} euros a night, breakfast included |" for n in range(80))
    document = add("prices.md", f"# Prices\n\n| Room | Price |\n| --- | --- |\n{rows}\n")
    assert services.store.document(document.id).chunks > 1
    page = text(ask(client, token, "What does Room 77 cost a night, breakfast included?"))
    assert page.index("Room | Price") < page.index("Room 77 | 97 euros a night")


def test_an_answer_streams_its_passages_then_its_sentences_then_the_whole(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    response = client.post("/ask", data={"csrf": token, "question": QUESTION}, headers=STREAM)
    assert response.headers["content-type"].startswith("text/event-stream")
    told = events(response.text)
    assert told[0][0] == "passages"
    assert {name for name, _ in told[1:-1]} == {"sentence"}
    name, done = told[-1]
    assert name == "done"
    assert done["url"] == f"/c/{services.conversations.recent()[0].id}"
    for _, sentence in told[1:-1]:
        assert text(sentence["html"]) in text(done["html"])
    assert links(client.get(done["url"]).text, "note") == links(done["html"], "note")


def test_a_written_answer_streams_what_is_written_and_is_kept_once_it_is_checked(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    writes(
        services, FakeGenerator("Full-time <b>employees</b> have 30 working", " days of annual leave [1].")
    )
    response = client.post("/ask", data={"csrf": token, "question": QUESTION}, headers=STREAM)
    told = events(response.text)
    assert [name for name, _ in told] == ["passages", "draft", "draft", "sentence", "done"]
    assert told[1][1]["text"] == "Full-time <b>employees</b> have 30 working"
    assert "&lt;b&gt;employees" in told[3][1]["html"]
    assert "written by fake-writer" in text(client.get(told[-1][1]["url"]).text)


def test_where_the_writer_is_not_there_the_quotes_come_with_a_notice_that_is_only_text(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    writes(services, FakeGenerator(fails="<script>alert(1)</script> is not there."))
    page = ask(client, token)
    assert "<script>alert" not in page
    assert "is not there. So this is what the documents say, in quotes." in text(page)
    assert "Full-time employees have 30 working days of annual leave." in text(page)
    assert "written by" not in text(page)


def test_a_second_question_goes_on_in_its_conversation(
    client: TestClient, services: Services, add: Add, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("leave.txt", LEAVE)
    ask(client, token)
    known = services.conversations.recent()[0].id
    asked: list[Question] = []
    stream = services.answerer.stream

    def spy(question: Question) -> Iterator[AnswerEvent]:
        asked.append(question)
        return stream(question)

    monkeypatch.setattr(services.answerer, "stream", spy)
    page = ask(client, token, "Where do requests go?", conversation=known)
    assert len(services.conversations.recent()) == 1
    assert QUESTION in text(page)
    assert "Where do requests go?" in text(page)
    assert [turn.question for turn in asked[0].history] == [QUESTION]


def test_what_a_follow_up_was_taken_to_ask_stands_below_it_as_text(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    ask(client, token, "How many days of <b>leave</b> are there?")
    known = services.conversations.recent()[0].id
    page = ask(client, token, "And who grants it?", conversation=known)
    assert "Looked for: And who grants it? (days, b, leave)" in text(page)
    told = client.post(
        "/ask", data={"csrf": token, "question": "Is it <i>?", "conversation": known}, headers=STREAM
    )
    first, done = events(told.text)[0][1], events(told.text)[-1][1]
    assert first["looked_for"].startswith("Is it <i>? (")
    assert "<i>" not in done["html"]
    assert f"Looked for: {first['looked_for']}" in text(done["html"])


def test_a_question_is_asked_in_one_collection_only_where_that_was_chosen(
    client: TestClient, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE, collection="people")
    other = add("pumps.txt", "The pump moves 30 litres.", collection="products")
    assert {"people", "products"} <= set(text(client.get("/").text).split())
    notes = links(ask(client, token, collection="products"), "note")
    assert notes
    assert all(other.id in note for note in notes)


def test_a_collection_that_does_not_exist_is_said_to_be_missing(
    client: TestClient, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    sent = client.post("/ask", data={"csrf": token, "question": "What?", "collection": "nowhere"})
    assert sent.status_code == 404
    assert "nowhere" in text(sent.text)


@pytest.mark.parametrize("threshold", [1.0])
def test_a_declined_question_says_so_and_shows_the_closest_passages(
    client: TestClient, add: Add, token: str
) -> None:
    document = add("leave.txt", LEAVE)
    page = ask(client, token)
    assert "The documents do not say" in text(page)
    assert not links(page, "note")
    assert [link for link in links(page, "card") if document.id in link]


@pytest.mark.parametrize("threshold", [1.0])
def test_closest_passages_of_a_collection_that_is_gone_are_simply_not_shown(
    client: TestClient, services: Services, add: Add, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = add("leave.txt", LEAVE)
    ask(client, token)
    services.intake.delete(document.id)
    page = client.get(f"/c/{services.conversations.recent()[0].id}")
    assert page.status_code == 200
    assert not links(page.text, "card")


def test_sentences_whose_document_is_gone_are_shown_no_more(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    document = add("leave.txt", LEAVE)
    ask(client, token)
    services.intake.delete(document.id)
    page = client.get(f"/c/{services.conversations.recent()[0].id}").text
    assert "30 working days" not in text(page)
    assert "changed or deleted" in text(page)


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\0"])
def test_an_empty_question_is_not_asked(client: TestClient, token: str, question: str) -> None:
    assert client.post("/ask", data={"csrf": token, "question": question}).status_code == 422


def test_a_question_may_have_as_many_characters_as_the_settings_say(client: TestClient, token: str) -> None:
    assert client.post("/ask", data={"csrf": token, "question": "é" * 200}).status_code == 303
    refused = client.post("/ask", data={"csrf": token, "question": "é" * 201})
    assert refused.status_code == 413
    assert "201 characters" in text(refused.text)


def test_an_error_on_the_way_is_told_in_the_stream(
    client: TestClient, services: Services, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Question) -> Iterator[AnswerEvent]:
        yield PassagesFound(passages=())
        raise RetryableError("The database is busy. Ask again in a moment.")

    monkeypatch.setattr(services.answerer, "stream", broken)
    told = events(client.post("/ask", data={"csrf": token, "question": "What?"}, headers=STREAM).text)
    assert [name for name, _ in told] == ["passages", "problem"]
    assert told[-1][1]["detail"] == "The database is busy. Ask again in a moment."
    assert services.conversations.recent() == []


def test_what_nobody_foresaw_shows_nothing_of_its_inside_in_the_stream(
    client: TestClient, services: Services, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Question) -> Iterator[AnswerEvent]:
        raise RuntimeError("/secret/path")
        yield

    monkeypatch.setattr(services.answerer, "stream", broken)
    body = client.post("/ask", data={"csrf": token, "question": "What?"}, headers=STREAM).text
    assert [name for name, _ in events(body)] == ["problem"]
    assert "secret" not in body


def test_a_deleted_conversation_is_gone(client: TestClient, services: Services, token: str) -> None:
    ask(client, token, "What?")
    known = services.conversations.recent()[0].id
    assert client.post(f"/c/{known}/delete", data={"csrf": token}).status_code == 303
    assert services.conversations.recent() == []
    assert client.get(f"/c/{known}").status_code == 404
    assert client.post(f"/c/{known}/delete", data={"csrf": token}).status_code == 404


def test_a_conversation_that_is_gone_takes_no_question(client: TestClient, token: str) -> None:
    sent = client.post("/ask", data={"csrf": token, "question": "What?", "conversation": "0" * 32})
    assert sent.status_code == 404


def verdicts(page: str) -> list[tuple[str, str]]:
    """The buttons that call an answer right, or no longer: their names and values."""
    buttons = [a for tag, a in tags(page) if tag == "button" and a.get("form") == "verdict"]
    return [(button["name"], button["value"]) for button in buttons]


def test_an_answer_is_called_right_and_may_be_taken_back(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    document = add("leave.txt", LEAVE)
    ((name, known),) = verdicts(ask(client, token))
    assert name == "right"
    sent = client.post("/right", data={"csrf": token, "right": known})
    assert (sent.status_code, sent.headers["location"].partition("#")[2]) == (303, known)
    (golden,) = services.golden.all()
    assert (golden.question, {quote.document_id for quote in golden.quotes}) == (QUESTION, {document.id})
    page = client.get(sent.headers["location"]).text
    assert verdicts(page) == [("not_right", known)]
    client.post("/right", data={"csrf": token, "not_right": known})
    assert services.golden.all() == []
    assert verdicts(client.get(sent.headers["location"]).text) == [("right", known)]


def test_a_streamed_answer_brings_its_verdict(client: TestClient, add: Add, token: str) -> None:
    add("leave.txt", LEAVE)
    told = events(client.post("/ask", data={"csrf": token, "question": QUESTION}, headers=STREAM).text)
    done = told[-1][1]
    assert verdicts(done["html"]) == [("right", done["id"])]
    assert [a["action"] for tag, a in tags(client.get("/").text) if a.get("id") == "verdict"] == ["/right"]


@pytest.mark.parametrize("threshold", [1.0])
def test_a_question_may_be_called_rightly_declined(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    page = ask(client, token)
    assert "Right: the documents do not say" in text(page)
    client.post("/right", data={"csrf": token, "right": verdicts(page)[0][1]})
    assert [(each.answerable, each.quotes) for each in services.golden.all()] == [(False, ())]


def test_nothing_is_called_right_without_a_token_or_an_answer(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    ((_, known),) = verdicts(ask(client, token))
    assert client.post("/right", data={"right": known}).status_code == 403
    for value in ("", "f" * 32, "\0"):
        assert client.post("/right", data={"csrf": token, "right": value}).status_code == 404
    assert services.golden.all() == []


def test_where_the_line_for_the_writer_is_full_a_question_is_sent_away_before_anything_streams(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    generator = FakeGenerator("Full-time employees have 30 working days of annual leave [1].")
    generator.slots = Slots(1, 0, patience=60.0)
    writes(services, generator)
    before = generator.slots.ticket()
    asked = {"csrf": token, "question": QUESTION}
    streamed, told = client.post("/ask", data=asked, headers=STREAM), {"X-Footnote-Client": "test"}
    by_api = client.post("/api/v1/ask", json={"question": QUESTION}, headers=told | {"accept": "*/*"})
    for refused in (streamed, client.post("/ask", data=asked), by_api):
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    for problem in (streamed.json(), by_api.json()):
        assert problem["type"] == "urn:footnote:problem:busy"
        assert "Nothing was lost; ask again" in problem["detail"]
    assert (services.conversations.recent(), generator.shown) == ([], [])
    before.leave()
    assert "written by fake-writer" in text(ask(client, token))


def test_whoever_waits_for_the_writer_is_told_how_many_are_before(
    client: TestClient, services: Services, add: Add, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("leave.txt", LEAVE)
    generator = FakeGenerator("Full-time employees have 30 working days of annual leave [1].")
    generator.slots = Slots(1, 4, patience=60.0)
    writes(services, generator)
    before = [generator.slots.ticket() for _ in range(2)]
    wait = Slots.wait

    def one_leaves(slots: Slots, place: Place, known: int) -> int:
        before.pop(0).leave()
        return wait(slots, place, known)

    monkeypatch.setattr(Slots, "wait", one_leaves)
    told = events(client.post("/ask", data={"csrf": token, "question": QUESTION}, headers=STREAM).text)
    assert [name for name, _ in told] == ["passages", *["queued"] * 3, "draft", "sentence", "done"]
    assert [data["ahead"] for name, data in told if name == "queued"] == [2, 1, 0]
