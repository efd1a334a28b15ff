import io
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from ingest.sources.register import Kind, Options
from tests.unit.web.conftest import Add, ParserHere
from tests.unit.web.test_ask import LEAVE, QUESTION, STREAM, events
from tests.unit.web.test_receipts import GIVING_ORDERS, SCREENED
from web.security import CLIENT_HEADER
from web.wiring import Services

PROGRAM = {CLIENT_HEADER: "test"}


def test_a_search_finds_passages_that_stand_on_their_pages(client: TestClient, add: Add) -> None:
    document = add("leave.txt", LEAVE)
    found = client.post("/api/v1/search", json={"question": QUESTION, "top": 3}).json()
    assert found["question"] == QUESTION
    hit = found["hits"][0]
    page = client.get(f"/api/v1/documents/{document.id}/pages/1").json()
    assert page["text"][hit["start"] : hit["end"]] == hit["text"]
    assert hit["page"] is None, "a text has no pages"


def test_every_citation_of_an_answer_stands_on_its_page(client: TestClient, add: Add) -> None:
    document = add("leave.txt", LEAVE)
    answer = client.post("/api/v1/ask", json={"question": QUESTION}).json()
    assert answer["outcome"] == "answered"
    cited = [citation for sentence in answer["sentences"] for citation in sentence["citations"]]
    assert cited
    page = client.get(f"/api/v1/documents/{document.id}/pages/1").json()["text"]
    assert all(page[c["start"] : c["end"]] == c["quote"] for c in cited)


def test_an_answer_streams_to_programs_too(client: TestClient, add: Add) -> None:
    add("leave.txt", LEAVE)
    told = events(client.post("/api/v1/ask", json={"question": QUESTION}, headers=STREAM).text)
    assert [told[0][0], told[-1][0]] == ["passages", "done"]
    assert [data for name, data in told if name == "sentence"] == told[-1][1]["sentences"]


def test_a_question_through_the_api_begins_no_conversation(
    client: TestClient, services: Services, add: Add
) -> None:
    add("leave.txt", LEAVE)
    client.post("/api/v1/ask", json={"question": QUESTION})
    assert services.conversations.recent() == []


def test_documents_come_and_go(client: TestClient, services: Services) -> None:
    files = [("file", ("a.txt", b"One.")), ("file", ("big.txt", b"x" * (1024 * 1024 + 1)))]
    sent = client.post("/api/v1/documents", files=files, data={"collection": "letters"}, headers=PROGRAM)
    assert sent.status_code == 202
    (document,) = sent.json()["documents"]
    assert document["status"] == "waiting"
    assert [(f["source"], f["stage"]) for f in sent.json()["failed"]] == [("big.txt", "receiving")]
    assert client.get(f"/api/v1/documents/{document['id']}").json()["stage"] == "waiting"
    list(services.worker.drain())
    assert client.get(f"/api/v1/documents/{document['id']}").json() | {"status": "ready", "stage": None}
    assert client.get("/api/v1/documents", params={"collection": "letters"}).json()["total"] == 1
    assert client.get("/api/v1/documents", params={"status": "failed"}).json() == {
        "documents": [],
        "total": 0,
    }
    assert client.get("/api/v1/collections").json() == {"collections": [{"name": "letters", "documents": 1}]}
    assert client.delete(f"/api/v1/documents/{document['id']}").status_code == 204
    assert client.get(f"/api/v1/documents/{document['id']}").status_code == 404
    assert client.delete(f"/api/v1/documents/{document['id']}").status_code == 404


def test_a_collection_is_given_a_voice(client: TestClient, add: Add) -> None:
    name = add("a.txt", "text").collection

    def speak(name: str, voice: str) -> Any:
        return client.patch(f"/api/v1/collections/{name}", json={"voice": voice}, headers=PROGRAM)

    told = speak(name, " Say you. ")
    assert (told.status_code, told.json()) == (200, {"name": name, "voice": "Say you."})
    assert speak("nowhere", "Say you.").status_code == 404
    assert speak(name, "x" * 3000).status_code == 422


def test_a_document_brings_its_receipt_and_its_places(
    client: TestClient, services: Services, parser: ParserHere, add: Add
) -> None:
    waiting = services.intake.receive(io.BytesIO(b"One."), name="waiting.txt").document
    shown = client.get(f"/api/v1/documents/{waiting.id}").json()
    assert (shown["receipt"], shown["places"][0]["origin"]) == (None, "upload:waiting.txt")
    parser.planned["screened.pdf"] = SCREENED
    document = add("screened.pdf", "x")
    receipt = client.get(f"/api/v1/documents/{document.id}").json()["receipt"]
    assert (receipt["pages"], receipt["unreadable"], receipt["ocr"]) == (4, [4], [3])
    assert (receipt["hidden"], receipt["inspection"]) == (
        {"in the colour of its background": 1204},
        "hidden text",
    )


