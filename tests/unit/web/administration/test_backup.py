import tarfile
from pathlib import Path
from threading import Event

from starlette.testclient import TestClient

from ingest.backup import Backup
from tests.unit.web.conftest import Add
from tests.unit.web.markup import links, text
from web.administration.desk import Desk
from web.wiring import Services

PAGE = "/settings/backup"


def save(client: TestClient, token: str, desk: Desk) -> str:
    """Make one. Returns its address."""
    sent = client.post(f"{PAGE}/now", data={"csrf": token})
    assert (sent.status_code, sent.headers["location"]) == (303, PAGE)
    assert desk.saving.wait(30).trouble == ""
    return next(link for link in links(client.get(PAGE).text) if link.endswith(".tar"))


def test_without_a_backup_the_page_says_so_and_how_one_is_made(
    client: TestClient, services: Services
) -> None:
    told = text(client.get(PAGE).text)
    assert "No backup was made yet." in told
    home = services.settings.home.resolve()
    assert f"footnote backup footnote-backup.tar --home {home}" in told
    assert f"footnote restore footnote-backup.tar --home {home}-restored" in told


def test_a_backup_is_made_downloaded_and_removed(
    client: TestClient, token: str, desk: Desk, add: Add, tmp_path: Path
) -> None:
    document = add("heron.md", "The heron stands in the reeds.")
    address = save(client, token, desk)
    page = client.get(PAGE)
    assert "The latest was made on" in page.text
    got = client.get(address)
    assert got.status_code == 200
    assert got.headers["content-disposition"].startswith("attachment")
    (tmp_path / "b.tar").write_bytes(got.content)
    with tarfile.open(tmp_path / "b.tar") as archive:
        names = archive.getnames()
    assert f"originals/{document.sha256[:2]}/{document.sha256}" in names
    asked = client.get(f"{address}/delete")
    assert "This cannot be undone" in asked.text
    assert client.get(address).status_code == 200, "asking removes nothing"
    assert client.post(f"{address}/delete", data={"csrf": token}).status_code == 303
    assert client.get(address).status_code == 404


def test_other_pages_answer_while_a_backup_is_made(
    client: TestClient, token: str, desk: Desk, monkeypatch
) -> None:
    there, go = Event(), Event()
    whole = Backup.write

    def slow(self, target, tell):
        tell(3, 7)
        there.set()
        go.wait(30)
        return whole(self, target, tell)

    monkeypatch.setattr(Backup, "write", slow)
    client.post(f"{PAGE}/now", data={"csrf": token})
    assert there.wait(30)
    page = client.get(PAGE).text
    assert 'data-busy="1"' in page
    assert '<progress max="7" value="3"' in page
    assert "Look again" in page, "which is how one sees it end without scripts"
    assert "Back up now" not in page
    assert client.post(f"{PAGE}/now", data={"csrf": token}).status_code == 409
    assert client.get("/").status_code == 200
    go.set()
    desk.saving.wait(30)
    assert 'data-busy="0"' in client.get(PAGE).text


def test_a_backup_that_failed_says_why(
    client: TestClient, token: str, desk: Desk, services: Services
) -> None:
    (services.settings.home / "backups").write_text("in the way")
    client.post(f"{PAGE}/now", data={"csrf": token})
    desk.saving.wait(30)
    assert "could not be written" in client.get(PAGE).text


def test_originals_that_are_missing_are_told(
    client: TestClient, token: str, desk: Desk, add: Add, services: Services
) -> None:
    services.originals.path(add("heron.md", "The heron stands.").sha256).unlink()
    save(client, token, desk)
    assert "One original was missing or damaged" in client.get(PAGE).text


def test_nothing_but_backups_is_handed_out_or_removed(
    client: TestClient, token: str, services: Services
) -> None:
    folder = services.settings.home / "backups"
    folder.mkdir()
    (folder / "other.tar").write_text("mine")
    (services.settings.home / "footnote-1.tar").write_text("mine")
    for name in ("other.tar", "..%2Ffootnote-1.tar", "%2e%2e/footnote.db", "footnote-2.tar"):
        assert client.get(f"{PAGE}/files/{name}").status_code == 404, name
        assert client.post(f"{PAGE}/files/{name}/delete", data={"csrf": token}).status_code == 404, name
    assert (folder / "other.tar").exists()


def test_nothing_is_done_without_the_token(client: TestClient, token: str, desk: Desk) -> None:
    assert client.post(f"{PAGE}/now").status_code == 403
    assert desk.saving.state.began is None
    address = save(client, token, desk)
    assert client.post(f"{address}/delete").status_code == 403
    assert client.get(address).status_code == 200
