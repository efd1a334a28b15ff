import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.unit.web.conftest import BASE, Add
from tests.unit.web.markup import tags
from web.app import create_app
from web.bodies import SMALL_BODY
from web.deps import MAX_FILES
from web.security import CLIENT_HEADER, HEADERS
from web.wiring import Services

JSON = {"accept": "application/json"}
PAGES = ("/", "/documents", "/healthz", "/readyz", "/api/v1/documents", "/api/v1/openapi.json", "/nowhere")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "127.0.0.2", "[", ""]
)
def test_a_foreign_host_is_refused(client: TestClient, host: str) -> None:
    assert {path: client.get(path, headers={"host": host}).status_code for path in PAGES} == dict.fromkeys(
        PAGES, 403
    )


def test_loopback_names_with_any_port_are_answered(client: TestClient) -> None:
    for host in ("127.0.0.1", "127.0.0.1:9", "localhost:8000", "LOCALHOST", "[::1]", "[::1]:8000"):
        assert client.get("/healthz", headers={"host": host}).status_code == 200, host


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:8001", "https://127.0.0.1:8000", ""]
)
def test_a_foreign_origin_is_refused(client: TestClient, token: str, origin: str) -> None:
    sent = {"csrf": token, "question": "What?"}
    assert client.post("/ask", data=sent, headers={"origin": origin}).status_code == 403
    assert client.get("/", headers={"origin": origin}).status_code == 403
    api = client.post("/api/v1/search", json={"question": "What?"}, headers={"origin": origin})
    assert api.status_code == 403
    assert api.json()["type"] == "urn:footnote:problem:refused"


def test_our_own_origin_may_ask(client: TestClient, token: str) -> None:
    sent = client.post("/ask", data={"csrf": token, "question": "What?"}, headers={"origin": BASE})
    assert sent.status_code == 303


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_change_that_another_site_sent_is_refused_without_an_origin_too(
    client: TestClient, token: str, site: str
) -> None:
    sent = client.post("/ask", data={"csrf": token, "question": "What?"}, headers={"sec-fetch-site": site})
    assert sent.status_code == 403
    assert client.get("/", headers={"sec-fetch-site": site}).status_code == 200, "a link may lead here"


def routes(router: Any) -> Iterator[Any]:
    for route in router.routes:
        included = getattr(route, "original_router", None)
        yield from routes(included) if included else [route]


def changes(services: Services) -> list[str]:
    """The address of every page that takes a form."""
    unsafe = {"POST", "PUT", "PATCH", "DELETE"}
    found = [r for r in routes(create_app(services)) if unsafe & set(getattr(r, "methods", None) or ())]
    return [route.path for route in found if not route.path.startswith("/api/")]


@pytest.mark.parametrize("forged", [None, "", "0" * 64, "another session's"])
def test_no_change_goes_without_its_token(
    client: TestClient, services: Services, add: Add, token: str, forged: str | None
) -> None:
    document = add("leave.txt", "Employees have 30 days of leave.")
    client.post("/ask", data={"csrf": token, "question": "How many days?"})
    conversation = services.conversations.recent()[0].id
    if forged and "another" in forged:
        forged = token_of_another(services)
    addresses = changes(services)
    assert len(addresses) >= 4
    for address in addresses:
        url = address.replace("{document_id}", document.id).replace("{conversation_id}", conversation)
        url = re.sub(r"\{\w+:int\}", "1", url)
        sent = client.post(url, data={"question": "What?"} | ({} if forged is None else {"csrf": forged}))
        assert sent.status_code == 403, address
    assert services.store.document(document.id) == document
    assert len(services.history.turns(conversation)) == 1


def token_of_another(services: Services) -> str:
    with TestClient(create_app(services, work=False), base_url=BASE) as other:
        found = re.search(r'name="csrf-token" content="([^"]+)"', other.get("/").text)
    assert found
    return found[1]


def test_a_cookie_that_we_did_not_sign_is_no_session(client: TestClient, token: str) -> None:
    name, _, _ = client.cookies["footnote"].partition(".")
    client.cookies.set("footnote", f"{name}.{'0' * 64}", domain="127.0.0.1", path="/")
    assert client.post("/ask", data={"csrf": token, "question": "What?"}).status_code == 403


