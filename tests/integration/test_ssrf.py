"""WEB-06: nothing that a web address can say makes the fetcher touch a host inside. A canary counts the touches."""

from collections.abc import Iterator

import pytest

from ingest.sources.fetching.fetch import Fetcher
from ingest.sources.register import Kind, Options
from ingest.sources.web.kinds import pages
from ingest.sources.web.page import Finished, Unfetched
from rag.errors import FootnoteError, Refused
from tests.fixtures.web_site import Names, Site, redirect, reply, site

SPELLINGS = [
    "http://127.0.0.1:{port}/", "http://127.0.0.1.:{port}/", "http://127.0.0.1..:{port}/", "http://127.1:{port}/",
    "http://127.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://0x7f.1:{port}/",
    "http://0177.0.0.1:{port}/", "http://017700000001:{port}/", "http://0:{port}/", "http://0.0.0.0:{port}/",
    "http://127.0.0.1%2f@example.org:{port}/", "http://127。0。0。1:{port}/", "http://127．0．0．1:{port}/",
    "http://127｡0｡0｡1:{port}/", "http://１２７.0.0.1:{port}/", "http://①②⑦.⓪.⓪.①:{port}/",
    "http://%31%32%37.0.0.1:{port}/", "http://localhost:{port}/", "http://LOCALHOST.:{port}/",
    "http://localhost.localdomain:{port}/", "http://ip6-localhost:{port}/", "http://[::1]:{port}/",
    "http://[::]:{port}/", "http://[0:0:0:0:0:0:0:1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/", "http://[::127.0.0.1]:{port}/", "http://[64:ff9b::127.0.0.1]:{port}/",
    "http://[2002:7f00:1::]:{port}/", "http://[::1%25lo]:{port}/", "http://example.org@127.0.0.1:{port}/",
    "http://example.org:x@127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@example.org/",
    "http://example.org\\@127.0.0.1:{port}/", "http://example.org#@127.0.0.1:{port}/x\n",
    "//127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/_x", "ftp://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/", "http:127.0.0.1:{port}", "http:///127.0.0.1:{port}/", "file:///etc/passwd",
    "unix:///run/footnote.sock", "http://127.0.0.1:{port}/\r\nHost: example.org", " http://127.0.0.1:{port}/",
    "http://inside.test:{port}/", "http://mixed.test:{port}/", "http://metadata.test/latest/",
    "http://169.254.169.254/latest/", "http://[fd00:ec2::254]/latest/", "http://10.0.0.1/", "http://192.168.0.1/",
]  # fmt: skip
TOLD = Names(
    inside_test=["127.0.0.1"],
    mixed_test=["93.184.216.34", "127.0.0.1"],
    metadata_test=["169.254.169.254"],
    localhost=["127.0.0.1", "::1"],
)
ONCE = Options(delay=0.0)


@pytest.fixture
def canary() -> Iterator[Site]:
    """A server inside that nobody may reach; whoever does is counted."""
    with site() as made:
        made.page("/", text="secret")
        yield made
        assert made.requests == []


@pytest.fixture
def outside() -> Iterator[Site]:
    """A server whose name is opened, in place of one on the internet."""
    with site() as made:
        yield made


def visitor(names: Names = TOLD) -> Fetcher:
    """May go to outside.test, and there alone."""
    names.answers.setdefault("outside.test", ["127.0.0.1"])
    return Fetcher(allow=["outside.test"], resolver=names, seconds=20)


@pytest.mark.parametrize(
    "spelling", SPELLINGS, ids=lambda text: text.encode("ascii", "backslashreplace").decode()
)
def test_no_spelling_reaches_inside(spelling: str, canary: Site) -> None:
    with pytest.raises(FootnoteError, match="fetched"):
        visitor().get(spelling.format(port=canary.port))


@pytest.mark.parametrize(
    "spelling", SPELLINGS, ids=lambda text: text.encode("ascii", "backslashreplace").decode()
)
@pytest.mark.parametrize("status", ["301 x", "302 x", "303 x", "307 x", "308 x"])
def test_no_redirect_reaches_inside(spelling: str, status: str, canary: Site, outside: Site) -> None:
    target = spelling.format(port=canary.port).replace("\r\n", "%0d%0a").replace("\n", "")
    outside.replies["/"] = redirect(target.encode().decode("latin-1"), status)
    with pytest.raises(FootnoteError, match="fetched"):
        visitor().get(outside.url(host="outside.test"))