def test_a_held_document_is_released_by_a_program(
    client: TestClient, services: Services, parser: ParserHere, add: Add
) -> None:
    parser.planned["orders.txt"] = GIVING_ORDERS
    document = add("orders.txt", "x")
    address = f"/api/v1/documents/{document.id}"
    assert client.get(address).json()["status"] == "held"
    assert client.post(f"{address}/release").status_code == 403, "as a form of another site could send it"
    sent = client.post(f"{address}/release", headers=PROGRAM)
    assert (sent.status_code, sent.json()["stage"]) == (202, "waiting")
    list(services.worker.drain())
    shown = client.get(address).json()
    assert (shown["status"], shown["receipt"]["released"]) == ("ready", True)
    assert client.post(f"{address}/reread", headers=PROGRAM).json()["stage"] == "waiting"
    cancelled = client.post(f"{address}/cancel", headers=PROGRAM).json()
    assert (cancelled["stage"], cancelled["status"]) == (None, "ready")
    assert "cancelled" in cancelled["reason"]


@pytest.mark.parametrize("action", ["release", "reread", "cancel"])
def test_what_is_not_there_can_be_neither_released_nor_read_nor_cancelled(
    client: TestClient, action: str
) -> None:
    assert client.post(f"/api/v1/documents/{'0' * 32}/{action}", headers=PROGRAM).status_code == 404


def test_sources_tell_what_their_latest_syncs_reported(client: TestClient, services: Services) -> None:
    source = services.register.add("Handbook", Kind.FOLDER, "/srv/handbook", "default", Options())
    services.register.record(source, {"added": 2, "failed": []})
    (shown,) = client.get("/api/v1/sources").json()["sources"]
    assert (shown["name"], shown["kind"], shown["location"]) == ("Handbook", "folder", "/srv/handbook")
    assert shown["outcome"] == {"added": 2, "failed": []}
    assert shown["synced_at"]
    assert shown["options"]["max_pages"] == 1000


def test_where_every_file_is_refused_so_is_the_request(client: TestClient) -> None:
    files = [("file", ("big.txt", b"x" * (1024 * 1024 + 1)))]
    assert client.post("/api/v1/documents", files=files, headers=PROGRAM).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": 1},
        {"question": "What?", "top": 0},
        {"question": "What?", "unknown": 1},
        {"question": "What?", "collections": "default"},
        {"question": ""},
        [],
    ],
)
def test_a_request_that_makes_no_sense_is_told_what_is_wrong(client: TestClient, body: Any) -> None:
    refused = client.post("/api/v1/search", json=body)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"]


@pytest.mark.parametrize(
    "question", ["\ud800", "a\0b", "\ufffe", "🏳️‍🌈" * 3, "\u202eevil", "'; DROP TABLE documents; --"]
)
def test_odd_characters_are_asked_like_any_others(client: TestClient, add: Add, question: str) -> None:
    add("leave.txt", LEAVE)
    sent = {"content": json.dumps({"question": question}), "headers": {"content-type": "application/json"}}
    assert client.post("/api/v1/search", **sent).status_code == 200
    assert client.post("/api/v1/ask", **sent).status_code == 200


def test_broken_json_is_told_to_be_broken(client: TestClient) -> None:
    for body in (b"{", b"\xff", b""):
        refused = client.post("/api/v1/ask", content=body, headers={"content-type": "application/json"})
        assert refused.status_code in (400, 422), body
        assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999"])
def test_a_page_that_is_not_there_is_not_found(client: TestClient, add: Add, number: str) -> None:
    document = add("leave.txt", LEAVE)
    assert client.get(f"/api/v1/documents/{document.id}/pages/{number}").status_code == 404


def test_a_collection_that_does_not_exist_is_not_found(client: TestClient, add: Add) -> None:
    add("leave.txt", LEAVE)
    refused = client.post("/api/v1/search", json={"question": "What?", "collections": ["nowhere"]})
    assert refused.status_code == 404
    assert "nowhere" in refused.json()["detail"]


def test_the_description_lists_the_api_and_nothing_else(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/v1/ask",
        "/api/v1/search",
        "/api/v1/collections",
        "/api/v1/collections/{name}",
        "/api/v1/documents",
        "/api/v1/documents/{document_id}",
        "/api/v1/documents/{document_id}/cancel",
        "/api/v1/documents/{document_id}/pages/{number}",
        "/api/v1/documents/{document_id}/release",
        "/api/v1/documents/{document_id}/reread",
        "/api/v1/sources",
    }
    detail = described["components"]["schemas"]["DetailJson"]["properties"]
    assert {"$ref": "#/components/schemas/ReceiptJson"} in detail["receipt"]["anyOf"]
    assert detail["places"]["items"] == {"$ref": "#/components/schemas/PlaceJson"}
    answer = described["components"]["schemas"]["AnswerJson"]
    assert set(answer["required"]) >= {
        "id",
        "question",
        "outcome",
        "answer",
        "sentences",
        "confidence",
        "hits",
    }
