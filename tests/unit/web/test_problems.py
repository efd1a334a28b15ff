import inspect
from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from rag import errors
from rag.errors import FootnoteError
from tests.unit.web.conftest import BASE
from tests.unit.web.markup import text
from web.app import create_app
from web.problems import problem
from web.wiring import Services

ERRORS = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, FootnoteError)]
SECRET = "/secret/path/to/server.py"


def test_every_error_is_a_problem_of_its_own() -> None:
    problems = [problem(kind("What to do.")).json() for kind in ERRORS]
    assert len({p["type"] for p in problems}) == len(ERRORS)
    for kind, shown in zip(ERRORS, problems, strict=True):
        assert shown["status"] == kind.status
        assert shown["detail"] == "What to do."
        assert shown["title"]


@pytest.fixture
def failing(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Exception], TestClient]]:
    """A client of a server that fails inside, with the error given."""

    def failing_with(error: Exception) -> TestClient:
        def fail(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr(type(services.store), "documents", fail)
        monkeypatch.setattr(type(services.listing), "counts", fail)
        return client

    with TestClient(create_app(services, work=False), base_url=BASE) as client:
        yield failing_with


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("path", ["/documents", "/api/v1/documents"])
def test_what_nobody_foresaw_shows_only_a_number_to_report(
    failing: Callable[[Exception], TestClient], capsys: pytest.CaptureFixture[str], path: str, accept: str
) -> None:
    response = failing(RuntimeError(SECRET)).get(path, headers={"accept": accept})
    assert response.status_code == 500
    for inside in (SECRET, "RuntimeError", "Traceback", ".py"):
        assert inside not in response.text
    html = response.headers["content-type"].startswith("text/html")
    assert html == (accept == "text/html" and not path.startswith("/api/"))
    number = text(response.text).split("report the number ")[1].split(".")[0]
    logged = capsys.readouterr()
    assert number in logged.out + logged.err
    assert SECRET in logged.out + logged.err


def test_what_may_work_later_says_when(failing: Callable[[Exception], TestClient]) -> None:
    response = failing(errors.RetryableError("Busy. Try again.")).get("/api/v1/documents")
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    assert response.json()["detail"] == "Busy. Try again."


def test_people_get_a_page_and_programs_a_problem_document(client: TestClient) -> None:
    page = client.get("/nowhere")
    assert page.headers["content-type"].startswith("text/html")
    assert "nothing at this address" in text(page.text)
    document = client.get("/nowhere", headers={"accept": "*/*"})
    assert document.headers["content-type"] == "application/problem+json"
    assert document.json()["status"] == document.status_code == 404


def test_a_method_that_an_address_does_not_take_is_told_with_those_it_does(client: TestClient) -> None:
    refused = client.put("/api/v1/search", json={})
    assert refused.status_code == 405
    assert refused.headers["allow"] == "POST"
    assert refused.headers["content-type"] == "application/problem+json"
