"""The words which PDFium finds on a page, in its order, and where they stand on the page as displayed.

One call brings all characters, two calls a word bring its box: a box for each character costs PDFium's
callers three times as much.
"""

import ctypes
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import numpy as np

from ingest.parsers.printed import concealed, letters
from ingest.parsers.printed.calls import ADDRESS, INT, LONG, address, function
from ingest.parsers.printed.objects import Flags, Paints, drawn
from rag.boxes import Boxes, Spans
from rag.hidden import Concealment

_HYPHEN = "\ufffe"  # what PDFium writes for a hyphen at a line's end, in place of the line break
_WORD = re.compile(rf"[^\s{_HYPHEN}]+{_HYPHEN}?|{_HYPHEN}")
_BREAK = re.compile(rf"[\n{_HYPHEN}]")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LONE = re.compile("[\ud800-\udfff]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_MEANINGLESS = re.compile("[\ufffd\ue000-\uf8ff]")
_PIXELS = 100_000_000
_SAMPLE = 40  # letters of a page whose meaning is asked for
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
    suspect: bool = False  # something was written on the page, but PDFium makes no words of it
    garbled: bool = False  # most of its letters mean nothing: they have no place in Unicode
    drawn: bool = False  # there is something else on the page than text
    pictures: float = 0.0  # share of the page that pictures cover
    largest: int = 0  # pixels of the largest picture
    hidden: Mapping[Concealment, int] = field(default_factory=dict)  # letters that do not show, by how
    veiled: tuple[str, ...] = ()  # words of the text that does not show where it is on the page
    inspected: bool = True  # False where it could not be looked for what does not show


def read(page: Any, keep: Collection[Concealment] = (), pixels: int = _PIXELS) -> TextLayer:
    """The text layer of a ``pypdfium2.PdfPage``, without what does not show but for the kinds to `keep`.

    A page with a picture of more `pixels` is not drawn to look for what does not show.
    Raises what pypdfium2 raises where the page is broken.
    """
    textpage = page.get_textpage()
    try:
        return _layer(page, textpage.raw, keep, pixels)
    finally:
        textpage.close()


def _layer(page: Any, raw: Any, keep: Collection[Concealment], pixels: int) -> TextLayer:
    text, where = _characters(raw)
    found = _words(text)
    boxes = letters.displayed(page, raw, where, found.spans)
    every = concealed.Letters(text=text, where=where, spans=found.spans, boxes=boxes)
    objects = drawn(page)
    largest = int(objects.paints.pixels.max(initial=0)) if objects else 0
    inspected = objects is not None and largest <= pixels
    spans = concealed.veiled(page, raw, every, objects) if objects and inspected else {}
    if gone := [span for how, each in spans.items() if how not in keep for span in each]:
        found = _words(_blanked(text, gone))
        boxes = letters.displayed(page, raw, where, found.spans)
    width, height = page.get_size()
    off = concealed.misplaced(raw, boxes, where[found.spans[:, 0]].tolist(), width, height)
    hidden = {how: sum(b - a for a, b in each) for how, each in spans.items()} | found.letters(off)
    kept = ~np.logical_or.reduce([np.zeros(len(boxes), bool), *(off[how] for how in off if how not in keep)])
    found, boxes = found.only(kept), boxes[kept]
    return TextLayer(
        words=tuple(found.words),
        boxes=boxes,
        lines=tuple(found.lines),
        strong=_strength(raw, where, found),
        width=width,
        height=height,
        suspect=not len(every.spans) and (objects is None or len(objects.texts.at) > 0),
        garbled=_is_garbled(raw, every),
        drawn=objects is None or len(objects.paints) > 0,
        pictures=_pictured(objects.paints, width * height) if objects else 0.0,
        hidden=hidden,
        veiled=tuple(text[a:b] for each in spans.values() for a, b in each),
        largest=largest,
        inspected=inspected,
    )


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with those spans blank."""
    letters_left = list(text)
    for start, end in spans:
        letters_left[start:end] = " " * (end - start)
    return "".join(letters_left)


def _is_garbled(raw: Any, every: concealed.Letters) -> bool:
    """Whether most letters are replacement or private characters, or of fonts that do not say what they mean."""
    shown = every.where[letters.within(every.spans)]
    if 2 * len(_MEANINGLESS.findall(every.text)) > len(shown):
        return True
    sample = shown[:: max(1, len(shown) // _SAMPLE)].tolist()
    wrong = map(function("FPDFText_HasUnicodeMapError", INT, ADDRESS, INT), repeat(address(raw)), sample)
    return 2 * list(wrong).count(1) > len(sample)


def _pictured(paints: Paints, area: float) -> float:
    boxes = paints.boxes[paints.pixels > 0]
    covered = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sum()
    return min(1.0, float(covered) / max(area, 1.0))


def _characters(raw: Any) -> tuple[str, letters.Indexes]:
    """The characters, storable ones, and for each its index in PDFium's own list."""
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFText_CountChars(raw)
    buffer = (ctypes.c_ushort * (2 * max(count, 0) + 2))()
    units = pdfium.FPDFText_GetText(raw, 0, count, buffer) - 1
    text = bytes(memoryview(buffer).cast("B")[: 2 * max(units, 0)]).decode("utf-16-le", "surrogatepass")
    where = np.arange(len(text))
    if units != count or len(text) != count:  # characters left out or of two units: the slow exact way
        text, where = _one_by_one(raw, count)
    return _LONE.sub("\ufffd", _UNSTORABLE.sub(" ", text)), where


def _one_by_one(raw: Any, count: int) -> tuple[str, letters.Indexes]:
    """The characters of PDFium's code units, and for each the index of its (first) unit."""
    get = function("FPDFText_GetUnicode", ctypes.c_uint, ADDRESS, INT)
    codes = np.fromiter(map(get, repeat(address(raw)), range(count)), "<u4", count)
    where = np.flatnonzero((codes > 0) & (codes <= sys.maxunicode))
    text = codes[where].tobytes().decode("utf-32-le", "surrogatepass")
    seconds = [match.start() + 1 for match in _PAIR.finditer(text)]
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass"), np.delete(
        where, seconds
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    words: list[str]
    spans: Spans  # of the words, in their text
    lines: list[int]  # of each line the index of its first word

    def letters(self, chosen: Mapping[Concealment, Flags]) -> dict[Concealment, int]:
        """How many letters the words have that were chosen, by why."""
        counts = self.spans[:, 1] - self.spans[:, 0]
        return {how: int(counts[mask].sum()) for how, mask in chosen.items() if mask.any()}

    def only(self, kept: Flags) -> "_Words":
        """Those words alone."""
        if kept.all():
            return self
        chosen = np.flatnonzero(kept)
        line = np.searchsorted(self.lines, chosen, side="right")
        return _Words(
            words=[self.words[at] for at in chosen],
            spans=self.spans[chosen],
            lines=np.flatnonzero(np.diff(line, prepend=-1)).tolist(),
        )


def _words(text: str) -> _Words:
    """The words of a text and their lines."""
    spans = [match.span() for match in _WORD.finditer(text)]
    words = [text[a:b] for a, b in spans]
    table = np.array(spans, np.int64).reshape(-1, 2)
    breaks = [match.start() for match in _BREAK.finditer(text)]
    lines = {0, *np.searchsorted(table[:, 0], breaks, side="right").tolist()} - {len(words)}
    if _HYPHEN in text:
        words = [word.replace(_HYPHEN, "-") for word in words]
    return _Words(words=words, spans=table, lines=sorted(lines))


def _strength(raw: Any, where: letters.Indexes, found: _Words) -> tuple[bool, ...]:
    """Whether the first and last words of each line are bold or italic."""
    get = function("FPDFText_GetFontInfo", LONG, ADDRESS, INT, ADDRESS, LONG, ADDRESS)
    at, name = address(raw), ctypes.create_string_buffer(_NAME_BYTES)

    def strong(letter: int) -> bool:
        known = 0 < get(at, letter, name, _NAME_BYTES, None) <= _NAME_BYTES
        return known and _STRONG.search(name.value) is not None

    firsts = where[found.spans[:, 0]].tolist()
    lasts = [end - 1 for end in (*found.lines[1:], len(firsts))]
    return tuple(
        strong(firsts[first]) and strong(firsts[last])
        for first, last in zip(found.lines, lasts, strict=False)
    )
