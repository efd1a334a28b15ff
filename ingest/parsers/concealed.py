"""Text of a PDF's page that nobody who looks at it would see.

What is drawn without ink is known from its objects. Of text that may be lost in its background or under
something, the page is drawn with and without it: what makes no difference does not show.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.parsers import letters
from ingest.parsers.objects import Ink, Paint, Text, activate, owner
from rag.boxes import Boxes
from rag.types import Concealment

Span = tuple[int, int]  # of the page's text

TINY = 2.0  # points: smaller type is not read by anyone
_PALE = 200  # of 255: ink whose every colour is lighter may be lost on paper
_NEAR = 48  # levels by which two inks differ at most to be taken for one
_CONTRAST = 24  # levels by which something must differ from its background to be seen
_PIXELS = 1_500_000  # of a page drawn for looking: a point each where it is not larger
_PAIRS = 4_000_000  # of text and paint compared; with more, all text is looked at

_LOW = 1.5 * TINY  # points: in a lower box there may be tiny type


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """All text of a page, shown or not."""

    text: str
    where: Sequence[int]  # of each character, its index in PDFium's own list
    spans: Sequence[Span]  # of its words
    boxes: Boxes  # of its words, points, as displayed


def veiled(
    page: Any, raw: Any, letters_of: Letters, texts: Mapping[int, Text], paints: Sequence[Paint]
) -> dict[Concealment, list[Span]]:
    """Spans of the page's text that do not show, by how."""
    unseen = {at: Concealment.INVISIBLE for at, text in texts.items() if not text.seen}
    pale = {at: Concealment.COLOUR for at, text in texts.items() if text.seen and min(text.ink) >= _PALE}
    doubts = _covered(page, raw, letters_of, texts, paints) | pale
    if not unseen and not doubts:
        return {}
    runs = _runs(raw, letters_of, unseen.keys() | doubts.keys())
    shown = _shown(page, raw, letters_of.where, [run for run in runs if run[0] not in unseen], doubts)
    found: dict[Concealment, list[Span]] = {}
    for at, span in runs:
        if span not in shown and _says(letters_of.text[slice(*span)]):
            found.setdefault(unseen.get(at) or doubts[at], []).append(span)
    return found


def _says(text: str) -> bool:
    """Whether it has a letter or digit: a mark that is lost, like a box behind its tick, says nothing."""
    return any(char.isalnum() for char in text)


def misplaced(
    raw: Any, boxes: Boxes, firsts: Sequence[int], width: float, height: float
) -> dict[Concealment, NDArray[np.bool_]]:
    """Which words stand off the page or are tiny; `firsts` has the index of each word's first letter."""
    left, top, right, bottom = boxes.T
    outside = (right <= 0) | (left >= width) | (bottom <= 0) | (top >= height)
    low = np.minimum(right - left, bottom - top) < _LOW
    tiny = np.zeros(len(boxes), dtype=np.bool_)
    for at in np.flatnonzero(low & ~outside).tolist():
        tiny[at] = 0 < letters.size(raw, firsts[at]) < TINY and letters.height(raw, firsts[at]) < TINY
    return {Concealment.OUTSIDE: outside, Concealment.TINY: tiny}


def _covered(
    page: Any, raw: Any, letters_of: Letters, texts: Mapping[int, Text], paints: Sequence[Paint]
) -> dict[int, Concealment]:
    """The texts that may be lost on what they are drawn on, or under what is drawn over them; by address."""
    inks = {text.ink for text in texts.values()}
    first = min((text.order for text in texts.values()), default=0)
    paints = [paint for paint in paints if paint.order > first or any(_near(paint, ink) for ink in inks)]
    words = _owned(raw, letters_of, texts) if paints else []
    if len(words) * len(paints) > _PAIRS:
        return dict.fromkeys(texts, Concealment.COLOUR)
    found: dict[int, Concealment] = {}
    for word, paint in _meetings(page, letters_of.boxes[[at for at, _ in words]], paints):
        at, over = words[word][1], paints[paint]
        if over.order > texts[at].order:
            found.setdefault(at, Concealment.INVISIBLE)
        elif _near(over, texts[at].ink):
            found[at] = Concealment.COLOUR
    return found


