"""What a web page says about itself and where it leads."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ingest.sources.fetching.url import link

_MOST_BYTES = 4_194_304  # of a page that are looked through
_MOST_LINKS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """A page as a crawler reads it."""

    canonical: str = ""  # the address that it calls its own; empty where it calls none
    noindex: bool = False  # it asks not to be taken in
    to: tuple[str, ...] = ()  # the pages that it leads to, in order; none where it asks not to follow them


def read(data: bytes, url: str, robots: str = "") -> Links:
    """What the page's HTML says; ``robots`` is what its server said with it. Nothing where it cannot be read."""
    from lxml import etree, html

    try:
        page = html.document_fromstring(data[:_MOST_BYTES], parser=html.HTMLParser(encoding=_encoding(data)))
    except (etree.LxmlError, ValueError):
        return Links()
    base = next((found for found in _of(page, "base", "href", url) if found), url)
    wishes = _wishes(page) | (set() if ":" in robots else _words(robots))  # with a colon: to somebody else
    followed = (
        () if wishes & {"nofollow", "none"} else dict.fromkeys(islice(_followed(page, base), _MOST_LINKS))
    )
    return Links(
        canonical=_canonical(page, base), noindex=bool(wishes & {"noindex", "none"}), to=tuple(followed)
    )


def _encoding(data: bytes) -> str | None:
    """What the bytes are sure to be; None leaves it to the page's own word, which half of the pages do not give."""
    try:
        data[:_MOST_BYTES].decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _of(page: Any, tag: str, attribute: str, base: str) -> Iterator[str]:
    return (link(element.get(attribute) or "", base) for element in page.iter(tag))


def _followed(page: Any, base: str) -> Iterator[str]:
    for element in page.iter("a", "area"):
        target, rel = element.get("href"), _words(element.get("rel") or "")
        if target and "nofollow" not in rel and (found := link(target, base)):
            yield found


def _canonical(page: Any, base: str) -> str:
    for element in page.iter("link"):
        if "canonical" in _words(element.get("rel") or ""):
            return link(element.get("href") or "", base)
    return ""


def _wishes(page: Any) -> set[str]:
    named = (
        meta
        for meta in page.iter("meta")
        if (meta.get("name") or "").strip().lower() in ("robots", "footnote")
    )
    return {word for meta in named for word in _words(meta.get("content") or "")}


def _words(text: str) -> set[str]:
    return set(text.lower().replace(",", " ").split())
