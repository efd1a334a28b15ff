"""What kind of document some bytes are. Their content decides; the name settles it between kinds of text."""

import codecs
import re
from pathlib import PurePath

from ingest.parsers.text import decode
from rag.errors import NoText, UnsupportedType
from rag.types import MediaType

_READ = "PDF, web pages (HTML), Markdown and plain text"
_PDF_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*%PDF-")
_PDF_OBJECT = re.compile(rb"(?:\A|[\r\n])[ \t]{0,8}\d{1,10} \d{1,5} obj\b")
_PDF_REACH = 1024  # bytes of anything else that readers tolerate before a PDF's header
_KNOWN = (
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"{\\rtf", "a rich text (RTF) document"),
    (b"\x89PNG\r\n\x1a\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"%!PS", "a PostScript document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ\x00", "a compressed file"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"SQLite format 3\x00", "a database"),
)
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_HEAD_BYTES = 65_536
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b") + b"\x7f"
_MAX_CONTROL = 0.02  # share of control characters above which bytes are no text
_LEADING = re.compile(r"(?:\s|\ufeff|<!--.*?-->|<\?xml[^>]*\?>)*", re.DOTALL)
_HTML_START = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_HTML_TAG = re.compile(
    r"<(?:div|p|table|article|main|section|h[1-6]|ul|ol|meta|title|script|span|a|br|img|form)\b[^<>]*>",
    re.IGNORECASE,
)
_TELLING_TAGS = 3
_MARKDOWN_NAMES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_HTML_NAMES = frozenset({".html", ".htm", ".xhtml"})


def media_type(data: bytes, name: str) -> MediaType:
    """The kind of a document, from its first bytes.

    Raises:
        NoText: the file is empty.
        UnsupportedType: it is of a kind that is not read.
    """
    if not data.strip(b"\x00 \t\r\n\v\f"):
        raise NoText(f"{name} is empty: there is no text in it.")
    head = data[:_HEAD_BYTES]
    if _is_pdf(head, name):
        return MediaType.PDF
    for magic, what in _KNOWN:
        if head.startswith(magic):
            raise UnsupportedType(f"{name} is {what}, which is not read. What is read: {_READ}.")
    if not _is_text(head):
        raise UnsupportedType(f"{name} is of a kind that is not read. What is read: {_READ}.")
    return _kind_of_text(decode(head), PurePath(name).suffix.lower())


def _is_pdf(head: bytes, name: str) -> bool:
    if _PDF_START.match(head):
        return True
    hinted = b"%PDF-" in head[:_PDF_REACH] or name.lower().endswith(".pdf")
    return hinted and _PDF_OBJECT.search(head) is not None


def _is_text(head: bytes) -> bool:
    if head.startswith(_BOMS):
        return True
    return len(head) - len(head.translate(None, _CONTROL)) <= _MAX_CONTROL * len(head)


def _kind_of_text(text: str, ending: str) -> MediaType:
    begins = _LEADING.match(text)
    start = begins.end() if begins else 0
    if _HTML_START.match(text, start):
        return MediaType.HTML
    if ending in _MARKDOWN_NAMES:
        return MediaType.MARKDOWN
    tags = sum(1 for _, _ in zip(_HTML_TAG.finditer(text), range(_TELLING_TAGS), strict=False))
    marked_up = text.startswith("<", start) and tags >= _TELLING_TAGS
    if marked_up or (ending in _HTML_NAMES and tags):
        return MediaType.HTML
    return MediaType.TEXT
