from threading import Event

from sqlalchemy import update
from starlette.testclient import TestClient

from rag.tables import documents
from tests.unit.web.conftest import Add
from tests.unit.web.markup import tags, text
from web.administration.desk import Desk
from web.wiring import Services

PAGE = "/settings/doctor"


def look(client: TestClient, token: str, desk: Desk, path: str = PAGE) -> str:
    sent = client.post(path, data={"csrf": token})
    assert (sent.status_code, sent.headers["location"]) == (303, PAGE)
    assert desk.examining.wait(30).trouble == ""
    return client.get(PAGE).text


def test_a_sound_home_is_called_sound(client: TestClient, token: str, desk: Desk, add: Add) -> None:
    add("heron.md", "The heron stands in the reeds.")
    assert "Not asked since the server started." in client.get(PAGE).text
    told = text(look(client, token, desk))
    assert "All was well on" in told
    for finding in desk.examining.state.result:
        assert finding.check in told
    assert "Repair" not in told


def test_what_is_wrong_is_told_and_repaired_after_a_question(
    client: TestClient, token: str, desk: Desk, add: Add, services: Services
) -> None:
    add("heron.md", "The heron stands in the reeds.")
    services.caches.catch_up()
    services.vectors._index.reset()
    page = look(client, token, desk)
    assert "the vector index lacks 1 chunks" in page
    assert f'href="{PAGE}/repair"' in page
    assert "Questions wait until the indexes are whole" in client.get(f"{PAGE}/repair").text
    assert len(services.vectors) == 0, "asking repairs nothing"
    assert "All was well on" in look(client, token, desk, f"{PAGE}/repair")
    assert len(services.vectors) == 1


def test_what_cannot_be_made_again_stays_told(
    client: TestClient, token: str, desk: Desk, add: Add, services: Services
) -> None:
    services.originals.path(add("heron.md", "The heron stands.").sha256).unlink()
    look(client, token, desk)
    assert "the original of heron.md is missing" in look(client, token, desk, f"{PAGE}/repair")


def test_the_page_says_that_it_is_being_looked_at(client: TestClient, desk: Desk) -> None:
    go = Event()
    desk.examining.start(lambda _: go.wait(30) and ())
    page = client.get(PAGE).text
    assert "The doctor is looking at everything." in page
    assert 'data-busy="1"' in page
    assert "It is looking at everything." in client.get("/settings").text
    go.set()
    desk.examining.wait(30)


def test_names_of_documents_never_run(
    client: TestClient, token: str, desk: Desk, add: Add, services: Services
) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    document = add("heron.md", "The heron stands.")
    with services.database.writing() as connection:
        connection.execute(update(documents).values(source=hostile))
    services.originals.path(document.sha256).unlink()
    page = look(client, token, desk)
    assert hostile in text(page)
    assert not [tag for tag, _ in tags(page) if tag == "img"]


def test_nothing_is_done_without_the_token(client: TestClient, desk: Desk) -> None:
    for path in (PAGE, f"{PAGE}/repair"):
        assert client.post(path).status_code == 403
    assert desk.examining.state.began is None
