import gzip
from collections.abc import Iterator
from typing import Any

import pytest

from ingest.sources.fetching.fetch import Fetcher
from ingest.sources.fetching.fetched import Freshness, Validators
from ingest.sources.register import Kind, Options
from ingest.sources.web.kinds import guess, pages
from ingest.sources.web.page import Finished, Unfetched, WebPage
from rag.errors import RetryableError, UsageError
from tests.fixtures.web_site import (
    LOOPBACK,
    OPEN,
    Names,
    Site,
    Ticking,
    forever,
    redirect,
    reply,
    site,
    unless_known,
)

RSS = "<rss version='2.0'><channel>{}</channel></rss>"


@pytest.fixture
def here() -> Iterator[Site]:
    with site() as made:
        yield made


class Run:
    """What one look at a source brought, addresses as paths."""

    def __init__(
        self, here: Site, kind: Kind, path: str = "/", *, host: str = LOOPBACK, **given: Any
    ) -> None:
        self.clock = Ticking()
        known, stored = given.pop("known", {}), given.pop("stored", {})
        names = Names(site_test=[LOOPBACK], www_site_test=[LOOPBACK], other_test=[LOOPBACK])
        found = pages(
            here.url(path, host),
            kind,
            Options(**{"delay": 0.0, **given}),
            Fetcher(allow=OPEN, resolver=names),
            {here.url(path): validators for path, validators in known.items()},
            lambda url: stored.get(url.removeprefix(here.url(""))),
            self.clock,
            self.clock.sleep,
        )
        *seen, end = found
        assert isinstance(end, Finished)
        self.end = end
        self.pages = {
            page.url.removeprefix(here.url("", host)): page for page in seen if isinstance(page, WebPage)
        }
        self.failed = {
            failed.url.removeprefix(here.url("", host)): failed
            for failed in seen
            if isinstance(failed, Unfetched)
        }
        assert len(seen) == len(self.pages) + len(self.failed)

    @property
    def paths(self) -> list[str]:
        return list(self.pages)


def crawled(here: Site, path: str = "/", **given: Any) -> Run:
    return Run(here, Kind.SITE, path, **given)


def listing(here: Site, *paths: str) -> None:
    entries = "".join(f"<url><loc>{path}</loc><lastmod>2026</lastmod></url>" for path in paths)
    here.replies["/sitemap.xml"] = reply(f"<urlset>{entries}</urlset>", kind="text/xml")


def test_a_page_is_one_document_under_the_address_where_it_is(here: Site) -> None:
    here.replies["/"] = redirect("/now?utm_source=x")
    here.replies["/now"] = reply("<p>text</p>", ETag='"1"')
    run = Run(here, Kind.PAGE)
    (page,) = run.pages.values()
    assert (page.url, page.asked, page.body) == (here.url("/now"), here.url(), b"<p>text</p>")
    assert page.validators == Validators('"1"')
    assert run.end.complete


def test_a_page_that_is_known_is_unchanged(here: Site) -> None:
    here.replies["/"] = unless_known('"1"', reply("new"))
    assert Run(here, Kind.PAGE, known={"/": Validators('"1"')}).pages["/"].status is Freshness.UNCHANGED


def test_a_page_may_become_another_kind_of_file(here: Site) -> None:
    here.replies["/"] = reply(b"%PDF-1.7", kind="application/pdf")
    page = Run(here, Kind.PAGE, known={"/": Validators('"1"')}).pages["/"]
    assert (page.body, page.content_type) == (b"%PDF-1.7", "application/pdf")


@pytest.mark.parametrize(
    ("answer", "gone", "again"),
    [
        (reply(status="404 x"), True, False),
        (reply(status="410 x"), True, False),
        (reply(status="403 x"), False, False),
        (reply(status="500 x"), False, True),
        (reply("cut", Content_Length="9"), False, True),
    ],
)
@pytest.mark.parametrize("kind", [Kind.PAGE, Kind.SITEMAP, Kind.FEED, Kind.SITE])
def test_a_source_that_fails_says_why_and_that_it_knows_nothing_else(
    kind: Kind, answer: bytes, gone: bool, again: bool, here: Site
) -> None:
    here.replies["/"] = answer
    run = Run(here, kind)
    (failed,) = run.failed.values()
    assert (failed.gone, isinstance(failed.error, RetryableError)) == (gone, again)
    assert not run.end.complete
    assert run.end.reason


