"""The overview, the report of gaps and the thumbs, as a browser without scripts gets them."""

import csv
import io
import json
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from rag.types import Outcome
from tests.factories import answer
from tests.unit.web.conftest import Add
from tests.unit.web.markup import text
from web.wiring import Services

LEAVE = "Full-time employees have 30 working days of annual leave. Requests go to the line manager."
QUESTION = "How many working days of annual leave do employees have?"
PENSION = "Who pays into the pension?"


def decline(services: Services, question: str = PENSION) -> str:
    """A question that was asked and not answered. Returns its answer's id."""
    said = answer(question=question)
    services.history.save(said)
    return said.id


def ask(client: TestClient, token: str) -> str:
    """The page that a browser without scripts is sent to."""
    sent = client.post("/ask", data={"csrf": token, "question": QUESTION})
    assert sent.status_code == 303, sent.text
    return client.get(sent.headers["location"]).text


def give(client: TestClient, token: str, known: str, verdict: str, **more: str):
    return client.post("/feedback", data={"csrf": token, "answer": known, "verdict": verdict, **more})


def look(services: Services, client: TestClient, path: str = "/gaps") -> str:
    """The page after what is looked at because of it."""
    client.get(path)
    services.looked(60)
    page = client.get(path)
    services.looked(60)
    assert page.status_code == 200, page.text
    return page.text


def test_without_questions_both_pages_say_what_they_are_for(client: TestClient) -> None:
    assert "Nothing was asked yet" in text(client.get("/overview").text)
    assert "No gaps" in text(client.get("/gaps").text)
    assert "No gap was closed yet" in text(client.get("/gaps?state=closed").text)


