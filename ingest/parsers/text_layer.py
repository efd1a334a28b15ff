"""The words which PDFium finds on a page, in its order, and where they stand on the page as displayed.

One call brings all characters, two calls a word bring its box: a box for each character costs PDFium's
callers three times as much.
"""

import ctypes
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.parsers import concealed, letters
from ingest.parsers.objects import Paint, Text, TooManyObjects, texts_and_paints
from rag.boxes import Boxes
from rag.types import Concealment

_HYPHEN = "\ufffe"  # what PDFium writes for a hyphen at a line's end, in place of the line break
_TOKEN = re.compile(rf"\n|[^\s{_HYPHEN}]+{_HYPHEN}?|{_HYPHEN}")
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
    found = _Words(text)
    boxes = letters.displayed(page, raw, [(where[a], where[b - 1]) for a, b in found.spans])
    texts, paints = _objects(page)
    largest = max((paint.pixels for paint in paints), default=0)
    inspected = texts is not None and largest <= pixels
    every = concealed.Letters(text=text, where=where, spans=found.spans, boxes=boxes)
    spans = concealed.veiled(page, raw, every, texts or {}, paints) if inspected else {}
    if gone := [span for how, each in spans.items() if how not in keep for span in each]:
        found = _Words(_blanked(text, gone))
        boxes = letters.displayed(page, raw, [(where[a], where[b - 1]) for a, b in found.spans])
    width, height = page.get_size()
    off = concealed.misplaced(raw, boxes, [where[a] for a, _ in found.spans], width, height)
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
        suspect=not every.spans and bool(texts is None or texts),
        garbled=_is_garbled(raw, text, where),
        drawn=texts is None or bool(paints),
        pictures=_pictured(paints, width * height),
        hidden=hidden,
        veiled=tuple(text[a:b] for each in spans.values() for a, b in each),
        largest=largest,
        inspected=inspected,
    )


def _objects(page: Any) -> tuple[dict[int, Text] | None, list[Paint]]:
    """The page's texts, None where there are too many to look at, and what else is drawn."""
    try:
        return texts_and_paints(page)
    except TooManyObjects:
        return None, []


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with those spans blank."""
    letters_left = list(text)
    for start, end in spans:
        letters_left[start:end] = " " * (end - start)
    return "".join(letters_left)


def _is_garbled(raw: Any, text: str, where: Sequence[int]) -> bool:
    """Whether most letters are replacement or private characters, or of fonts that do not say what they mean."""
    import pypdfium2.raw as pdfium

    shown = [at for at, char in enumerate(text) if not char.isspace()]
    if 2 * len(_MEANINGLESS.findall(text)) > len(shown):
        return True
    sample = shown[:: max(1, len(shown) // _SAMPLE)]
    wrong = [at for at in sample if pdfium.FPDFText_HasUnicodeMapError(raw, where[at]) == 1]
    return 2 * len(wrong) > len(sample)


def _pictured(paints: Sequence[Paint], area: float) -> float:
    boxes = np.array([paint.box for paint in paints if paint.pixels]).reshape(-1, 4)
    covered = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sum()
    return min(1.0, float(covered) / max(area, 1.0))


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


class _Words:
    """Words of a text, their spans in it, and the index of the first word of each line."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = []
        self.spans: list[tuple[int, int]] = []
        self.lines: list[int] = []
        fresh = True
        for match in _TOKEN.finditer(text):
            word = match[0]
            if word == "\n":
                fresh = True
                continue
            if fresh:
                self.lines.append(len(self.words))
            fresh = word.endswith(_HYPHEN)
            self.words.append(word.replace(_HYPHEN, "-"))
            self.spans.append(match.span())

    def letters(self, chosen: Mapping[Concealment, NDArray[np.bool_]]) -> dict[Concealment, int]:
        """How many letters the words have that were chosen, by why."""
        counts = np.array([b - a for a, b in self.spans], dtype=np.int64)
        return {how: int(counts[mask].sum()) for how, mask in chosen.items() if mask.any()}

    def only(self, kept: NDArray[np.bool_]) -> "_Words":
        """Those words alone."""
        if kept.all():
            return self
        chosen = np.flatnonzero(kept)
        line = np.searchsorted(self.lines, chosen, side="right")
        rest = _Words("")
        rest.words = [self.words[at] for at in chosen]
        rest.spans = [self.spans[at] for at in chosen]
        rest.lines = np.flatnonzero(np.diff(line, prepend=-1)).tolist()
        return rest


def _strength(raw: Any, where: Sequence[int], found: _Words) -> tuple[bool, ...]:
    ends = [*found.lines[1:], len(found.words)]
    return tuple(
        _strong(raw, where[found.spans[first][0]]) and _strong(raw, where[found.spans[end - 1][0]])
        for first, end in zip(found.lines, ends, strict=False)
    )


def _strong(raw: Any, index: int) -> bool:
    import pypdfium2.raw as pdfium

    name, flags = ctypes.create_string_buffer(_NAME_BYTES), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(raw, index, name, _NAME_BYTES, flags)
    return bool(_STRONG.search(name.value))