def test_a_site_is_crawled_link_by_link_as_far_as_wanted(here: Site) -> None:
    here.page("/", "/a", "/b#x", "/a")
    here.page("/a", "/", "/a/1")
    here.page("/b", "/a/1")
    here.page("/a/1", "/a/2")
    here.page("/a/2", "/a/3")
    run = crawled(here, depth=2)
    assert run.paths == here.paths == ["/", "/a", "/b", "/a/1"]
    assert run.end == Finished(reason="", passed_over={})
    assert crawled(here, depth=0).paths == ["/"]


def test_a_crawl_stays_on_its_host(here: Site) -> None:
    here.page("/", here.url("/other", "other.test"), "http://127.0.0.1/", "/away", "/a")
    here.page("/other")
    here.page("/a")
    here.replies["/away"] = redirect(here.url("/other", "other.test"))
    run = crawled(here)
    assert run.paths == ["/", "/a"]
    assert run.end.passed_over == {"outside of what is looked for": 1}


def test_a_start_page_may_lead_to_www_and_to_no_other_host(here: Site) -> None:
    here.page("/home", "/a")
    here.page("/a")
    here.replies["/"] = redirect(here.url("/home", "www.site.test"))
    assert len(crawled(here, host="site.test").pages) == 2
    here.replies["/"] = redirect(here.url("/home", "other.test"))
    run = crawled(here, host="site.test")
    assert (run.paths, run.end.complete) == ([], False)


def test_include_and_exclude_choose_paths_and_the_start_is_looked_at_anyway(here: Site) -> None:
    here.page("/", "/docs/a", "/docs/old/b", "/blog/c", "/docs/ö d")
    for path in ("/docs/a", "/docs/old/b", "/blog/c", "/docs/%C3%B6%20d"):
        here.page(path)
    chosen = {"include": ("/docs/*",), "exclude": ("/docs/old/*",)}
    assert crawled(here, **chosen).paths == ["/docs/a", "/docs/%C3%B6%20d"]
    assert here.paths == ["/", "/docs/a", "/docs/%C3%B6%20d"]
    listing(here, "/docs/a", "/docs/old/b", "/blog/c")
    assert Run(here, Kind.SITEMAP, "/sitemap.xml", **chosen).paths == ["/docs/a"]


def test_a_crawl_ends_at_its_limit_and_says_that_it_is_not_complete(here: Site) -> None:
    here.page("/", *(f"/{number}" for number in range(9)))
    for number in range(9):
        here.page(f"/{number}")
    run = crawled(here, max_pages=4)
    assert (len(run.pages), len(here.paths)) == (4, 4)
    assert "limit of 4 pages" in run.end.reason
    assert crawled(here, max_pages=10).end.complete


def test_a_calendar_without_end_is_left(here: Site) -> None:
    for number in range(30):
        here.page(f"/?day={number}", *(f"/?day={number + ahead}" for ahead in range(1, 99)))
    run = crawled(here, "/?day=0", max_pages=5, depth=1000)
    assert len(here.paths) == 5
    assert not run.end.complete


def test_one_bad_page_costs_nothing_else(here: Site) -> None:
    here.page("/", "/missing", "/broken", "/forbidden", "/inside", "/a")
    here.replies |= {"/broken": reply(status="500 x"), "/forbidden": reply(status="403 x")}
    here.replies["/inside"] = redirect("http://10.0.0.1/")
    here.page("/a")
    run = crawled(here)
    assert run.paths == ["/", "/a"]
    assert {path: failed.gone for path, failed in run.failed.items()} == {
        "/missing": True, "/broken": False, "/forbidden": False, "/inside": False,
    }  # fmt: skip
    assert "500" in run.end.reason


def test_links_that_lead_nowhere_leave_a_crawl_complete(here: Site) -> None:
    here.page("/", "/missing", "/forbidden")
    here.replies["/forbidden"] = reply(status="403 x")
    assert crawled(here).end.complete


def test_a_page_that_fails_still_leads_where_it_led(here: Site) -> None:
    here.page("/", "/broken")
    here.replies["/broken"] = reply(status="500 x")
    here.page("/below")
    run = crawled(here, stored={"/broken": b'<a href="/below">x</a>'})
    assert run.paths == ["/", "/below"]
    assert run.end.complete


def test_a_page_that_has_not_changed_still_leads_where_it_led(here: Site) -> None:
    here.replies["/"] = unless_known('"1"', reply('<a href="/a">x</a>', ETag='"1"'))
    here.page("/a")
    known = {"/": Validators('"1"')}
    run = crawled(here, known=known, stored={"/": b'<a href="/a">x</a>'})
    assert {path: page.status for path, page in run.pages.items()} == {"/": "unchanged", "/a": "fresh"}
    run = crawled(here, known=known)
    assert {path: page.status for path, page in run.pages.items()} == {"/": "fresh", "/a": "fresh"}


