"""XML from the web that lists addresses, parsed so that it can neither reach out nor blow up."""

import re
from typing import Any

from ingest.sources.fetching.inflate import GZIP_START, gunzip
from rag.errors import UnreadableDocument

MOST_BYTES = 52_428_800  # what sitemaps.org allows one list, opened
# No document type may stand before the root: no list of pages needs one, and entities are defined there. What was
# passed over is not tried again differently (*+), so that nothing passes for a comment, and in no long time.
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?+\s*+(?:<\?.*?\?>\s*+|<!--.*?-->\s*+)*+<(?:[\w.-]+:)?([A-Za-z]+)", re.DOTALL
)
_HEAD_BYTES = 4096


def opened(data: bytes, url: str) -> bytes:
    """A list's bytes, unpacked where they are gzip. Raises UnreadableDocument."""
    if not data.startswith(GZIP_START):
        return data
    try:
        return gunzip(data, MOST_BYTES)
    except ValueError as error:
        raise unreadable(url, str(error)) from error


def root_name(data: bytes) -> str:
    """The name of the outermost element, in lower case; empty where it is no XML, or not of the plain sort."""
    match = _ROOT.match(data[:_HEAD_BYTES])
    return match[1].decode("ascii").lower() if match else ""


def tree(data: bytes, url: str) -> Any:
    """Its root element. Raises UnreadableDocument."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise unreadable(url, f"it is not sound XML ({error})") from error


def unreadable(url: str, why: str) -> UnreadableDocument:
    """The error for a list that cannot be used."""
    return UnreadableDocument(
        f"The list of pages at {url} cannot be used: {why}. Whoever runs that site can put it right."
    )
