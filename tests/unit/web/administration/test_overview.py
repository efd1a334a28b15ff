from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ingest.doctor import Finding
from ingest.sources.register import Kind, Options
from tests.unit.web.conftest import Add
from tests.unit.web.markup import links, tags, text
from web.administration.desk import Desk
from web.wiring import Services

PATHS = [
    "", "/models", "/voice", "/sources", "/storage", "/storage/rebuild", "/backup", "/doctor", "/doctor/repair",
    "/people",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_one_heading_of_the_first_rank_and_says_where_one_is(
    client: TestClient, path: str
) -> None:
    page = client.get(f"/settings{path}")
    assert page.status_code == 200
    found, main = tags(page.text), page.text.partition("<main")[2].partition("</main>")[0]
    assert [tag for tag, _ in tags(main)].count("h1") == 1
    current = [a["href"] for tag, a in found if tag == "a" and a.get("aria-current") == "page"]
    assert current[0] == "/settings"
    assert path.removesuffix("/rebuild").removesuffix("/repair") == current[-1].removeprefix("/settings")


@pytest.mark.parametrize("path", PATHS)
def test_every_page_speaks_german(client: TestClient, path: str) -> None:
    page = client.get(f"/settings{path}", headers={"accept-language": "de"}).text
    assert 'aria-label="Seiten der Einstellungen"' in page


def test_each_page_stands_in_a_line(client: TestClient, add: Add) -> None:
    add("heron.md", "# Heron\n\nThe heron stands in the reeds.")
    page = client.get("/settings").text
    told = text(page)
    assert "Answers are quotes, word for word from the documents." in told
    assert "No general voice is set." in told
    assert "No folder or site is kept in step." in told
    assert "Documents: 1, passages: 1" in told
    assert "Not asked since the server started." in told
    assert set(links(page, "glance")) == {
        f"/settings/{name}"
        for name in ("models", "voice", "sources", "storage", "backup", "doctor", "people")
    }


def test_an_empty_home_is_not_told_to_back_up(client: TestClient, add: Add) -> None:
    assert "Worth a look" not in client.get("/settings").text
    add("heron.md", "# Heron\n\nThe heron stands in the reeds.")
    assert "No backup was made yet." in client.get("/settings").text


def test_what_needs_somebody_stands_first(
    client: TestClient, services: Services, desk: Desk, add: Add, tmp_path: Path
) -> None:
    add("heron.md", "# Heron\n\nThe heron stands in the reeds.")
    docs = str(tmp_path)
    source = services.register.add("docs", Kind.FOLDER, docs, "docs", Options())
    services.register.record(source, {"failed": [{"source": "a", "stage": "reading", "reason": "no"}]})
    desk.examining.start(lambda _: [Finding(check="something", problems=("one", "two"))])
    desk.examining.wait(30)
    told = text(client.get("/settings").text)
    worth, _, everything = told.partition("Everything")
    assert "No backup was made yet." in worth
    assert "The doctor found 2 problems." in worth
    assert "The last sync of one source had trouble." in worth
    assert "One folder or site is kept in step." in everything


def test_a_backup_that_is_old_is_worth_a_look_and_a_new_one_is_not(
    client: TestClient, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.backup.write(tmp_path / "b.tar")
    assert "Worth a look" not in client.get("/settings").text
    later = services.clock.now() + timedelta(days=8)
    monkeypatch.setattr(services.clock, "now", lambda: later)
    assert "The latest backup is more than a week old." in client.get("/settings").text
