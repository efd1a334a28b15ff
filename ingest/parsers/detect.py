"""What kind of document some bytes are. Their content decides; the name settles it between kinds of text."""

import codecs
import io
import re
from pathlib import PurePath
from zipfile import ZipFile

from ingest.parsers import archive, table
from ingest.parsers.reading import Limits, Reading, empty
from ingest.parsers.text import decode, unmarked
from rag.errors import EncryptedDocument, UnsupportedType
from rag.types import MediaType

_READ = (
    "PDF; web pages (HTML), Markdown, plain text, JSON and source code; Word (DOCX), PowerPoint (PPTX), "
    "Excel (XLSX), OpenDocument texts (ODT), RTF and EPUB; tables as CSV; mail (EML, MSG); "
    "pictures (PNG, JPEG, TIFF)"
)
_PDF_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*%PDF-")
_PDF_OBJECT = re.compile(rb"(?:\A|[\r\n])[ \t]{0,8}\d{1,10} \d{1,5} obj\b")
_PDF_REACH = 1024  # bytes of anything else that readers tolerate before a PDF's header
_ZIP_START = b"PK\x03\x04"
_OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STARTS = (
    (b"{\\rtf", MediaType.RTF),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"II+\x00", MediaType.TIFF),
    (b"MM\x00+", MediaType.TIFF),
)
_REFUSED = (
    (b"GIF8", "a picture of a kind (GIF)"),
    (b"RIFF", "a picture, sound or film of a kind (RIFF)"),
    (b"%!PS", "a PostScript document"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ\x00", "a compressed file"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file"),
    (b"Rar!\x1a\x07", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"SQLite format 3\x00", "a database"),
)
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_HEAD_BYTES = 65_536
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b") + b"\x7f"
_MAX_CONTROL = 0.02  # share of control characters above which bytes are no text
_OFFICE_PARTS = (
    (b"wordprocessingml.document.main+xml", MediaType.DOCX),
    (b"presentationml.presentation.main+xml", MediaType.PPTX),
    (b"presentationml.slideshow.main+xml", MediaType.PPTX),
    (b"spreadsheetml.sheet.main+xml", MediaType.XLSX),
)
_MIMETYPES = {kind.value.encode(): kind for kind in (MediaType.ODT, MediaType.EPUB)}
_LIST_BYTES = 1 << 20  # of an Office document's list of parts
_LEADING = re.compile(r"(?:\s|\ufeff|<!--.*?-->|<\?xml[^>]*\?>)*", re.DOTALL)
_HTML_START = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_SVG_START = re.compile(r"<(?:!doctype\s+)?svg\b", re.IGNORECASE)
_HTML_TAG = re.compile(
    r"<(?:div|p|table|article|main|section|h[1-6]|ul|ol|meta|title|script|span|a|br|img|form)\b[^<>]*>",
    re.IGNORECASE,
)
_TELLING_TAGS = 3
_JSON_START = re.compile(r"\ufeff?\s*(?:[\[{\"]|-?\d|true\b|false\b|null\b)")
_JSON_CONTENT = re.compile(r"\ufeff?\s*(?:\[\s*)*\{\s*\"(?:[^\"\\\n]|\\.){0,200}\"\s*:")
_MAIL_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,60}):")
_MAIL_NAMES = frozenset({"from", "to", "cc", "subject", "date", "sender", "reply-to"})
_MAIL_MACHINE = frozenset({"received", "return-path", "delivered-to", "message-id", "mime-version"})
_MARKDOWN_NAMES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_HTML_NAMES = frozenset({".html", ".htm", ".xhtml"})
_JSON_NAMES = frozenset({".json", ".jsonl", ".ndjson", ".geojson", ".ipynb"})
_TABLE_NAMES = frozenset({".csv", ".tsv", ".tab"})
_CODE_NAMES = frozenset(
    f".{ending}"
    for ending in (
        "adb asm awk bash bat c cc cfg clj cmake cmd conf cpp cs css cxx dart diff dockerfile el elm erl ex exs "
        "f90 fish fs go gradle graphql groovy h hcl hh hpp hs ini ipp java jl js jsx kt kts less lisp lua m make "
        "mjs mk ml nix pas patch php pl pm proto ps1 psql py pyi r rb rs sass scala scm scss sh sql svelte swift "
        "tcl tex tf toml ts tsx v vb vbs vhd vue xml xsd xsl yaml yml zig zsh"
    ).split()
)


def media_type(data: bytes, name: str, reading: Reading = Reading()) -> MediaType:
    """The kind of a document, from its first bytes and, where it is an archive, from what that holds.

    Raises:
        NoText: the file is empty.
        EncryptedDocument: it is an Office document with a password.
        UnsupportedType: it is of a kind that is not read.
        UnreadableDocument: it is an archive that is damaged, or beyond the limits.
    """
    if not data.strip(b"\x00 \t\r\n\v\f"):
        raise empty(name)
    head = data[:_HEAD_BYTES]
    if head.startswith(_ZIP_START):
        return _kind_of_archive(data, name, reading.limits)
    if head.startswith(_OLE_START):
        return _kind_of_compound(data, name)
    for magic, kind in _STARTS:
        if head.startswith(magic):
            return kind
    if _is_pdf(head, name):
        return MediaType.PDF
    _refuse_foreign(head, name)
    found = _kind_of_text(decode(head), PurePath(name).suffix.lower())
    if found is None:
        raise _refusal(name, "a drawing of a kind (SVG)")
    return found


