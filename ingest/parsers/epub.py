"""E-books (EPUB): each file of the reading order a page, called by its first heading."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from ingest.parsers import archive
from ingest.parsers.draft import Draft
from ingest.parsers.hiding import left_out
from ingest.parsers.markup.xhtml import Walker
from ingest.parsers.reading import Reading, over, textless
from ingest.parsers.title import meaningful
from ingest.parsers.xml_tree import local, root, web_root
from rag.errors import EncryptedDocument, UnreadableDocument
from rag.hidden import Hidden
from rag.types import BlockKind, MediaType, Page, Parsed

_CONTAINER = "META-INF/container.xml"
_FONTS = (
    "embedding",
    "RC",
)  # what the names of the two ways of garbling fonts end with: no protection of text
_CHAPTERS = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_LABEL_CHARS = 80


def parse(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:
    """Read an e-book.

    Raises:
        NoText: it shows no text.
        EncryptedDocument: it is copy-protected.
        OverLimit: it has more chapters than pages are allowed; or see `archive.checked`.
        UnreadableDocument: its list of chapters is missing or damaged.
    """
    members = archive.members(data, name, reading)
    _check_protection(members, name)
    with archive.sound(name, "an e-book"):
        package_path = _package_path(members, name)
        package = root(members[package_path], name)
        paths = list(_chapters(package, posixpath.dirname(package_path)))
    if len(paths) > reading.limits.pages:
        raise over(name, "chapters", reading.limits.pages, "FOOTNOTE_PARSE_PAGES")
    return _parsed(members, paths, _title(package), name, reading)


def _parsed(
    members: Mapping[str, bytes], paths: list[str], title: str, name: str, reading: Reading
) -> Parsed:
    pages, hidden, lost, tables = list[Page](), list[Hidden](), list[int](), 0
    for number, path in enumerate(paths, start=1):
        walker = Walker(draft=Draft(), keep_hidden=reading.keep_hidden)
        try:
            walker.read(web_root(members[path], name))
        except (KeyError, UnreadableDocument):
            lost.append(number)
        pages.append(_page(walker.draft, number))
        tables += walker.tables
        hidden += left_out(walker.hidden, number)
    if not any(page.text for page in pages):
        raise textless(name)
    return Parsed(
        title=title,
        media_type=MediaType.EPUB,
        pages=tuple(pages),
        warnings=(f"{len(lost)} of its chapters are damaged or missing.",) if lost else (),
        unreadable=tuple(lost),
        tables=tables,
        hidden=tuple(hidden),
    )


def _page(draft: Draft, number: int) -> Page:
    page = draft.page()
    heading = next((block for block in page.blocks if block.kind is BlockKind.HEADING), None)
    label = " ".join(page.text[heading.start : heading.end].split())[:_LABEL_CHARS] if heading else ""
    return replace(page, number=number, label=label or f"Chapter {number}")


def _check_protection(members: Mapping[str, bytes], name: str) -> None:
    if "META-INF/encryption.xml" not in members:
        return
    for method in root(members["META-INF/encryption.xml"], name).iter("{*}EncryptionMethod"):
        if not (method.get("Algorithm") or "").endswith(_FONTS):
            raise EncryptedDocument(
                f"{name} is copy-protected, so its text cannot be read. Add a copy without protection."
            )


def _package_path(members: Mapping[str, bytes], name: str) -> str:
    """Where the book's own list of its parts is."""
    for each in root(members[_CONTAINER], name).iter("{*}rootfile"):
        return str(each.get("full-path", ""))
    raise UnreadableDocument(
        f"{name} is damaged: it does not say where its text is. Get it again, and add that."
    )


def _chapters(package: Any, folder: str) -> Iterator[str]:
    """Paths of the chapters in reading order, but for the table of contents."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _CHAPTERS:
            continue
        if "nav" not in (item.get("properties") or "").split():
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href", "").partition("#")[0])))


def _title(package: Any) -> str:
    titles = (each for each in package.iter("{http://purl.org/dc/elements/1.1/}title") if local(each))
    return meaningful(next((each.text for each in titles), ""))
