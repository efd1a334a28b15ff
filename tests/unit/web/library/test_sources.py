"""The page of sources: what is kept in step, and what can be added."""

import pytest
from starlette.testclient import TestClient

from ingest.sources.register import Kind, Options
from tests.unit.web.markup import text
from web.wiring import Services

PAGE = "https://handbook.test/leave"


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Names and where they lead; no other is known."""
    known = {"handbook.test": "93.184.215.14", "inside.test": "10.0.0.7"}

    def found(host: str) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", (known[host], 443))] if host in known else []

    monkeypatch.setattr("socket.getaddrinfo", lambda host, port, **_: found(host))
    return known


def post(client: TestClient, token: str, path: str = "", **fields: str) -> tuple[int, str]:
    sent = client.post(f"/documents/sources{path}", data={"csrf": token, **fields})
    return sent.status_code, text(sent.text)


def test_sources_are_listed_with_their_last_sync(client: TestClient, services: Services) -> None:
    assert "Nothing is kept in step yet" in text(client.get("/documents/sources").text)
    source = services.register.add("Handbook", Kind.FOLDER, "/srv/handbook", "default", Options())
    assert "Not synced yet" in text(client.get("/documents/sources").text)
    failed = [{"source": f"{n}.pdf", "stage": "reading", "reason": "It is damaged."} for n in range(101)]
    services.register.record(source, {"added": 2, "unchanged": 0, "failed": failed})
    page = text(client.get("/documents/sources").text)
    assert "Handbook folder · /srv/handbook → default" in page
    assert "2 added, 101 failed" in page
    assert "99.pdf: It is damaged. and 1 more" in page


def test_a_sync_under_way_is_shown_with_its_rate_and_the_time_that_is_left(
    client: TestClient, services: Services
) -> None:
    source = services.register.add("Handbook", Kind.FOLDER, "/srv/handbook", "default", Options())
    services.register.note(source, {"done": 5, "failed": 1, "total": 25, "rate": 0.5})
    page = client.get("/documents/sources").text
    assert "Being synced: 5 of 25 done · 1 failed · 30.0 a minute · about 40 s left" in text(page)
    assert "data-running" in page


def test_a_sync_that_fell_silent_long_ago_is_not_shown(
    client: TestClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = services.register.add("Handbook", Kind.FOLDER, "/srv/handbook", "default", Options())
    services.register.note(source, {"done": 5, "failed": 1, "total": 25, "rate": 0.5})
    monkeypatch.setattr("web.library.sources.QUIET", -1)
    assert "Being synced" not in client.get("/documents/sources").text


def test_a_source_that_could_not_be_looked_at_says_why(client: TestClient, services: Services) -> None:
    source = services.register.add("News", Kind.FEED, "https://a.test/feed", "default", Options())
    services.register.record(source, {"failed": [], "trouble": "https://a.test/feed answered 503."})
    assert "https://a.test/feed answered 503." in text(client.get("/documents/sources").text)


class Asked:
    """Somebody who keeps what is asked of him, and does none of it."""

    def __init__(self) -> None:
        self.names: list[str] = []

    @property
    def asked(self) -> tuple[str, ...]:
        return tuple(self.names)

    def ask(self, name: str) -> None:
        self.names.append(name)

    def stop(self, _timeout: float) -> None:
        pass


@pytest.fixture
def syncer(services: Services) -> Asked:
    asked = Asked()
    vars(services)["syncer"] = asked
    return asked


@pytest.mark.usefixtures("hosts")
def test_a_page_is_added_and_its_sync_asked_for(
    client: TestClient, services: Services, token: str, syncer: Asked
) -> None:
    sent = post(client, token, address=f"{PAGE}#top", kind="page", collection="web")
    assert sent[0] == 303
    (source,) = services.register.all()
    assert (source.kind, source.location, source.collection) == (Kind.PAGE, PAGE, "web")
    assert (source.name, syncer.names) == ("handbook.test leave", ["handbook.test leave"])
    assert "Its sync is about to begin." in text(client.get("/documents/sources").text)
    assert post(client, token, address=f"{PAGE}?a=1", kind="site", collection="")[0] == 303
    assert [s.name for s in services.register.all()] == ["handbook.test leave", "handbook.test leave-2"]


@pytest.mark.usefixtures("hosts")
@pytest.mark.parametrize(
    ("address", "kind", "why"),
    [
        ("http://127.0.0.1/", "page", "not on the public internet"),
        ("http://169.254.169.254/latest", "page", "not on the public internet"),
        ("http://[::1]/", "site", "not on the public internet"),
        ("https://inside.test/", "feed", "not on the public internet"),
        ("https://nowhere.test/", "page", "no host of the name"),
        ("file:///etc/passwd", "page", "http:// or https://"),
        ("/etc", "page", "http:// or https://"),
        ("https://me:secret@handbook.test/", "page", "user name"),
        ("", "page", "No address was given"),
        (PAGE, "folder", "no kind of source"),
        (PAGE, "else", "no kind of source"),
    ],
)
def test_what_must_not_be_fetched_is_refused_with_one_error_and_nothing_is_kept(
    client: TestClient, services: Services, token: str, syncer: Asked, address: str, kind: str, why: str
) -> None:
    status, told = post(client, token, address=address, kind=kind, collection="web")
    assert status >= 400
    assert why in told
    assert "secret" not in told
    assert services.register.all() == []
    assert syncer.names == []


def test_a_source_is_synced_on_demand_and_removed_and_its_documents_stay(
    client: TestClient, services: Services, token: str, syncer: Asked
) -> None:
    source = services.register.add("News", Kind.FEED, "https://a.test/feed", "default", Options())
    assert post(client, token, "/sync", source="News")[0] == 303
    assert syncer.names == ["News"]
    assert post(client, token, "/sync", source="Olds")[0] == 404
    with services.database.turn(f"the sync of {source.name}"):
        assert post(client, token, "/remove", source="News")[0] in (409, 503)
    assert post(client, token, "/remove", source="News")[0] == 303
    assert services.register.all() == []


def test_no_form_works_without_its_token(client: TestClient, services: Services) -> None:
    services.register.add("News", Kind.FEED, "https://a.test/feed", "default", Options())
    for path in ("", "/sync", "/remove"):
        assert post(client, "wrong", path, source="News", address=PAGE, kind="page")[0] == 403
    assert len(services.register.all()) == 1