def test_the_page_that_others_call_their_own_is_taken_for_them(here: Site) -> None:
    head = '<link rel="canonical" href="/story">'
    here.page("/", "/print", "/mail")
    here.page("/print", "/below", head=head)
    here.page("/mail", head=head)
    here.page("/story", head=head)
    here.page("/below")
    run = crawled(here)
    assert run.paths == ["/", "/story", "/below"]
    assert run.end.passed_over == {"the same as another page": 2}


@pytest.mark.parametrize("target", ["/missing", "/chain", "http://other.test/", "/print", "/"])
def test_a_page_is_not_lost_to_a_wrong_claim(target: str, here: Site) -> None:
    here.page("/", "/print", head='<link rel="canonical" href="/">')
    here.page("/print", head=f'<link rel="canonical" href="{target}">')
    here.replies["/chain"] = redirect("/print")
    assert crawled(here).paths == (["/"] if target == "/" else ["/", "/print"])


def test_pages_that_ask_for_it_are_left_out_or_not_followed(here: Site) -> None:
    here.page("/", "/hidden", "/end")
    here.page("/hidden", "/below", head='<meta name="robots" content="noindex">')
    here.page("/end", "/beyond", head='<meta name="robots" content="nofollow">')
    here.page("/below")
    here.page("/beyond")
    run = crawled(here)
    assert run.paths == ["/", "/end", "/below"]
    assert run.end.passed_over == {"asks not to be taken in (noindex)": 1}


def test_what_robots_txt_forbids_is_not_fetched(here: Site) -> None:
    here.replies["/robots.txt"] = reply("User-agent: *\nDisallow: /private\n")
    here.page("/", "/private/a", "/a")
    here.page("/a")
    run = crawled(here)
    assert run.paths == here.paths == ["/", "/a"]
    assert run.end == Finished(reason="", passed_over={"robots.txt does not allow it": 1})
    listing(here, "/private/a", "/a")
    assert Run(here, Kind.SITEMAP, "/sitemap.xml").paths == ["/a"]


def test_rules_that_cannot_be_read_stop_a_crawl_without_a_request(here: Site) -> None:
    here.replies["/robots.txt"] = reply(status="503 x")
    here.page("/")
    run = crawled(here)
    assert (run.paths, here.paths, run.end.complete) == ([], [], False)


def test_rules_that_cannot_be_read_are_told_once_and_not_for_each_page(here: Site) -> None:
    here.replies["/robots.txt"] = reply(status="503 x")
    listing(here, "/a", "/b", "/c")
    run = Run(here, Kind.SITEMAP, "/sitemap.xml")
    assert list(run.failed) == ["/robots.txt"]
    assert "503" in run.end.reason


def test_a_site_is_not_asked_faster_than_it_wants(here: Site) -> None:
    here.page("/", "/a", "/b")
    here.page("/a")
    here.page("/b")
    run = crawled(here, delay=500.0)
    assert len(run.clock.slept) == 2
    assert all(400 < slept <= 500 for slept in run.clock.slept)
    here.replies["/robots.txt"] = reply("User-agent: *\nCrawl-delay: 25\n")
    assert max(crawled(here, delay=1.0).clock.slept) > 20


