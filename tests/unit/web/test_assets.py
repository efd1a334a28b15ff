from starlette.testclient import TestClient

STYLE = "/static/base.css"


def test_a_style_is_sent_compressed_and_kept_by_the_browser(client: TestClient) -> None:
    sent = client.get(STYLE, headers={"accept-encoding": "gzip"})
    assert sent.headers["content-encoding"] == "gzip"
    assert sent.headers["cache-control"] == "no-cache"
    assert "--paper" in sent.text


def test_what_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    tag = client.get(STYLE).headers["etag"]
    again = client.get(STYLE, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_with_a_secret_in_it_is_not_compressed_and_kept_by_nobody(client: TestClient) -> None:
    page = client.get("/", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in page.headers
    assert page.headers["cache-control"] == "no-store"


def test_a_style_carries_the_same_walls_as_a_page(client: TestClient) -> None:
    assert "default-src 'none'" in client.get(STYLE).headers["content-security-policy"]
