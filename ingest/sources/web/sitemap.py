"""Sitemaps: lists of a site's pages, and lists of such lists, plain or packed."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ingest.sources.fetching.fetch import Fetcher
from ingest.sources.fetching.url import link, parse
from ingest.sources.web import xml_list
from rag.errors import FootnoteError

_DEEPEST = 3  # lists of lists of lists
_MOST_LISTS = 1000
_MOST_ENTRIES = 50_000  # what sitemaps.org allows one list


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page that a list names."""

    url: str
    lastmod: str = ""  # as its site says, unverified


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """One list, read."""

    pages: tuple[Listed, ...] = ()
    lists: tuple[str, ...] = ()  # addresses of further lists


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTrouble:
    """A list that could not be had or read."""

    url: str
    error: FootnoteError


def is_sitemap(data: bytes) -> bool:
    """Whether the bytes, unpacked, are a sitemap in XML."""
    return xml_list.root_name(data) in ("urlset", "sitemapindex")


def read(data: bytes, url: str) -> Sitemap:
    """What a sitemap lists: XML, or text with an address a line, each also packed with gzip.

    Raises:
        UnreadableDocument: it is neither, or damaged.
    """
    data = xml_list.opened(data, url)
    if not is_sitemap(data):
        return Sitemap(pages=tuple(_lines(data, url)))
    root = xml_list.tree(data, url)
    entries = tuple(_entries(root, url))
    if _name(root) == "sitemapindex":
        return Sitemap(lists=tuple(entry.url for entry in entries))
    return Sitemap(pages=entries)


def walk(url: str, fetcher: Fetcher) -> Iterator[Listed | ListTrouble]:
    """The pages of a sitemap and of all that it lists, those of its own site only, each once.

    A list that fails comes out as that, and costs no other.
    """
    waiting, seen, named = deque([(url, 1)]), {url}, set[str]()
    while waiting:
        here, depth = waiting.popleft()
        try:
            sitemap = _fetched(here, fetcher)
        except FootnoteError as error:
            yield ListTrouble(url=here, error=error)
            continue
        for page in sitemap.pages:
            if page.url not in named:
                named.add(page.url)
                yield page
        lists = [below for below in sitemap.lists if below not in seen]
        if lists and (depth == _DEEPEST or len(seen) + len(lists) > _MOST_LISTS):
            why = f"it leads to more than {_MOST_LISTS} lists, or more than {_DEEPEST} deep"
            yield ListTrouble(url=here, error=xml_list.unreadable(here, why))
            continue
        seen.update(lists)
        waiting += [(below, depth + 1) for below in lists]


def _fetched(url: str, fetcher: Fetcher) -> Sitemap:
    """A list, without what is of other sites than its own: nobody lists pages for somebody else."""
    answer = fetcher.get(url, max_bytes=xml_list.MOST_BYTES)
    found, site = read(answer.body, answer.url), parse(answer.url).site
    return Sitemap(
        pages=tuple(page for page in found.pages if parse(page.url).site == site),
        lists=tuple(dict.fromkeys(below for below in found.lists if parse(below).site == site)),
    )


def _entries(root: Any, url: str) -> Iterator[Listed]:
    for entry in islice(root, _MOST_ENTRIES):
        fields = {_name(child): (child.text or "").strip() for child in entry}
        if address := link(fields.get("loc", ""), url):
            yield Listed(url=address, lastmod=fields.get("lastmod", ""))


def _lines(data: bytes, url: str) -> Iterator[Listed]:
    """An error page that comes instead of the list must not pass for a list of nothing."""
    lines = [line.strip() for line in data.decode("utf-8-sig", "replace").splitlines() if line.strip()]
    if not lines or not lines[0].startswith(("http://", "https://")):
        raise xml_list.unreadable(url, "it is no sitemap, neither in XML nor as plain text")
    for line in lines[:_MOST_ENTRIES]:
        if address := link(line, url):
            yield Listed(url=address)


def _name(element: Any) -> str:
    """An element's name without its namespace, which half of the sites get wrong."""
    return str(element.tag).rpartition("}")[2].lower()
