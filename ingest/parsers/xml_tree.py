"""XML from documents, which is hostile: no entity is expanded, nothing is fetched, depth and size are bounded."""

import re
from html.entities import html5
from typing import Any

from rag.errors import UnreadableDocument

_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_OWN = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})  # XML's own


def root(data: bytes, name: str) -> Any:
    """The root element, without comments.

    Raises:
        UnreadableDocument: it is no XML, or nested deeper or longer than documents are.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument(
            f"{name} cannot be read: a part of it is damaged, or nested deeper than any document needs. "
            "Open it in the program that made it, save it again, and add that."
        ) from error


def web_root(data: bytes, name: str) -> Any:
    """The root of an XHTML page, read as the web page that it often is where it is no XML. Raises like `root`."""
    from lxml import etree

    try:
        return root(_NAMED.sub(_numbered, data), name)
    except UnreadableDocument:
        parser = etree.HTMLParser(
            no_network=True, remove_comments=True, remove_pis=True, encoding=_utf8(data)
        )
        try:
            found = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError):
            found = None
        if found is None:
            raise
        return found


def local(element: Any) -> str:
    """An element's name without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _numbered(entity: re.Match[bytes]) -> bytes:
    """HTML's names of characters, which XML does not know, as numbers."""
    if entity[1] in _OWN:
        return entity[0]
    characters = html5.get(entity[1].decode("ascii") + ";", "")
    return "".join(f"&#{ord(character)};" for character in characters).encode() or entity[0]


def _utf8(data: bytes) -> str | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"
