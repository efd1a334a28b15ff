"""The page of collections."""

import pytest
from starlette.testclient import TestClient

from tests.unit.web.conftest import Add
from tests.unit.web.markup import text
from web.wiring import Services


def post(client: TestClient, token: str, path: str = "", **fields: str) -> tuple[int, str]:
    sent = client.post(f"/documents/collections{path}", data={"csrf": token, **fields})
    return sent.status_code, text(sent.text)


def known(services: Services, name: str) -> int:
    return next(shelf.id for shelf in services.shelves.all() if shelf.name == name)


def test_without_any_the_page_says_so(client: TestClient) -> None:
    assert "There is no collection yet." in text(client.get("/documents/collections").text)


def test_a_collection_is_made_renamed_and_deleted(
    client: TestClient, services: Services, token: str, add: Add
) -> None:
    add("leave.txt", "Leave.", collection="people")
    assert post(client, token, name="Letters")[0] == 303
    page = text(client.get("/documents/collections").text)
    assert "people 1 document" in page
    assert "Letters 0 documents" in page
    assert post(client, token, f"/{known(services, 'Letters')}/rename", name="Bills")[0] == 303
    assert {shelf.name for shelf in services.shelves.all()} == {"Bills", "people"}
    assert post(client, token, f"/{known(services, 'Bills')}/delete")[0] == 303
    assert {shelf.name for shelf in services.shelves.all()} == {"people"}


@pytest.mark.parametrize(
    ("path", "name", "status"),
    [("", "people", 422), ("", " ", 422), ("/999/rename", "x", 404), ("/999/delete", "", 404)],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    client: TestClient, services: Services, token: str, add: Add, path: str, name: str, status: int
) -> None:
    add("leave.txt", "Leave.", collection="people")
    assert post(client, token, path, name=name)[0] == status
    assert [shelf.name for shelf in services.shelves.all()] == ["people"]


def test_a_collection_with_documents_is_not_deleted(
    client: TestClient, services: Services, token: str, add: Add
) -> None:
    add("leave.txt", "Leave.", collection="people")
    status, told = post(client, token, f"/{known(services, 'people')}/delete")
    assert (status, "not empty" in told) == (422, True)
    assert post(client, "wrong", f"/{known(services, 'people')}/delete")[0] == 403
    assert [shelf.name for shelf in services.shelves.all()] == ["people"]