def _near(paint: Paint, ink: Ink) -> bool:
    """Whether that ink may be lost on this paint."""
    return paint.ink is None or all(abs(a - b) <= _NEAR for a, b in zip(paint.ink, ink, strict=True))


def _meetings(page: Any, boxes: Boxes, paints: Sequence[Paint]) -> list[tuple[int, int]]:
    """Which boxes share a point with which paints, by index."""
    if not len(boxes) or not paints:
        return []
    left, top, right, bottom = boxes.T[:, :, None]
    west, north, east, south = letters.turned(page, np.array([paint.box for paint in paints])).T[:, None]
    pairs = np.nonzero((left < east) & (right > west) & (top < south) & (bottom > north))
    return list(zip(*(each.tolist() for each in pairs), strict=True))


def _owned(raw: Any, letters_of: Letters, texts: Mapping[int, Text]) -> list[tuple[int, int]]:
    """For the first and last letter of each word: the word's index, and the address of the letter's text."""
    get, where = owner(raw), letters_of.where
    ends = ((at, get(where[end])) for at, (a, b) in enumerate(letters_of.spans) for end in {a, b - 1})
    return [(at, it) for at, it in ends if it in texts and texts[it].seen]


def _runs(raw: Any, letters_of: Letters, wanted: set[int]) -> list[tuple[int, Span]]:
    """Runs of letters of the texts at these addresses, each of one text and within one word."""
    get, where = owner(raw), letters_of.where
    owners = [0 if char.isspace() else get(where[at]) for at, char in enumerate(letters_of.text)]
    runs = []
    for at, group in groupby(range(len(owners)), key=owners.__getitem__):
        if at in wanted:
            run = list(group)
            runs.append((at, (run[0], run[-1] + 1)))
    return runs


def _shown(
    page: Any,
    raw: Any,
    where: Sequence[int],
    runs: Sequence[tuple[int, Span]],
    doubts: Iterable[int],
) -> set[Span]:
    """The spans of those runs that make a difference to the page's picture."""
    if not runs:
        return set()
    width, height = page.get_size()
    scale = min(1.0, (_PIXELS / max(1.0, width * height)) ** 0.5)
    ink = _difference(page, list(doubts), scale)
    sums = np.pad(ink.cumsum(axis=0, dtype=np.int64).cumsum(axis=1), ((1, 0), (1, 0)))
    boxes = letters.displayed(page, raw, [(where[a], where[b - 1]) for _, (a, b) in runs]) * scale
    low = np.clip(np.floor(boxes[:, :2]), 0, (ink.shape[1], ink.shape[0])).astype(np.int64)
    high = np.clip(np.ceil(boxes[:, 2:]), 0, (ink.shape[1], ink.shape[0])).astype(np.int64)
    (x, y), (x_end, y_end) = low.T, high.T
    points = sums[y_end, x_end] - sums[y, x_end] - sums[y_end, x] + sums[y, x]
    return {span for (_, span), count in zip(runs, points.tolist(), strict=True) if count > 0}


def _difference(page: Any, texts: Sequence[int], scale: float) -> NDArray[np.bool_]:
    """The points of the page's picture that the texts at these addresses change."""
    whole = _picture(page, scale)
    for at in texts:
        activate(at, False)
    try:
        rest = _picture(page, scale)
    finally:
        for at in texts:
            activate(at, True)
    changed: NDArray[np.bool_] = np.abs(whole - rest).max(axis=2) > _CONTRAST
    return changed


def _picture(page: Any, scale: float) -> NDArray[np.int16]:
    bitmap = page.render(scale=scale, prefer_bgrx=False, may_draw_forms=False, draw_annots=False)
    picture: NDArray[np.int16] = bitmap.to_numpy().astype(np.int16).reshape(bitmap.height, bitmap.width, -1)
    return picture