def test_the_overview_tells_what_was_asked_and_from_which_documents(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    add("unread.txt", "The canteen opens at noon.")
    ask(client, token)
    decline(services)
    page = client.get("/overview").text
    told = text(page)
    assert "Questions 2" in told
    assert "Not in the documents 50%" in told
    assert 'role="img"' in page
    assert "2 asked, 1 answered, 0 answered in part, 1 not in the documents" in page
    cited, never = told[told.index("Quoted most") :], told[told.index("Never quoted") :]
    assert "leave.txt" in cited
    assert "One document was quoted by no answer of this period. unread.txt" in never
    assert "Finding passages" in told


@pytest.mark.parametrize(
    "query", ["days=7", "days=all", "days=x", "page=99", "page=-1", "page=x", "page=²", "days="]
)
def test_any_period_and_page_is_one(client: TestClient, services: Services, query: str) -> None:
    decline(services)
    for path in ("/overview", "/gaps"):
        assert client.get(f"{path}?{query}").status_code == 200, (path, query)


def test_a_question_that_was_declined_is_a_gap_until_a_later_document_answers_it(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    known = decline(services)
    assert PENSION in text(look(services, client))
    document = add("pension.txt", "The employer pays into the pension.")
    told = text(client.get("/gaps").text)
    assert "Being looked at again" in told or "No gaps" in told  # it may be done by then
    services.looked(60)
    assert "No gaps" in text(client.get("/gaps").text)
    closed = text(client.get("/gaps?state=closed").text)
    assert "Answered by pension.txt" in closed
    assert "The employer pays into the pension." in text(client.get(f"/gaps/{known}").text)
    client.post(f"/documents/{document.id}/delete", data={"csrf": token})
    assert PENSION in text(client.get("/gaps").text)


def test_a_gap_is_closed_and_opened_by_hand(client: TestClient, services: Services, token: str) -> None:
    known = decline(services)
    assert client.post(f"/gaps/{known}/close", data={}).status_code == 403
    done = client.post(f"/gaps/{known}/close", data={"csrf": token})
    assert (done.status_code, done.headers["location"]) == (303, f"/gaps/{known}")
    assert "Closed by hand" in text(client.get(f"/gaps/{known}").text)
    assert '<li class="gap">' not in client.get("/gaps").text
    assert '<li class="gap">' in client.get("/gaps?state=closed").text
    client.post(f"/gaps/{known}/reopen", data={"csrf": token})
    assert "Closed by hand" not in text(client.get(f"/gaps/{known}").text)
    assert client.get("/gaps/nothing").status_code == 404
    assert client.post("/gaps/nothing/close", data={"csrf": token}).status_code == 404


def test_many_gaps_come_in_pages(client: TestClient, services: Services) -> None:
    for n in range(23):
        decline(services, f"topic{n} word{n} thing{n} item{n}")
    page = client.get("/gaps").text
    assert "1 of 2" in text(page)
    assert page.count('<li class="gap">') == 20
    assert client.get("/gaps?page=2").text.count('<li class="gap">') == 3


def test_the_report_is_exported_for_programs_and_for_spreadsheets_that_run_no_formula(
    client: TestClient, services: Services
) -> None:
    decline(services, '=HYPERLINK("http://evil.example","a")')
    decline(services, " @SUM(1)\n+2")
    decline(services, PENSION)
    sent = client.get("/gaps.csv")
    assert sent.headers["content-type"].startswith("text/csv")
    assert "attachment" in sent.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(sent.content.decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {
        '\'=HYPERLINK("http://evil.example","a")', "'@SUM(1) +2", PENSION,
    }  # fmt: skip
    told = json.loads(client.get("/gaps.json?state=open").text)["gaps"]
    assert {(each["asked"], each["state"]) for each in told} == {(1, "open")}
    assert json.loads(client.get("/gaps.json?state=closed").text)["gaps"] == []
    assert not {"conversation", "user", "person"} & set(told[0])


def test_a_thumb_is_kept_changed_and_taken_back(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    add("leave.txt", LEAVE)
    page = ask(client, token)
    known = services.history.turns(services.conversations.recent()[0].id)[0].id
    assert f'id="feedback-{known}"' in page
    back = give(client, token, known, "good")
    assert (back.status_code, back.headers["location"].split("#")[1]) == (303, f"feedback-{known}")
    assert "You called this answer good." in text(client.get(back.headers["location"]).text)
    give(client, token, known, "bad")
    again = text(client.get(back.headers["location"]).text)
    assert "Say why, so that it can be mended." in again
    give(client, token, known, "bad", reason="outdated", words="It is\r\n31 now. <b>")
    assert services.feedback.of(known).words == "It is\n31 now. <b>"
    assert "It is out of date" in text(look(services, client))
    assert "31 now. <b>" in text(client.get(f"/gaps/{known}").text)
    give(client, token, known, "none")
    assert services.feedback.of(known) is None


def test_the_page_s_script_gets_only_what_stands_below_the_answer(
    client: TestClient, services: Services, token: str
) -> None:
    known = decline(services)
    part = give(client, token, known, "bad", part="yes")
    assert part.status_code == 200
    assert part.text.lstrip().startswith('<div class="feedback"')
    assert 'aria-pressed="true"' in part.text


@pytest.mark.parametrize(
    ("verdict", "more", "status"),
    [
        ("great", {}, 422),
        ("bad", {"reason": "because"}, 422),
        ("bad", {"reason": "other", "words": "x" * 501}, 413),
    ],
)
def test_what_cannot_be_said_of_an_answer_is_refused_and_changes_nothing(
    client: TestClient, services: Services, token: str, verdict: str, more: dict[str, str], status: int
) -> None:
    known = decline(services)
    give(client, token, known, "good")
    assert give(client, token, known, verdict, **more).status_code == status
    assert services.feedback.of(known).good
    assert give(client, token, "f" * 32, "good").status_code == 404
    assert client.post("/feedback", data={"answer": known, "verdict": "bad"}).status_code == 403


def test_pages_speak_german(client: TestClient, services: Services) -> None:
    services.history.save(replace(answer(question=PENSION), outcome=Outcome.NOT_FOUND))
    german = {"accept-language": "de"}
    assert "Nicht in den Dokumenten" in text(client.get("/overview", headers=german).text)
    assert "Lücken" in text(client.get("/gaps", headers=german).text)
