import pytest
from starlette.testclient import TestClient

from tests.unit.web.conftest import Add
from tests.unit.web.markup import text
from web.administration import storage
from web.administration.desk import Desk
from web.wiring import Services

PAGE = "/settings/storage"


def test_what_there_is_is_counted(client: TestClient, add: Add, services: Services) -> None:
    add("heron.md", "# Heron\n\nThe heron stands in the reeds.")
    services.caches.catch_up()
    told = text(client.get(PAGE).text)
    assert "Documents 1 Pages 1 Passages 1" in told
    assert "SQLite" in told
    assert "tables of revision" in told
    assert "one file" in told
    assert "Queue empty" in told
    assert "State Up to date" in told
    assert "By meaning one vector" in told
    assert services.fingerprint in told


def test_an_index_that_is_behind_is_told(client: TestClient, add: Add, services: Services) -> None:
    assert services.caches.catch_up() == 0
    add("heron.md", "The heron stands in the reeds.")
    add("otter.md", "The otter swims in the lake.")
    assert "Behind 2 changes to take over" in text(client.get(PAGE).text)
    assert "The indexes are behind" in client.get("/settings").text


def test_what_waits_stands_in_the_queue(client: TestClient, services: Services) -> None:
    import io

    services.intake.receive(io.BytesIO(b"one"), name="a.txt", collection="default")
    assert "waiting: 1 · being read: 0" in text(client.get(PAGE).text)


def test_the_indexes_are_rebuilt_after_a_question(
    client: TestClient, add: Add, services: Services, token: str, desk: Desk
) -> None:
    add("heron.md", "The heron stands in the reeds.")
    services.caches.catch_up()
    services.vectors._index.reset()
    asked = client.get(f"{PAGE}/rebuild")
    assert "Questions wait until it is done" in asked.text
    assert len(services.vectors) == 0, "asking changes nothing"
    sent = client.post(f"{PAGE}/rebuild", data={"csrf": token})
    assert (sent.status_code, sent.headers["location"]) == (303, PAGE)
    desk.rebuilding.wait(30)
    assert len(services.vectors) == 1
    assert "The indexes were rebuilt on" in client.get(PAGE).text


def test_nothing_is_rebuilt_without_the_token(client: TestClient, desk: Desk) -> None:
    assert client.post(f"{PAGE}/rebuild").status_code == 403
    assert desk.rebuilding.state.began is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "postgresql+psycopg://me:hunter2@db.example:5432/footnote?password=hunter2",
            "db.example:5432/footnote",
        ),
        ("postgresql+psycopg:///footnote", "/footnote"),
    ],
)
def test_the_place_of_a_database_says_nothing_by_which_one_could_get_in(
    services: Services, url: str, shown: str
) -> None:
    services.settings = services.settings.model_copy(update={"database_url": url})
    vars(services)["database"] = type("Postgres", (), {"is_sqlite": False, "close": lambda _: None})()
    assert storage.place(services) == shown
