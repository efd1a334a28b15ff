"""The words which PDFium finds on a page, in its order, and where they stand on the page as displayed.

One call brings all characters, two calls a word bring its box: a box for each character costs PDFium's
callers three times as much.
"""

import ctypes
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.boxes import Boxes

_HYPHEN = "\ufffe"  # what PDFium writes for a hyphen at a line's end, in place of the line break
_TOKEN = re.compile(rf"\n|[^\s{_HYPHEN}]+{_HYPHEN}?|{_HYPHEN}")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LONE = re.compile("[\ud800-\udfff]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_PER_POINT = 1000  # device pixels a point, when PDFium is asked where a point is displayed
_STRONG = re.compile(rb"bold|black|heavy|demi|italic|oblique", re.IGNORECASE)
_NAME_BYTES = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLayer:
    """What stands on a page, before anyone made sense of it."""

    words: tuple[str, ...]
    boxes: Boxes  # (words, 4), points, origin top left as displayed
    lines: tuple[int, ...]  # index of the first word of each line; the first is 0
    strong: tuple[bool, ...]  # of each line: whether its first and last words are bold or italic
    width: float  # points, as displayed
    height: float
    suspect: bool  # something was written on the page, but PDFium makes no words of it


def read(page: Any) -> TextLayer:
    """The text layer of a ``pypdfium2.PdfPage``. Raises what pypdfium2 raises where the page is broken."""
    textpage = page.get_textpage()
    try:
        text, where = _characters(textpage.raw)
        words, spans, lines = _words(text)
        boxes = _displayed(page, _corners(textpage.raw, [(where[a], where[b - 1]) for a, b in spans]))
        ends = [*lines[1:], len(words)]
        strong = tuple(
            _strong(textpage.raw, where[spans[first][0]]) and _strong(textpage.raw, where[spans[end - 1][0]])
            for first, end in zip(lines, ends, strict=False)
        )
    finally:
        textpage.close()
    width, height = page.get_size()
    return TextLayer(
        words=tuple(words),
        boxes=boxes,
        lines=tuple(lines),
        strong=strong,
        width=width,
        height=height,
        suspect=not words and _is_written_on(page),
    )


def _is_written_on(page: Any) -> bool:
    """Whether a page has objects of text; pictures and lines alone hold none."""
    import pypdfium2.raw as pdfium

    return any(True for _ in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,), max_depth=4))


def _characters(raw: Any) -> tuple[str, "range | list[int]"]:
    """The characters, storable ones, and for each its index in PDFium's own list."""
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFText_CountChars(raw)
    buffer = (ctypes.c_ushort * (2 * max(count, 0) + 2))()
    units = pdfium.FPDFText_GetText(raw, 0, count, buffer) - 1
    text = bytes(memoryview(buffer).cast("B")[: 2 * max(units, 0)]).decode("utf-16-le", "surrogatepass")
    where: range | list[int] = range(len(text))
    if units != count or len(text) != count:  # characters left out or of two units: the slow exact way
        text, where = _one_by_one([pdfium.FPDFText_GetUnicode(raw, index) for index in range(count)])
    return _LONE.sub("\ufffd", _UNSTORABLE.sub(" ", text)), where


def _one_by_one(codes: list[int]) -> tuple[str, list[int]]:
    """Text of PDFium's code units, and for each of its characters the index of its (first) unit."""
    units = [(index, code) for index, code in enumerate(codes) if 0 < code <= 0x10FFFF]
    text = "".join(chr(code) for _, code in units)
    second = {match.start() + 1 for match in _PAIR.finditer(text)}
    where = [index for at, (index, _) in enumerate(units) if at not in second]
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass"), where


def _words(text: str) -> tuple[list[str], list[tuple[int, int]], list[int]]:
    """Words, their spans in the text, and the index of the first word of each line."""
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    lines: list[int] = []
    fresh = True
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word == "\n":
            fresh = True
            continue
        if fresh:
            lines.append(len(words))
        fresh = word.endswith(_HYPHEN)
        words.append(word.replace(_HYPHEN, "-"))
        spans.append(match.span())
    return words, spans, lines


def _corners(raw: Any, ends: list[tuple[int, int]]) -> Boxes:
    """Boxes of words on PDF's own axes, from those of their first and last letters."""
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    at, get = ctypes.byref(box), pdfium.FPDFText_GetLooseCharBox
    rows = []
    for first, last in ends:
        get(raw, first, at)
        row = (box.left, box.top, box.right, box.bottom)
        get(raw, last, at)
        rows.append((*row, box.left, box.top, box.right, box.bottom))
    table = np.array(rows, dtype=np.float64).reshape(-1, 2, 4)
    low, high = table.min(axis=1), table.max(axis=1)
    return np.stack((low[:, 0], high[:, 1], high[:, 2], low[:, 3]), axis=1)


def _displayed(page: Any, boxes: Boxes) -> Boxes:
    """The boxes on the page as PDFium draws it: rotated, cropped, origin top left."""
    origin = np.array(_device(page, 0, 0))
    axes = np.array((_device(page, 1000, 0), _device(page, 0, 1000)))
    turn = (axes - origin) / 1000
    one = boxes[:, [0, 1]] @ turn + origin
    other = boxes[:, [2, 3]] @ turn + origin
    return np.hstack((np.minimum(one, other), np.maximum(one, other)))


def _device(page: Any, x: float, y: float) -> tuple[float, float]:
    """Where PDFium displays a point of the page's own axes, in points from the top left."""
    import pypdfium2.raw as pdfium

    width, height = (round(side * _PER_POINT) for side in page.get_size())
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, across, down)
    return across.value / _PER_POINT, down.value / _PER_POINT


def _strong(raw: Any, index: int) -> bool:
    import pypdfium2.raw as pdfium

    name, flags = ctypes.create_string_buffer(_NAME_BYTES), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(raw, index, name, _NAME_BYTES, flags)
    return bool(_STRONG.search(name.value))