def test_scripts_cannot_read_the_cookie_and_no_other_site_sends_it(client: TestClient) -> None:
    cookie = client.get("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_a_session_is_kept_from_page_to_page(client: TestClient) -> None:
    client.get("/")
    assert "set-cookie" not in client.get("/documents").headers


def test_every_response_tells_browsers_what_they_may_not_do(client: TestClient) -> None:
    for path in PAGES:
        headers = client.get(path).headers
        assert {name: headers.get(name) for name in HEADERS} == HEADERS, path
    kept = client.get("/static/app.js").headers
    assert {name: kept.get(name) for name in HEADERS} == HEADERS | {"Cache-Control": "no-cache"}


def test_a_refusal_and_a_crash_carry_the_headers_too(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(type(services.store), "totals", crash)
    with TestClient(create_app(services, work=False), base_url=BASE) as client:
        refused = {"host": "evil.example"}
        for response, status in ((client.get("/readyz"), 500), (client.get("/", headers=refused), 403)):
            assert response.status_code == status
            assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_the_policy_allows_no_inline_script_and_no_other_origin() -> None:
    policy = dict(part.strip().partition(" ")[::2] for part in HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert {
        policy[name] for name in ("script-src", "style-src", "img-src", "connect-src", "form-action")
    } == {"'self'"}


def test_pages_need_nothing_that_the_policy_forbids(client: TestClient, add: Add, token: str) -> None:
    document = add("leave.txt", "Employees have 30 days of leave.")
    asked = client.post("/ask", data={"csrf": token, "question": "How many days of leave?"}).headers[
        "location"
    ]
    source = f"/source/{document.id}/1"
    for path in ("/", asked, "/documents", source, f"/documents/{document.id}/delete", "/nowhere"):
        for tag, attributes in tags(client.get(path).text):
            assert tag not in ("style", "iframe", "object", "base"), path
            assert tag != "script" or set(attributes) == {"type", "src"}, path
            assert not [name for name in attributes if name == "style" or name.startswith("on")], path
            for name in attributes.keys() & {"src", "href", "action"}:
                assert attributes[name].startswith(("/", "#")), path
                assert not attributes[name].startswith("//"), path


def test_a_form_of_another_site_cannot_reach_the_api(client: TestClient) -> None:
    form = client.post("/api/v1/documents", files={"file": ("a.txt", b"text")})
    assert form.status_code == 403
    assert CLIENT_HEADER in form.json()["detail"]
    plain = client.post(
        "/api/v1/ask", content=b'{"question":"What?"}', headers={"content-type": "text/plain"}
    )
    assert plain.status_code == 403


def endless(size: int) -> Iterator[bytes]:
    """A body that does not say how long it is."""
    for _ in range(size // 65536 + 1):
        yield b"x" * 65536


@pytest.mark.parametrize("path", ["/ask", "/api/v1/ask", "/api/v1/search"])
def test_a_large_body_is_not_read_to_its_end(client: TestClient, path: str) -> None:
    taken = 0

    def counted() -> Iterator[bytes]:
        nonlocal taken
        for block in endless(SMALL_BODY * 8):
            taken += len(block)
            yield block

    headers = JSON | {
        "content-type": "application/json" if "api" in path else "application/x-www-form-urlencoded"
    }
    refused = client.post(path, content=counted(), headers=headers)
    assert refused.status_code == 413
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/ask", "/api/v1/ask", "/documents", "/api/v1/documents"])
def test_a_body_that_says_it_is_too_large_is_refused_unread(client: TestClient, path: str) -> None:
    headers = JSON | {"content-length": str(10**12), "content-type": "application/json"}
    refused = client.post(path, content=b"", headers=headers)
    assert refused.status_code == 413
    assert "MiB" in refused.json()["detail"]


def test_an_upload_beyond_the_limit_leaves_nothing_behind(
    client: TestClient, services: Services, token: str
) -> None:
    big = io.BytesIO(b"x" * (1024 * 1024 + 1))
    page = client.post("/documents", data={"csrf": token}, files={"files": ("big.txt", big)})
    assert page.status_code == 200
    assert "larger than 1 MiB" in page.text
    assert services.store.documents() == []
    huge = client.post(
        "/documents", data={"csrf": token}, files={"files": ("huge.txt", b"x" * (3 * 1024 * 1024))}
    )
    assert huge.status_code == 413
    assert not [path for path in services.settings.originals.rglob("*") if path.is_file()]


def test_too_many_files_at_once_are_refused(client: TestClient, services: Services, token: str) -> None:
    files = [("files", (f"{n}.txt", b"text")) for n in range(MAX_FILES + 1)]
    assert client.post("/documents", data={"csrf": token}, files=files).status_code == 400
    assert services.store.documents() == []


def test_docs_that_would_load_foreign_scripts_are_closed(client: TestClient) -> None:
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404
