"""The web as a source of documents: single addresses, and registered sites looked at again and again."""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from ingest.files import Originals
from ingest.sources.fetching.fetch import Fetcher
from ingest.sources.fetching.fetched import Freshness, Validators
from ingest.sources.fetching.url import parse
from ingest.sources.item import Seen, Trouble, Unchanged
from ingest.sources.register import Kind, Source
from ingest.sources.web.kinds import guess, pages
from ingest.sources.web.page import Finished, Unfetched, WebPage
from rag.errors import NotFound, Refused
from rag.places import NOTHING_KNOWN, Mark, Place


class Address:
    """One address, fetched when it is opened."""

    def __init__(self, url: str, fetcher: Fetcher) -> None:
        """Anything will do: what is no web address says so when it is opened, as what is no file does."""
        self.source = self.origin = _spelt(url)
        self.mark = NOTHING_KNOWN
        self._fetcher = fetcher

    @contextmanager
    def open(self) -> Iterator[io.BytesIO]:
        """What it holds. Raises as Fetcher.get."""
        answer = self._fetcher.get(self.origin)
        self.mark = _mark(answer.body, answer.validators)
        yield io.BytesIO(answer.body)


class Page:
    """A page that a look at a site has brought."""

    def __init__(self, page: WebPage) -> None:
        """It must be fresh."""
        self.source = self.origin = page.url
        self.mark = _mark(page.body, page.validators)
        self._body = page.body

    @contextmanager
    def open(self) -> Iterator[io.BytesIO]:
        """Its bytes."""
        yield io.BytesIO(self._body)


class WebSite:
    """A registered page, sitemap, feed or site."""

    def __init__(self, source: Source, fetcher: Fetcher, stored: Callable[[str], bytes | None]) -> None:
        """``stored`` gives the bytes that a page had the last time, by its origin."""
        self._source = source
        self._fetcher = fetcher
        self._stored = stored
        self._known = 0
        self._end = Finished(reason="", passed_over={}, part=True)

    def look(self, known: Mapping[str, Mark]) -> Iterator[Seen]:
        """Every page: fresh, unchanged as its server says, or in trouble."""
        before = {url: Validators(mark.etag, mark.last_modified) for url, mark in known.items()}
        self._known = len(known)
        source = self._source
        for each in pages(source.location, source.kind, source.options, self._fetcher, before, self._stored):
            if isinstance(each, Finished):
                self._end = each
            elif isinstance(each, WebPage):
                yield _seen(each)
            elif not self._dead_link(each, known):
                yield Trouble(origin=each.url, source=each.url, reason=str(each.error))

    def expected(self) -> int | None:
        """How many pages there were the last time: more cannot be told of a site."""
        return self._known or None

    def gone(self, origin: str) -> bool:  # noqa: ARG002
        """Whether a page that was not seen is no more: only a look at everything can tell."""
        return self._end.complete

    def trouble(self) -> str:
        """Why pages that are known were not seen, and may be there all the same."""
        return self._end.reason

    def _dead_link(self, failed: Unfetched, known: Mapping[str, Mark]) -> bool:
        """A site's own mistake: a link to a page that never was."""
        return self._source.kind is Kind.SITE and failed.gone and failed.url not in known


class Web:
    """The way to the web, for whoever takes documents in."""

    def __init__(self, fetcher: Fetcher, originals: Originals) -> None:
        """Originals say what pages linked to that have not changed."""
        self._fetcher = fetcher
        self._originals = originals

    def kind(self, url: str) -> Kind:
        """What an address leads to: a page, a sitemap or a feed. Raises as Fetcher.get."""
        return guess(url, self._fetcher)

    def check(self, url: str) -> str:
        """An address in its normal spelling, if it may be fetched from here. Raises as Fetcher.check."""
        return self._fetcher.check(url)

    def address(self, url: str) -> Address:
        """One page."""
        return Address(url, self._fetcher)

    def site(self, source: Source, places: Mapping[str, Place]) -> WebSite:
        """A registered source on the web, and its places."""

        def stored(origin: str) -> bytes | None:
            try:
                return self._originals.path(places[origin].sha256).read_bytes()
            except (KeyError, NotFound, OSError):
                return None

        return WebSite(source, self._fetcher, stored)


def _spelt(url: str) -> str:
    """An address in normal spelling; what is none as it is."""
    try:
        return str(parse(url))
    except Refused:
        return url


def _seen(page: WebPage) -> Seen:
    if page.status is Freshness.UNCHANGED:
        return Unchanged(origin=page.url, source=page.url)
    return Page(page)


def _mark(body: bytes, validators: Validators) -> Mark:
    return Mark(size=len(body), etag=validators.etag, last_modified=validators.last_modified)
