import gzip
from collections.abc import Iterator

import pytest

from ingest.sources.fetching.fetch import Fetcher
from ingest.sources.web.sitemap import Listed, ListTrouble, read, walk
from rag.errors import UnreadableDocument
from tests.fixtures.web_site import OPEN, Site, reply, site

HERE = "http://example.org/sitemap.xml"
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10 if n else 'ha'}'>" for n in range(9))


@pytest.fixture
def here() -> Iterator[Site]:
    with site() as made:
        yield made


def urlset(*pages: str) -> bytes:
    return f"<urlset xmlns='{SPACE}'>{''.join(f'<url><loc>{p}</loc></url>' for p in pages)}</urlset>".encode()


def index(*lists: str) -> bytes:
    below = "".join(f"<sitemap><loc>{each}</loc></sitemap>" for each in lists)
    return f"<sitemapindex xmlns='{SPACE}'>{below}</sitemapindex>".encode()


def test_pages_come_with_their_dates() -> None:
    text = f"""<?xml version="1.0" encoding="UTF-8"?><!-- made by hand -->
        <urlset xmlns="{SPACE}"><url><loc> http://example.org/a?x=1&amp;y=2 </loc><lastmod>2026-01-02</lastmod></url>
        <url><loc>/b</loc><priority>1</priority></url><url><lastmod>2026</lastmod></url>
        <url><loc>mailto:x@example.org</loc></url></urlset>"""
    pages = (
        Listed(url="http://example.org/a?x=1&y=2", lastmod="2026-01-02"),
        Listed(url="http://example.org/b"),
    )
    assert read(text.encode(), HERE).pages == pages
    assert read(gzip.compress(text.encode()), HERE).pages == pages
    assert read(text.replace(f' xmlns="{SPACE}"', "").encode(), HERE).pages == pages


def test_an_index_leads_to_lists() -> None:
    found = read(index("/a.xml", "http://example.org/b.xml.gz"), HERE)
    assert found.lists == ("http://example.org/a.xml", "http://example.org/b.xml.gz")
    assert found.pages == ()


def test_a_plain_list_has_an_address_a_line() -> None:
    text = b"\xef\xbb\xbfhttp://example.org/a\r\n\r\nhttps://example.org/b\nrubbish:\n"
    urls = ["http://example.org/a", "https://example.org/b"]
    assert [page.url for page in read(text, HERE).pages][:2] == urls
    assert [page.url for page in read(gzip.compress(text), HERE).pages][:2] == urls


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no sitemap"),
        (b"<!doctype html><html><body>Not found</body></html>", "no sitemap"),
        (b"Sorry, the site is being rebuilt.", "no sitemap"),
        (urlset("/a")[:-9], "not sound XML"),
        (f"<!DOCTYPE x [{LAUGHS}]><urlset><url><loc>&l8;</loc></url></urlset>".encode(), "no sitemap"),
        (f"<!DOCTYPE urlset [{LAUGHS}]><urlset><url><loc>&l8;</loc></url></urlset>".encode(), "no sitemap"),
        (
            f"<?xml version='1.0'?><!DOCTYPE urlset [{LAUGHS}<!--?><urlset-->]><urlset>&l8;</urlset>".encode(),
            "no sitemap",
        ),
        (b"<??>" * 5000, "no sitemap"),
        (gzip.compress(urlset("/a"))[:-9], "cut short"),
        (gzip.compress(b"0" * 60_000_000), "more than 52,428,800 bytes"),
    ],
    ids=[
        "empty",
        "html",
        "text",
        "cut xml",
        "laughs",
        "more laughs",
        "hidden laughs",
        "questions",
        "cut gzip",
        "bomb",
    ],
)
def test_what_is_no_list_does_not_pass_for_an_empty_one(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableDocument, match=why):
        read(data, HERE)


def test_a_list_of_nothing_is_one() -> None:
    assert read(urlset(), HERE).pages == ()


def walked(here: Site) -> tuple[list[str], list[str]]:
    """Paths of the pages, and of the lists that failed."""
    seen = list(walk(here.url("/sitemap.xml"), Fetcher(allow=OPEN)))
    pages = [each.url.removeprefix(here.url("")) for each in seen if isinstance(each, Listed)]
    return pages, [each.url.removeprefix(here.url("")) for each in seen if isinstance(each, ListTrouble)]


def test_an_index_is_walked_with_its_packed_lists(here: Site) -> None:
    here.replies["/sitemap.xml"] = reply(index("/one.xml", "/two.xml.gz", "/one.xml"))
    here.replies["/one.xml"] = reply(urlset("/a", "/b"))
    here.replies["/two.xml.gz"] = reply(gzip.compress(urlset("/b", "/c")), kind="application/gzip")
    assert walked(here) == (["/a", "/b", "/c"], [])
    assert here.paths == ["/sitemap.xml", "/one.xml", "/two.xml.gz"]


def test_a_circle_of_lists_ends(here: Site) -> None:
    here.replies["/sitemap.xml"] = reply(index("/sitemap.xml", "/one.xml"))
    here.replies["/one.xml"] = reply(index("/sitemap.xml", "/one.xml"))
    assert walked(here) == ([], [])
    assert here.paths == ["/sitemap.xml", "/one.xml"]


def test_lists_below_the_third_are_not_fetched_and_that_is_said(here: Site) -> None:
    here.replies["/sitemap.xml"] = reply(index("/2.xml"))
    here.replies["/2.xml"] = reply(index("/3.xml", "/pages.xml"))
    here.replies["/3.xml"] = reply(index("/4.xml"))
    here.replies["/pages.xml"] = reply(urlset("/a"))
    assert walked(here) == (["/a"], ["/3.xml"])


def test_a_list_that_fails_costs_no_other(here: Site) -> None:
    here.replies["/sitemap.xml"] = reply(index("/missing.xml", "/broken.xml", "/good.xml"))
    here.replies["/broken.xml"] = reply("<html>")
    here.replies["/good.xml"] = reply(urlset("/a"))
    assert walked(here) == (["/a"], ["/missing.xml", "/broken.xml"])


def test_a_site_lists_no_pages_of_others(here: Site) -> None:
    others = "http://other.test/x", f"http://127.0.0.2:{here.port}/x", "http://127.0.0.1/x"
    here.replies["/sitemap.xml"] = reply(urlset("/a", *others))
    assert walked(here) == (["/a"], [])
    here.replies["/sitemap.xml"] = reply(index(*others))
    assert walked(here) == ([], [])
