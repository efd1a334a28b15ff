import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.sources.fetching.url import link, parse
from rag.errors import Refused


@pytest.mark.parametrize(
    ("spelled", "normal"),
    [
        ("HTTP://Example.ORG:80", "http://example.org/"),
        ("https://example.org:443/a/../b/./c?#part", "https://example.org/b/c"),
        ("http://example.org./", "http://example.org/"),
        ("http://straße.example/ä ö", "http://xn--strae-oqa.example/%C3%A4%20%C3%B6"),
        ("http://example.org:8080/?b=2&a=1&flag", "http://example.org:8080/?b=2&a=1&flag"),
        ("http://example.org/?id=7&utm_source=mail&fbclid=x", "http://example.org/?id=7"),
        ("http://example.org/%7Ename/a%2Fb;v=1", "http://example.org/%7Ename/a%2Fb;v=1"),
        ("http://[2606:4700::1111]:8080/", "http://[2606:4700::1111]:8080/"),
    ],
    ids=str,
)
def test_an_address_has_one_spelling(spelled: str, normal: str) -> None:
    assert str(parse(spelled)) == normal
    assert str(parse(normal)) == normal


@pytest.mark.parametrize(
    "text",
    [
        "", "example.org", "//example.org/", "http://", "http:///etc/passwd", "file:///etc/passwd",
        "ftp://example.org/", "gopher://127.0.0.1:70/_x", "data:text/html,x", "javascript:alert(1)",
        "http://user@example.org/", "http://user:secret@example.org/", "http://example.org\\@127.0.0.1/",
        "http://example.org:0/", "http://example.org:65536/", "http://example.org:-1/", "http://example.org:x/",
        "http://127.1/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://2130706433/", "http://0177.0.0.1/",
        "http://127.0.0.1../", "http://127.0.0.0x1/", "http://1.2.3.4.5/", "http://0/", "http://0x/",
        "http://１２７.0.0.1/", "http://①②⑦.0.0.1/", "http://%31%32%37.0.0.1/", "http://127.0.0.1%00.example.org/",
        "http://a..example/", "http://.example/", "http://a b/", "http://exa\nmple.org/", "http://-a.example/",
        "http://[::1%25lo]/", "http://[::1/", "http://[127.0.0.1]/", "http://" + "a" * 64 + ".example/",
        "http://example.org/" + "a" * 3000,
    ],
    ids=lambda text: text.encode("ascii", "backslashreplace").decode()[:40],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="was not fetched"):
        parse(text)


def test_a_password_is_not_repeated_in_the_complaint() -> None:
    with pytest.raises(Refused) as refused:
        parse("http://user:secret@example.org/")
    assert "secret" not in str(refused.value)


def test_full_stops_of_other_scripts_are_full_stops() -> None:
    assert parse("http://127。0。0。1/").host == "127.0.0.1"


@given(st.text())
@example("http://example.org/\udc80")
@example("http://[")
@example("HTTP://A/%")
def test_any_text_is_an_address_with_one_spelling_or_refused(text: str) -> None:
    try:
        once = str(parse(text, base="http://example.org/a/b"))
    except Refused:
        return
    assert str(parse(once)) == once


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("c?x=1#y", "http://example.org/a/c?x=1"),
        (" /c ", "http://example.org/c"),
        ("//other.example/c", "http://other.example/c"),
        ("mailto:someone@example.org", ""),
        ("javascript:void(0)", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_a_link_is_seen_from_its_page(target: str, found: str) -> None:
    assert link(target, "http://example.org/a/b") == found
