"""Many documents at once, through forms that work without scripts."""

import re

import pytest
from starlette.testclient import TestClient

from ingest.sources.register import Kind, Options
from rag.types import Status
from tests.unit.web.conftest import Add
from tests.unit.web.markup import text
from tests.unit.web.test_documents import rows
from web.wiring import Services


@pytest.fixture
def three(add: Add) -> list[str]:
    return [add(f"{n}.txt", f"Text {n}.", collection="people" if n else "rest").id for n in range(3)]


def post(client: TestClient, token: str, path: str = "bulk", **fields: object) -> tuple[int, str]:
    """The status, and where it leads or what it says."""
    sent = client.post(f"/documents/{path}", data={"csrf": token, **fields})
    return sent.status_code, sent.headers.get("location") or text(sent.text)


def batches(html: str) -> list[str]:
    return re.findall(r'name="batch" value="(\w+)"', html)


def test_documents_are_deleted_together_and_brought_back_together(
    client: TestClient, services: Services, token: str, three: list[str]
) -> None:
    assert post(client, token, id=three[:2], do="delete") == (303, "/documents")
    page = client.get("/documents").text
    assert "2 documents deleted." in text(page)
    assert rows(page) == three[2:]
    assert client.get(f"/documents/{three[0]}").status_code == 404
    assert client.get(f"/source/{three[0]}/1").status_code == 404
    assert client.get(f"/api/v1/documents/{three[0]}").status_code == 404
    (batch,) = batches(page)
    assert post(client, token, "undo", batch=batch) == (303, "/documents?did=back&count=2")
    page = client.get("/documents?did=back&count=2").text
    assert "2 documents are back, as they were." in text(page)
    assert sorted(rows(page)) == sorted(three)
    assert post(client, token, "undo", batch=batch)[0] == 404


def test_all_that_a_filter_lets_through_are_meant_and_no_other(
    client: TestClient, services: Services, token: str, three: list[str]
) -> None:
    sent = post(client, token, all="1", collection="people", do="delete", id=three[:1])
    assert sent == (303, "/documents?collection=people")
    assert [d.id for d in services.store.documents()] == three[:1]


def test_documents_move_and_those_that_cannot_stay(
    client: TestClient, services: Services, token: str, three: list[str], add: Add
) -> None:
    add("copy.txt", "Text 1.", collection="rest")
    status, back = post(client, token, id=three, do="move", to="rest", q="txt")
    assert (status, back) == (303, "/documents?q=txt&did=moved&count=1&twins=1")
    told = text(client.get(back).text)
    assert "1 document moved. 1 stays where it is, because its like is there already." in told
    assert services.store.document(three[2]).collection == "rest"


def test_documents_of_a_source_do_not_move(
    client: TestClient, services: Services, token: str, three: list[str]
) -> None:
    source = services.register.add("News", Kind.FEED, "https://a.test/feed", "people", Options())
    with services.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE places SET source_id = {source.id}")
    assert post(client, token, id=three, do="move", to="else")[1] == "/documents?did=moved&tied=3"
    told = text(client.get("/documents?did=moved&tied=3").text)
    assert "3 stay where they are, because a source keeps them in step." in told


def test_documents_are_read_again(
    client: TestClient, services: Services, token: str, three: list[str]
) -> None:
    assert post(client, token, id=three, do="reread")[1] == "/documents?did=reread&count=3"
    assert set(services.jobs.active()) == set(three)
    list(services.worker.drain())
    assert {d.status for d in services.store.documents()} == {Status.READY}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"do": "delete"}, "No document was chosen"),
        ({"do": "delete", "all": "1", "q": "nothing"}, "No document was chosen"),
        ({"do": "move", "id": ["x"]}, "Name the collection"),
        ({"do": "move", "id": ["x"], "to": "\ue000"}, "letters or digits"),
        ({"do": "else", "id": ["x"]}, "not said what to do"),
        ({"id": ["x"]}, "not said what to do"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    client: TestClient, services: Services, token: str, three: list[str], fields: dict[str, object], why: str
) -> None:
    before = services.store.documents()
    status, told = post(client, token, **fields)
    assert status == 422
    assert why in told
    assert services.store.documents() == before


def test_no_form_works_without_its_token(client: TestClient, services: Services, three: list[str]) -> None:
    assert post(client, "wrong", id=three, do="delete")[0] == 403
    services.removals.mark(three)
    (removal,) = services.removals.open()
    assert post(client, "wrong", "undo", batch=removal.batch)[0] == 403
    assert services.store.documents() == []


def test_an_answer_that_quotes_what_was_deleted_shows_it_no_longer(
    client: TestClient, services: Services, token: str, add: Add
) -> None:
    document = add("leave.md", "# Leave\n\nThe canarix takes thirty days of leave.")
    asked = client.post("/ask", data={"csrf": token, "question": "How many days does the canarix take?"})
    conversation = asked.headers["location"]
    assert "thirty days" in text(client.get(conversation).text)
    post(client, token, id=[document.id], do="delete")
    assert "thirty days" not in text(client.get(conversation).text)
    post(client, token, "undo", batch=batches(client.get("/documents").text)[0])
    assert "thirty days" in text(client.get(conversation).text)