def _refuse_foreign(head: bytes, name: str) -> None:
    for magic, what in _REFUSED:
        if head.startswith(magic):
            raise _refusal(name, what)
    if not _is_text(head):
        raise _refusal(name, "of a kind")


def _refusal(name: str, what: str) -> UnsupportedType:
    return UnsupportedType(f"{name} is {what} that is not read. What is read: {_READ}.")


def _is_pdf(head: bytes, name: str) -> bool:
    if _PDF_START.match(head):
        return True
    hinted = b"%PDF-" in head[:_PDF_REACH] or name.lower().endswith(".pdf")
    return hinted and _PDF_OBJECT.search(head) is not None


def _kind_of_archive(data: bytes, name: str, limits: Limits) -> MediaType:
    packed = archive.directory(data, name, limits)
    with archive.sound(name, "a ZIP archive"):
        stated = _beginning(packed, "mimetype").strip()
        parts = _beginning(packed, "[Content_Types].xml")
    if stated in _MIMETYPES:
        return _MIMETYPES[stated]
    for part, kind in _OFFICE_PARTS:
        if part in parts:
            return kind
    if b"macroEnabled" in parts:
        raise _refusal(name, "an Office document with macros, a kind")
    raise _refusal(name, "a ZIP archive or a document packed like one, of a kind")


def _beginning(packed: ZipFile, member: str) -> bytes:
    """What a member begins with; nothing where there is none or it needs a password."""
    if member not in packed.namelist() or packed.getinfo(member).flag_bits & 1:
        return b""
    with packed.open(member) as stream:
        return stream.read(_LIST_BYTES)


def _kind_of_compound(data: bytes, name: str) -> MediaType:
    """Outlook's messages, encrypted new Office documents and all old ones are filed the same way."""
    import olefile

    with (
        archive.sound(name, "an old Office document or an Outlook message"),
        olefile.OleFileIO(io.BytesIO(data)) as ole,
    ):
        message, encrypted = ole.exists("__properties_version1.0"), ole.exists("EncryptedPackage")
    if message:
        return MediaType.MSG
    if encrypted:
        raise EncryptedDocument(f"{name} needs a password. Save it without one, and add that.")
    raise UnsupportedType(
        f"{name} is an Office document of the kind used before 2007, which is not read. "
        f"Open it, save it as DOCX, PPTX or XLSX, and add that. What is read: {_READ}."
    )


def _is_text(head: bytes) -> bool:
    if head.startswith(_BOMS) or unmarked(head):
        return True
    return len(head) - len(head.translate(None, _CONTROL)) <= _MAX_CONTROL * len(head)


def _kind_of_text(text: str, ending: str) -> MediaType | None:
    """The kind of a text; None for a drawing, whose text is markup and what it shows no text."""
    begins = _LEADING.match(text)
    start = begins.end() if begins else 0
    if _is_mail(text, ending):
        return MediaType.EML
    if _HTML_START.match(text, start):
        return MediaType.HTML
    named = _kind_by_name(text, ending)
    if named is not None:
        return named
    if _SVG_START.match(text, start):
        return None
    tags = sum(1 for _, _ in zip(_HTML_TAG.finditer(text), range(_TELLING_TAGS), strict=False))
    marked_up = text.startswith("<", start) and tags >= _TELLING_TAGS
    if marked_up or (ending in _HTML_NAMES and tags):
        return MediaType.HTML
    return MediaType.JSON if _JSON_CONTENT.match(text) else MediaType.TEXT


def _kind_by_name(text: str, ending: str) -> MediaType | None:
    """What the name says, where the text may be that."""
    if ending in _MARKDOWN_NAMES:
        return MediaType.MARKDOWN
    if ending in _CODE_NAMES:
        return MediaType.CODE
    if ending in _JSON_NAMES and _JSON_START.match(text):
        return MediaType.JSON
    if ending in _TABLE_NAMES and table.delimiter(text):
        return MediaType.CSV
    return None


def _is_mail(text: str, ending: str) -> bool:
    """Whether the text begins with the headers of a mail, some of which only machines write."""
    names = set()
    for line in text[: text.find("\n\n") + 1 or len(text)].splitlines():
        header = _MAIL_HEADER.match(line)
        if header:
            names.add(header[1].lower())
        elif not names or not line.startswith((" ", "\t")):
            return False
    people, machine = names & _MAIL_NAMES, names & _MAIL_MACHINE
    return bool(people) and (bool(machine) or (ending == ".eml" and len(people) > 1))
