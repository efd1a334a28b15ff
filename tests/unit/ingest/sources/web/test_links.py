import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.web.links import Links, read

HERE = "http://example.org/docs/a.html"


def html(body: str = "", head: str = "") -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def test_links_come_in_order_each_once_seen_from_their_page() -> None:
    body = """<a href="b.html#x">b</a> <a href="/c?d=1&amp;e=2">c</a> <a href="b.html">b</a> <a name="here">here</a>
    <a href="mailto:x@example.org">mail</a> <map><area href="//other.example/"></map> <a href="http://[">bad</a>"""
    found = ("http://example.org/docs/b.html", "http://example.org/c?d=1&e=2", "http://other.example/")
    assert read(html(body), HERE).to == found


def test_the_base_of_a_page_is_used() -> None:
    assert read(html('<a href="b">b</a>', '<base href="/other/">'), HERE).to == (
        "http://example.org/other/b",
    )


@pytest.mark.parametrize("content", ["nofollow", "noindex, NOFOLLOW", "none", "noindex nofollow"])
@pytest.mark.parametrize("name", ["robots", "Robots", "footnote"])
def test_a_page_may_ask_not_to_be_followed(name: str, content: str) -> None:
    page = html('<a href="b">b</a>', f'<meta name="{name}" content="{content}">')
    assert read(page, HERE).to == ()
    assert read(page, HERE).noindex == (content != "nofollow")


def test_a_link_may_ask_not_to_be_followed() -> None:
    assert read(html('<a href="b" rel="external NoFollow">b</a>'), HERE).to == ()


def test_a_server_may_ask_the_same() -> None:
    assert read(html('<a href="b">b</a>'), HERE, "noindex, nofollow") == Links(noindex=True)
    assert read(html(), HERE, "otherbot: noindex") == Links()


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="/a">', "http://example.org/a"),
        ('<link rel="Canonical nofollow" href="a#x">', "http://example.org/docs/a"),
        ('<link rel="stylesheet" href="/a.css">', ""),
        ('<link rel="canonical" href="javascript:x">', ""),
        ('<link rel="canonical">', ""),
    ],
)
def test_a_page_names_its_own_address(head: str, canonical: str) -> None:
    assert read(html(head=head), HERE).canonical == canonical


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("<a href='ö'>x</a>".encode(), "%C3%B6"),
        (b"<meta charset='latin-1'><a href='\xf6'>x</a>", "%C3%B6"),
        ("\ufeff<a href='ö'>x</a>".encode("utf-16"), "%C3%B6"),
    ],
    ids=["unsaid", "said", "UTF-16"],
)
def test_letters_in_a_link_are_read_as_they_are_meant(data: bytes, found: str) -> None:
    assert read(data, HERE).to == (f"http://example.org/docs/{found}",)


@given(
    st.binary(max_size=300)
    | st.text(alphabet="<>a/=\"' hrefbaselinkcanonical:", max_size=200).map(str.encode)
)
def test_any_bytes_are_read(data: bytes) -> None:
    read(data, HERE)


def test_a_page_nested_very_deep_is_read() -> None:
    assert read(b"<div>" * 200_000 + b'<a href="b">b</a>', HERE).to in ((), ("http://example.org/docs/b",))
