"""Feeds: RSS and Atom, of which only the entries' addresses are used."""

from io import BytesIO

from ingest.sources.fetching.url import link
from ingest.sources.web import xml_list

_MOST_ENTRIES = 5000


def is_feed(data: bytes) -> bool:
    """Whether the bytes are a feed."""
    return xml_list.root_name(data) in ("rss", "feed", "rdf")


def entries(data: bytes, url: str) -> list[str]:
    """The addresses of a feed's entries, each once, in its order.

    Raises:
        UnreadableDocument: it is no feed.
    """
    import feedparser

    data = xml_list.opened(data, url)
    if not is_feed(data):
        raise xml_list.unreadable(url, "it is no feed, neither RSS nor Atom")
    # A stream, never the bytes themselves: those it would also try as the name of a file.
    feed = feedparser.parse(BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if feed.bozo and not feed.entries:
        raise xml_list.unreadable(url, f"it is damaged ({feed.bozo_exception})")
    found = (link(str(entry.get("link", "")), url) for entry in feed.entries[:_MOST_ENTRIES])
    return list(dict.fromkeys(filter(None, found)))
