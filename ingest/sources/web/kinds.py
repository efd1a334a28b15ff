"""Web sources of every kind, looked at the same way: a page, a sitemap, a feed, a whole site."""

import time
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from ingest.sources.fetching.fetch import Fetcher
from ingest.sources.fetching.fetched import Known
from ingest.sources.fetching.url import parse
from ingest.sources.register import Kind, Options
from ingest.sources.web import feed, sitemap, xml_list
from ingest.sources.web.crawl import crawl
from ingest.sources.web.gather import Gathering, Stored
from ingest.sources.web.page import Finished, Seen, Unfetched, WebPage
from ingest.sources.web.visit import Visitor
from rag.errors import FootnoteError, UsageError
from rag.ports import Clock


def _nothing(url: str) -> None:  # noqa: ARG001, the shape of ``stored``
    return None


def guess(url: str, fetcher: Fetcher) -> Kind:
    """What an address leads to: a sitemap by its name or content, a feed by its content, or else a page.

    Raises as Fetcher.get.
    """
    name = unquote(parse(url).path).rpartition("/")[2].lower()
    if "sitemap" in name and name.endswith((".xml", ".xml.gz", ".txt", ".txt.gz")):
        return Kind.SITEMAP
    data = xml_list.opened(fetcher.get(url).body, url)
    if sitemap.is_sitemap(data):
        return Kind.SITEMAP
    return Kind.FEED if feed.is_feed(data) else Kind.PAGE


def pages(
    location: str,
    kind: Kind,
    options: Options,
    fetcher: Fetcher,
    known: Known,
    stored: Stored = _nothing,
    clock: Clock | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Seen | Finished]:
    """The pages of a web source, each once, and at last whether that was all of them.

    ``known``: what the pages said the last time, by WebPage.url. ``stored``: the bytes a page had then, which still
    say where it leads; None where they are not there. A page that fails costs no other. Raises UsageError for a
    kind that is not of the web.
    """
    if kind is Kind.PAGE:
        return _page(location, fetcher, known)
    gathering = Gathering(Visitor(fetcher, options.delay, clock, sleep), options, known, stored)
    match kind:
        case Kind.SITE:
            return _ended(crawl(location, gathering, options), location, gathering)
        case Kind.SITEMAP:
            return _ended(_of_sitemap(location, fetcher, gathering), location, gathering)
        case Kind.FEED:
            return _ended(_of_feed(location, fetcher, gathering), location, gathering)
    raise UsageError(f"A source of the kind {kind} is not on the web. Choose page, sitemap, feed or site.")


def _page(location: str, fetcher: Fetcher, known: Known) -> Iterator[Seen | Finished]:
    """One page that somebody asked for by name, which needs no robots.txt: as good as opened in a browser."""
    try:
        answer = fetcher.get(location, known)
    except FootnoteError as error:
        yield Unfetched(url=location, error=error)
        yield Finished(reason=str(error), passed_over={})
        return
    yield WebPage(
        url=answer.url,
        asked=location,
        status=answer.status,
        body=answer.body,
        content_type=answer.content_type,
        validators=answer.validators,
    )
    yield Finished(reason="", passed_over={})


def _of_sitemap(location: str, fetcher: Fetcher, gathering: Gathering) -> Iterator[Seen]:
    for listed in sitemap.walk(location, fetcher):
        if gathering.full():
            return
        if isinstance(listed, sitemap.ListTrouble):
            gathering.trouble = gathering.trouble or str(listed.error)
            yield Unfetched(url=listed.url, error=listed.error)
        elif gathering.within(listed.url):
            yield from gathering.take(listed.url, listed.lastmod)
        else:
            gathering.pass_over("outside of what is looked for")


def _of_feed(location: str, fetcher: Fetcher, gathering: Gathering) -> Iterator[Seen]:
    gathering.part = True  # it names only its newest pages
    answer = fetcher.get(location, max_bytes=xml_list.MOST_BYTES)
    for url in feed.entries(answer.body, answer.url):
        if gathering.full():
            return
        if gathering.within(url):
            yield from gathering.take(url)
        else:
            gathering.pass_over("outside of what is looked for")


def _ended(found: Iterator[Seen], location: str, gathering: Gathering) -> Iterator[Seen | Finished]:
    """What was found, and the end; also where the source itself could not be had."""
    try:
        yield from found
    except FootnoteError as error:
        gathering.trouble = str(error)
        yield Unfetched(url=location, error=error)
    yield gathering.finished()
