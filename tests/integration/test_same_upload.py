"""One file that is sent many times, over real connections: one document, read once."""

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.errors import StorageFull
from tests.integration.test_jobs import together
from tests.integration.wire import DOOR, END, Answer, Server, eventually, head, part, serving

HERON = b"The heron is grey."
STORK = b"The stork is white."


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "home", database_url=database_url) as made:
        yield made


@pytest.fixture
def key() -> str:
    return uuid.uuid4().hex


def at_once(times: int, action: Callable[[], Answer]) -> list[Answer]:
    answers = together([action] * times)
    assert len(answers) == times, "one of them got no answer"
    return [answer for answer in answers if isinstance(answer, Answer)]


def ids(answers: list[Answer]) -> set[str]:
    """The documents that the answers speak of."""
    return {document["id"] for answer in answers for document in answer.json["documents"]}


def assert_read_once(server: Server) -> None:
    """There is one document, which one job reads."""
    assert server.jobs() == 1
    (document,) = server.services.store.documents()
    server.work()
    assert server.services.store.document(document.id).status == "ready"
    assert len(server.files()) == 1
    assert server.jobs() == 0


def content(server: Server) -> bytes:
    """The only document's."""
    (document,) = server.services.store.documents()
    return server.services.originals.path(document.sha256).read_bytes()


def test_twenty_uploads_of_one_file_at_once_are_one_document(server: Server) -> None:
    answers = at_once(20, lambda: server.upload(HERON))
    assert {answer.status for answer in answers} == {202}
    assert len(ids(answers)) == 1
    assert_read_once(server)


def test_a_form_that_is_sent_twice_by_a_double_click_makes_one_document(server: Server) -> None:
    page = server.get("/documents")
    token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
    assert token
    cookie = page.headers["set-cookie"].partition(";")[0]
    field = part().split(b"\r\n")[0] + b'\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n'
    body = field + token[1].encode() + b"\r\n" + part(field="files") + HERON + END
    form = head("/documents", length=len(body), accept="text/html", Cookie=cookie) + body

    def click() -> Answer:
        with server.wire() as wire:
            wire.send(form)
            return wire.answer()

    answers = at_once(2, click)
    assert [answer.status for answer in answers] == [200, 200]
    assert_read_once(server)


def test_a_client_that_hangs_up_before_its_answer_and_tries_again_makes_one_document(server: Server) -> None:
    body = part() + HERON + END
    for _ in range(3):
        with server.wire() as wire:
            wire.send(head(length=len(body)) + body)
    assert server.upload(HERON).status == 202
    assert_read_once(server)


def test_a_retry_with_its_key_gets_the_first_answer_whatever_came_of_it_since(
    server: Server, key: str
) -> None:
    first = server.upload(HERON, Idempotency_Key=key)
    server.work()
    again = server.upload(HERON, Idempotency_Key=key)
    assert (again.status, again.json) == (first.status, first.json)
    assert first.json["documents"][0]["status"] == "waiting"
    assert server.jobs() == 0


def test_a_late_retry_with_its_key_does_not_undo_a_newer_version(server: Server, key: str) -> None:
    first = server.upload(HERON, Idempotency_Key=key)
    server.upload(STORK, Idempotency_Key=f"{key} 2")
    server.work()
    assert server.upload(HERON, Idempotency_Key=key).json == first.json
    server.work()
    assert content(server) == STORK


def test_twenty_retries_at_once_get_one_answer(server: Server, key: str) -> None:
    answers = at_once(20, lambda: server.upload(HERON, Idempotency_Key=key))
    assert len({answer.text for answer in answers}) == 1
    assert_read_once(server)


@pytest.mark.parametrize(("data", "name"), [(STORK, "a.txt"), (HERON, "b.txt")])
def test_a_key_that_another_upload_had_is_refused(server: Server, key: str, data: bytes, name: str) -> None:
    server.upload(HERON, Idempotency_Key=key)
    refused = server.upload(data, name, Idempotency_Key=key)
    assert (refused.status, refused.json["type"]) == (422, "urn:footnote:problem:usage-error")
    assert "Take a new key" in refused.json["detail"]
    (document,) = server.services.store.documents()
    assert [place.name for place in server.services.places.of_document(document.id)] == ["a.txt"]
    server.work()
    assert content(server) == HERON


def test_a_retry_whose_first_try_broke_off_is_a_first_try(server: Server, key: str) -> None:
    with server.wire() as wire:
        wire.send(head(length=1000, Idempotency_Key=key) + part() + HERON)
    assert server.upload(HERON, Idempotency_Key=key).status == 202
    assert eventually(lambda: len(server.files()) == 1)
    assert_read_once(server)


def test_the_api_describes_the_key(server: Server) -> None:
    described = server.get("/api/v1/openapi.json").json["paths"][DOOR]["post"]["parameters"]
    assert "Idempotency-Key" in {parameter["name"] for parameter in described}


def test_a_retry_after_a_full_disk_is_taken(
    server: Server, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageFull("There is no room.")

    with monkeypatch.context() as patch:
        patch.setattr(server.services.intake, "receive", full)
        refused = server.upload(HERON, Idempotency_Key=key)
    assert (refused.status, refused.json["failed"][0]["reason"]) == (422, "There is no room.")
    assert server.upload(HERON, Idempotency_Key=key).status == 202
    assert_read_once(server)