def test_a_chain_of_redirects_reaches_inside_no_better(canary: Site, outside: Site) -> None:
    outside.replies["/"] = redirect("/next")
    outside.replies["/next"] = redirect(canary.url())
    with pytest.raises(Refused):
        visitor().get(outside.url(host="outside.test"))


def test_a_second_answer_for_a_name_is_not_asked_for(canary: Site) -> None:
    """Rebinding: public when checked, inside when connected to."""
    names = Names(turning_test=[["192.0.2.1"], ["127.0.0.1"]])
    fetcher = Fetcher(allow=["192.0.2.0/24"], resolver=names, seconds=1)
    with pytest.raises(FootnoteError):
        fetcher.get(canary.url(host="turning.test"))
    assert names.looked_up == ["turning.test"]


def test_a_name_is_checked_again_for_each_redirect_to_itself(canary: Site, outside: Site) -> None:
    names = Names(turning_test=[["127.0.0.1"], ["127.0.0.2"]])
    outside.replies["/"] = redirect(canary.url(host="turning.test"))
    fetcher = Fetcher(allow=["127.0.0.1/32"], resolver=names)
    with pytest.raises(Refused, match=r"127\.0\.0\.2"):
        fetcher.get(outside.url(host="turning.test"))


@pytest.mark.parametrize("kind", [Kind.PAGE, Kind.SITEMAP, Kind.FEED, Kind.SITE])
def test_a_source_that_was_stored_and_then_leads_inside_is_refused(kind: Kind, canary: Site) -> None:
    *_, failed, end = pages(canary.url(host="inside.test"), kind, ONCE, visitor(), {})
    assert isinstance(failed, Unfetched)
    assert isinstance(end, Finished)
    assert "inside.test leads to 127.0.0.1" in str(failed.error)
    assert not end.complete


def test_what_a_site_lists_and_links_does_not_reach_inside(canary: Site, outside: Site) -> None:
    inside = canary.url(host="inside.test")
    outside.page("/", inside, canary.url(), "/rules", head=f'<link rel="canonical" href="{inside}">')
    outside.replies["/robots.txt"] = redirect(inside)
    entries = f"<url><loc>{inside}</loc></url><url><loc>{canary.url()}</loc></url>"
    outside.replies["/sitemap.xml"] = reply(f"<urlset>{entries}</urlset>")
    items = f"<item><link>{inside}</link></item><item><link>{canary.url()}</link></item>"
    outside.replies["/feed"] = reply(f"<rss version='2.0'><channel>{items}</channel></rss>")
    for path, kind in (("/", Kind.SITE), ("/sitemap.xml", Kind.SITEMAP), ("/feed", Kind.FEED)):
        list(pages(outside.url(path, host="outside.test"), kind, ONCE, visitor(), {}))


def test_a_list_cannot_have_its_reader_fetch(canary: Site, outside: Site) -> None:
    doctype = f'<!DOCTYPE x SYSTEM "{canary.url()}" [<!ENTITY e SYSTEM "{canary.url()}">]>'
    outside.replies["/sitemap.xml"] = reply(f"{doctype}<urlset><url><loc>&e;</loc></url></urlset>")
    outside.replies["/feed"] = reply(f"{doctype}<rss><channel><item><link>&e;</link></item></channel></rss>")
    for path, kind in (("/sitemap.xml", Kind.SITEMAP), ("/feed", Kind.FEED)):
        list(pages(outside.url(path, host="outside.test"), kind, ONCE, visitor(), {}))


def test_a_proxy_or_a_password_of_the_environment_is_not_used(
    canary: Site, outside: Site, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, canary.url())
    (tmp_path / ".netrc").write_text("machine outside.test login somebody password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    outside.page("/")
    visitor().get(outside.url(host="outside.test"))
    assert not {"authorization", "proxy-authorization"} & outside.requests[0].headers.keys()
