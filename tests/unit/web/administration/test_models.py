import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rag.errors import ModelError
from rag.settings import Settings
from tests.fakes import FakeEmbedder, FakeGenerator
from tests.unit.web.conftest import BASE
from tests.unit.web.markup import tags, text
from web import wired_models
from web.administration.desk import Desk
from web.administration.models import shown
from web.app import create_app
from web.wiring import Services, open_services

PAGE = "/settings/models"
SECRET = "hunter2-and-more"


def use(client: TestClient, token: str, desk: Desk, what: str) -> None:
    sent = client.post(f"{PAGE}/use", data={"csrf": token, "what": what})
    assert (sent.status_code, sent.headers["location"]) == (303, PAGE)
    desk.choosing.wait(30)


def test_what_is_in_use_and_what_there_is_stands_on_the_page(client: TestClient) -> None:
    told = text(client.get(PAGE).text)
    assert "Finds passages all-MiniLM-L6-v2" in told
    assert "Nothing: answers are quotes" in told
    for row in wired_models.known_models(Settings()):
        assert str(row["name"]) in told, row
        assert str(row["licence"]) in told, row


def test_a_model_that_is_not_here_shows_the_command_that_gets_it(
    client: TestClient, services: Services
) -> None:
    page = text(client.get(PAGE).text)
    model = next(r for r in wired_models.known_models(services.settings) if not r["on_disk"])
    home = services.settings.home.resolve()
    assert f"footnote models pull {model['name']} --home {home}" in page


def test_a_choice_is_written_and_told_to_hold_from_the_next_start(
    client: TestClient, token: str, desk: Desk, folder: Path, services: Services
) -> None:
    use(client, token, desk, "http://127.0.0.1:9/v1")
    assert tomllib.loads((folder / "footnote.toml").read_text()) == {"generator": "http://127.0.0.1:9/v1"}
    told = text(client.get(PAGE).text)
    assert "Chosen: http://127.0.0.1:9/v1." in told
    assert "From the next start of the server on: http://127.0.0.1:9/v1" in told
    assert services.settings.generator == "auto", "the server that runs goes on as it was"


def test_what_is_not_there_changes_nothing_and_says_why(
    client: TestClient, token: str, desk: Desk, folder: Path
) -> None:
    use(client, token, desk, "nobody/nothing")
    assert "is not on this machine" in text(client.get(PAGE).text)
    assert not (folder / "footnote.toml").exists()
    nothing = client.post(f"{PAGE}/use", data={"csrf": token})
    assert nothing.status_code == 422


def test_an_address_with_a_key_is_refused_and_the_key_shown_nowhere(
    client: TestClient, token: str, desk: Desk, folder: Path
) -> None:
    for address in (f"http://me:{SECRET}@127.0.0.1:9/v1", f"http://127.0.0.1:9/v1?key={SECRET}"):
        use(client, token, desk, address)
        page = client.get(PAGE).text
        assert SECRET not in page, address
        assert "put a key into FOOTNOTE_GENERATOR_KEY" in page
    assert not (folder / "footnote.toml").exists()


def test_what_the_environment_sets_is_told_and_cannot_be_changed_here(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 'action="/settings/models/use"' in client.get(PAGE).text
    monkeypatch.setenv("FOOTNOTE_GENERATOR", "quotes")
    page = client.get(PAGE).text
    assert "wins over the file" in page
    assert 'action="/settings/models/use"' not in page


def test_a_file_of_settings_that_cannot_be_read_is_told(client: TestClient, folder: Path) -> None:
    (folder / "footnote.toml").write_text("generator = ")
    assert "footnote.toml cannot be read" in client.get(PAGE).text
    assert "footnote.toml cannot be read" in client.get("/settings").text


def test_where_the_models_cannot_be_told_the_page_says_why(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Settings) -> list[dict[str, object]]:
        raise ModelError("There is no sound reader in that folder.")

    monkeypatch.setattr(wired_models, "known_models", broken)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "There is no sound reader in that folder." in page.text


def test_models_are_tried_on_demand(client: TestClient, token: str, desk: Desk) -> None:
    client.post(f"{PAGE}/check", data={"csrf": token})
    desk.trying.wait(30)
    assert "The models in use are as they should be." in client.get(PAGE).text


def test_what_the_generator_says_when_it_is_tried_is_shown(
    client: TestClient, token: str, desk: Desk, services: Services
) -> None:
    vars(services)["generator"] = FakeGenerator("Yes, <b>I am</b> ready.")
    client.post(f"{PAGE}/check", data={"csrf": token})
    desk.trying.wait(30)
    page = client.get(PAGE).text
    assert "fake-writer answered in" in text(page)
    assert "Yes, &lt;b&gt;I am&lt;/b&gt; ready." in page


def test_a_generator_that_fails_is_told(
    client: TestClient, token: str, desk: Desk, services: Services
) -> None:
    vars(services)["generator"] = FakeGenerator(fails="The language model broke off.")
    client.post(f"{PAGE}/check", data={"csrf": token})
    desk.trying.wait(30)
    assert "The language model broke off." in client.get(PAGE).text


def test_nothing_is_done_without_the_token(client: TestClient, folder: Path) -> None:
    for path in ("use", "check"):
        assert client.post(f"{PAGE}/{path}", data={"what": "quotes"}).status_code == 403
    assert not (folder / "footnote.toml").exists()


@pytest.fixture
def secretive(tmp_path: Path) -> Iterator[TestClient]:
    """A server whose settings hold a key."""
    settings = Settings(
        home=tmp_path / "home",
        generator="http://127.0.0.1:9/v1",
        generator_key=SECRET,  # type: ignore[arg-type]
        generator_model="big",
    )
    opened = open_services(settings, FakeEmbedder())
    vars(opened)["generator"] = None
    with TestClient(create_app(opened, work=False), base_url=BASE, headers={"accept": "text/html"}) as client:
        yield client
    opened.close()


def test_no_page_shows_a_secret(secretive: TestClient) -> None:
    for path in ("", "/models", "/voice", "/sources", "/storage", "/backup", "/doctor", "/people"):
        page = secretive.get(f"/settings{path}")
        assert page.status_code == 200
        assert SECRET not in page.text, path
    told = text(secretive.get(PAGE).text)
    assert "FOOTNOTE_GENERATOR http://127.0.0.1:9/v1" in told
    assert "FOOTNOTE_GENERATOR_MODEL big" in told
    assert "FOOTNOTE_GENERATOR_KEY set, and never shown" in told


def test_an_address_is_shown_without_what_may_be_a_key() -> None:
    assert shown("https://me:pw@host:8/v1?key=1#2,  http://b/v1") == "https://host:8/v1, http://b/v1"
    assert shown("owner/name@rev") == "owner/name@rev"


def test_the_name_of_a_folder_never_runs(services: Services, tmp_path: Path) -> None:
    hostile = tmp_path / "<img src=x onerror=alert(1)>"
    hostile.mkdir()
    settings = services.settings.model_copy(update={"generator": str(hostile)})
    services.settings = settings
    vars(services)["generator"] = FakeGenerator()
    services.generator.name = hostile.name  # type: ignore[misc,union-attr]
    with TestClient(create_app(services, work=False), base_url=BASE) as client:
        page = client.get(PAGE).text
    assert not [a for tag, a in tags(page) if tag == "img"]
    assert hostile.name in re.sub(r"\s+", " ", text(page))
