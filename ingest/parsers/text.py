"""Plain text, kept as it is: offsets into a UTF-8 file with LF line ends are offsets into the page."""

import codecs
import re
from collections.abc import Iterator
from pathlib import PurePath

from ingest.invisible import without
from ingest.parsers.reading import Reading, empty
from rag.types import Block, BlockKind, MediaType, Page, Parsed

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = (("utf-16-le", 1), ("utf-16-be", 0))  # and where the empty half of each Latin letter is
_LATIN = 0.7  # share of letters with an empty half from which text without a mark is taken for UTF-16
_LEAST = 8  # bytes that are needed to tell
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ASCII = bytes(range(128))
_LINE_END = re.compile(r"\r\n?")
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_ITEM = re.compile(r"([ \t]*)(?:[-*+•‣◦▪■●○–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)])[ \t]+\S")
_SENTENCE_END = re.compile(r"[.!?,;:…][\"'”’)\]]*$")
_SAMPLE = 65_536  # bytes looked at to guess an encoding
_HEADING_CHARS = 80
_TAB = 4  # columns of indent a level of a list


def parse(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:  # noqa: ARG001
    """Read plain text: one page, verbatim but for line ends and what no database stores.

    Raises:
        NoText: nothing but what shows nothing.
    """
    text = decode(data)
    if not without(text).strip():
        raise empty(name)
    lost = text.count("\ufffd") - data.count("\ufffd".encode())
    warnings = (f"{lost} characters could not be read and show as \ufffd.",) if lost > 0 else ()
    page = Page(number=1, text=text, blocks=blocks(text))
    return Parsed(title=_title(page), media_type=MediaType.TEXT, pages=(page,), warnings=warnings)


def decode(data: bytes) -> str:
    """Text of bytes: by byte order mark, as UTF-8, else by the likeliest encoding. Never raises.

    Line ends become LF; NUL and lone surrogates, which databases refuse, become U+FFFD.
    """
    return _LINE_END.sub("\n", storable(_decoded(data)))


def unmarked(data: bytes) -> str:
    """The kind of UTF-16 that bytes without a mark are: half of nearly each letter is empty, none is a control.

    Empty for any others, also for UTF-16 of scripts other than Latin.
    """
    sample = data[: min(len(data), _SAMPLE) & ~1]
    for encoding, at in _UNMARKED:
        empty, full = sample[at::2].count(0), sample[1 - at :: 2].count(0)
        if len(sample) >= _LEAST and not full and empty >= _LATIN * len(sample) / 2:
            return "" if _CONTROL.search(sample.decode(encoding, "ignore")) else encoding
    return ""


def storable(text: str) -> str:
    """The text with NUL and lone surrogates as U+FFFD: PostgreSQL and UTF-8 refuse them."""
    return _UNSTORABLE.sub("\ufffd", text)


def blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs between blank lines, list items, and short lines that stand alone as headings."""
    last = len(text.rstrip())
    return tuple(block for start, end in _paragraphs(text) for block in _parts(text, start, end, last))


def _decoded(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if encoding := unmarked(data):
        return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_guess(data), "replace")


def _guess(data: bytes) -> str:
    """An encoding for bytes that are not UTF-8; UTF-8 itself where most of what is not ASCII is."""
    from charset_normalizer import from_bytes

    decoded = data.decode("utf-8", "replace")
    broken = decoded.count("\ufffd")
    others = len(decoded) - (len(data) - len(data.translate(None, _ASCII)))
    if others > 3 * broken:
        return "utf-8"
    best = from_bytes(data[:_SAMPLE]).best()
    return best.encoding if best else "cp1252"


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Spans of lines with no blank line between them, from first to last letter."""
    start = end = -1
    for match in _LINE.finditer(text):
        if start >= 0 and match.start() > end + 1:
            yield start, end
            start = -1
        start, end = (match.start() if start < 0 else start), match.end()
    if start >= 0:
        yield start, end


def _parts(text: str, start: int, end: int, last: int) -> Iterator[Block]:
    """A paragraph as one block, or one for each list item in it; a heading needs text below it."""
    lines = [(match.start(), match.end()) for match in _LINE.finditer(text, start, end)]
    if len(lines) == 1 and _is_heading(text[start:end]) and end < last:
        yield Block(start=start, end=end, kind=BlockKind.HEADING, level=1)
        return
    openings = [i for i, (first, last) in enumerate(lines) if i == 0 or _ITEM.match(text, first, last)]
    for opening, following in zip(openings, [*openings[1:], len(lines)], strict=True):
        item = _ITEM.match(text, *lines[opening])
        kind = BlockKind.ITEM if item else BlockKind.PARAGRAPH
        level = len(item[1].expandtabs(_TAB)) // _TAB if item else 0
        yield Block(start=lines[opening][0], end=lines[following - 1][1], kind=kind, level=level)


def _is_heading(line: str) -> bool:
    bare = line.strip()
    return (
        len(bare) <= _HEADING_CHARS
        and bool(re.search(r"[^\W\d_]{2}", bare))
        and not (_SENTENCE_END.search(bare) or _ITEM.match(line))
    )


def _title(page: Page) -> str:
    first = page.blocks[0]
    return page.text[first.start : first.end].strip() if first.kind is BlockKind.HEADING else ""


def stem(name: str) -> str:
    """The file's name without folders and ending."""
    return PurePath(name).stem