def test_a_crawl_takes_documents_and_leaves_the_rest(here: Site) -> None:
    here.page("/", *"/a.pdf /b.docx /c.bin /d.mp4 /e.css /f.png /g.PDF /h.txt /i.zip".split())
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    here.replies |= {
        "/a.pdf": reply(b"%PDF-", kind="application/pdf"),
        "/b.docx": reply(b"PK", kind=word),
        "/c.bin": reply(b"x", kind="application/octet-stream"),
        "/d.mp4": forever(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n", b"0" * 1000),
        "/e.css": reply(b"x", kind="text/css"),
        "/f.png": reply(b"x", kind="image/png"),
        "/g.PDF": reply(b"%PDF-", kind="application/octet-stream"),
        "/h.txt": reply(b"x", kind="text/plain"),
        "/i.zip": reply(b"x", kind="application/zip"),
    }
    run = crawled(here)
    assert run.paths == ["/", "/a.pdf", "/b.docx", "/g.PDF", "/h.txt"]
    assert run.end == Finished(reason="", passed_over={"of a kind that is not read": 5})


def test_a_sitemap_brings_its_pages_with_their_dates(here: Site) -> None:
    listing(here, "/a", "/b", "/missing")
    here.page("/a")
    here.page("/b", "/not/listed")
    run = Run(here, Kind.SITEMAP, "/sitemap.xml")
    assert {path: page.lastmod for path, page in run.pages.items()} == {"/a": "2026", "/b": "2026"}
    assert run.failed["/missing"].gone
    assert run.end.complete


def test_a_sitemap_of_which_a_list_fails_is_not_complete(here: Site) -> None:
    lists = "<sitemap><loc>/one.xml.gz</loc></sitemap><sitemap><loc>/two.xml</loc></sitemap>"
    here.replies["/sitemap.xml"] = reply(f"<sitemapindex>{lists}</sitemapindex>")
    here.replies["/one.xml.gz"] = reply(gzip.compress(b"<urlset><url><loc>/a</loc></url></urlset>"))
    here.page("/a")
    run = Run(here, Kind.SITEMAP, "/sitemap.xml")
    assert (run.paths, list(run.failed)) == (["/a"], ["/two.xml"])
    assert not run.end.complete


def test_a_sitemap_ends_at_the_limit(here: Site) -> None:
    listing(here, "/a", "/b", "/c")
    for path in ("/a", "/b", "/c"):
        here.page(path)
    assert Run(here, Kind.SITEMAP, "/sitemap.xml", max_pages=2).paths == ["/a", "/b"]
    assert not Run(here, Kind.SITEMAP, "/sitemap.xml", max_pages=2).end.complete
    assert Run(here, Kind.SITEMAP, "/sitemap.xml", max_pages=3).end.complete


def test_a_feed_brings_its_pages_and_says_nothing_of_older_ones(here: Site) -> None:
    here.replies["/feed"] = reply(RSS.format("<item><link>/a</link></item><item><link>/b</link></item>"))
    here.page("/a")
    here.page("/b")
    run = Run(here, Kind.FEED, "/feed")
    assert run.paths == ["/a", "/b"]
    assert (run.end.complete, run.end.reason) == (False, "")


def test_a_feed_that_is_down_says_why(here: Site) -> None:
    here.replies["/feed"] = reply(status="503 x")
    run = Run(here, Kind.FEED, "/feed")
    assert (run.end.complete, "503" in run.end.reason, list(run.failed)) == (False, True, ["/feed"])


def test_a_page_that_several_addresses_lead_to_comes_once(here: Site) -> None:
    listing(here, "/a", "/b", "/a?utm_campaign=x", "/a#y")
    here.page("/a")
    here.replies["/b"] = redirect("/a")
    run = Run(here, Kind.SITEMAP, "/sitemap.xml")
    assert run.paths == ["/a"]
    assert run.end.passed_over == {"the same as another page": 1}


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/sitemap.xml", "", Kind.SITEMAP),
        ("/my_sitemap_1.xml.gz", "", Kind.SITEMAP),
        ("/sitemap.txt", "", Kind.SITEMAP),
        ("/list", "<?xml version='1.0'?>\n<!-- x --><urlset/>", Kind.SITEMAP),
        ("/list", "<sitemapindex/>", Kind.SITEMAP),
        ("/list", gzip.compress(b"<urlset/>", mtime=0), Kind.SITEMAP),
        ("/news", RSS, Kind.FEED),
        ("/news", "<feed xmlns='http://www.w3.org/2005/Atom'/>", Kind.FEED),
        ("/news", "<rdf:RDF xmlns:rdf='x'/>", Kind.FEED),
        ("/page", "<!doctype html><html></html>", Kind.PAGE),
        ("/sitemap", "<html></html>", Kind.PAGE),
        ("/file.pdf", "%PDF-1.7", Kind.PAGE),
    ],
)
def test_the_kind_of_a_source_is_guessed(path: str, body: bytes | str, kind: Kind, here: Site) -> None:
    here.replies[path] = reply(body)
    assert guess(here.url(path), Fetcher(allow=OPEN)) is kind


def test_a_folder_is_not_on_the_web(here: Site) -> None:
    with pytest.raises(UsageError, match="not on the web"):
        Run(here, Kind.FOLDER)


@pytest.mark.parametrize("kind", [Kind.PAGE, Kind.SITEMAP, Kind.FEED, Kind.SITE])
def test_what_is_no_address_fails_like_a_page(kind: Kind) -> None:
    *_, failed, end = pages("file:///etc/passwd", kind, Options(), Fetcher(), {})
    assert isinstance(failed, Unfetched)
    assert isinstance(end, Finished)
    assert not end.complete
