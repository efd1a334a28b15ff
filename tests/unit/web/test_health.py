import pytest
from starlette.testclient import TestClient

from rag.errors import RetryableError
from web.wiring import Services


def test_a_server_that_can_answer_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "documents": 0}


def test_a_server_without_its_database_is_alive_but_not_ready(
    client: TestClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise RetryableError("The database does not answer.")

    monkeypatch.setattr(type(services.store), "totals", away)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
