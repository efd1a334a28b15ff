"""A site whose list of pages is down: what was read before stays, is marked stale, and is well again afterwards."""

from collections.abc import Iterator

import pytest

from ingest.sources.fetching.fetch import Fetcher
from ingest.sources.register import Kind, Options, Source
from ingest.sources.site import Web
from ingest.summary import Summary
from ingest.sync import Sync
from tests.factories import Home
from tests.fixtures.web_site import OPEN, Site, reply, site

PATHS = ("/a", "/b", "/c")
DOWN = reply(status="503 Service Unavailable")


@pytest.fixture
def here() -> Iterator[Site]:
    with site() as made:
        for path in PATHS:
            made.page(path, text=f"about {path}")
        made.page("/", *PATHS, text="about the start")
        listed = "".join(f"<url><loc>{made.url(path)}</loc></url>" for path in PATHS)
        made.replies["/sitemap.xml"] = reply(f"<urlset>{listed}</urlset>", kind="application/xml")
        items = "".join(f"<item><link>{made.url(path)}</link></item>" for path in PATHS)
        made.replies["/feed.xml"] = reply(f"<rss><channel>{items}</channel></rss>", kind="application/xml")
        yield made


def registered(home: Home, here: Site, kind: Kind, path: str) -> Source:
    return home.register.add("site", kind, here.url(path), "default", Options(delay=0.0))


def synced(home: Home, source: Source) -> Summary:
    summary = Summary()
    web = Web(Fetcher(allow=OPEN), home.originals)
    syncs = Sync(
        database=home.database, intake=home.intake, places=home.places, register=home.register, batch=home.batch,
        site=web.site,
    )  # fmt: skip
    for _ in syncs.run(source, summary):
        pass
    return summary


def troubles(home: Home, source: Source) -> list[str | None]:
    return [place.trouble for place in home.places.of_source(source.id).values()]


@pytest.mark.parametrize(
    ("kind", "path", "broken"),
    [
        (Kind.SITEMAP, "/sitemap.xml", "/sitemap.xml"),
        (Kind.FEED, "/feed.xml", "/feed.xml"),
        (Kind.SITE, "/", "/robots.txt"),
    ],
)
def test_all_pages_are_stale_while_their_list_is_down_and_none_when_it_is_back(
    home: Home, here: Site, kind: Kind, path: str, broken: str
) -> None:
    source = registered(home, here, kind, path)
    pages = synced(home, source).added
    sound = here.replies.pop(broken, reply("", kind="text/plain"))
    here.replies[broken] = DOWN
    summary = synced(home, source)
    assert [f.source for f in summary.failed] == [here.url(broken)]
    assert all(why and "503" in why for why in troubles(home, source))
    assert len(troubles(home, source)) == pages == len(home.found("about"))
    assert "503" in (home.register.named("site").outcome or {})["trouble"]
    here.replies[broken] = sound
    synced(home, source)
    assert troubles(home, source) == [None] * pages
    assert (home.register.named("site").outcome or {})["trouble"] == ""


def test_it_is_told_since_when_a_page_is_stale(home: Home, here: Site) -> None:
    source = registered(home, here, Kind.SITEMAP, "/sitemap.xml")
    synced(home, source)
    here.replies["/sitemap.xml"] = DOWN
    began = home.clock.now()
    for _ in range(2):
        synced(home, source)
        home.clock.advance(days=1)
    assert {place.trouble_at for place in home.places.of_source(source.id).values()} == {began}


def test_older_pages_that_a_feed_names_no_more_are_well_once_it_is_back(home: Home, here: Site) -> None:
    source = registered(home, here, Kind.FEED, "/feed.xml")
    synced(home, source)
    here.replies["/feed.xml"] = DOWN
    synced(home, source)
    here.replies["/feed.xml"] = reply(
        f"<rss><channel><item><link>{here.url('/a')}</link></item></channel></rss>", kind="application/xml"
    )
    synced(home, source)
    assert troubles(home, source) == [None] * 3


def test_one_page_that_is_down_leaves_the_others_alone(home: Home, here: Site) -> None:
    source = registered(home, here, Kind.SITEMAP, "/sitemap.xml")
    synced(home, source)
    here.replies["/b"] = DOWN
    synced(home, source)
    assert [bool(why) for why in troubles(home, source)] == [False, True, False]
