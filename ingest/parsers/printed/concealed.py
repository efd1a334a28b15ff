"""Text of a PDF's page that nobody who looks at it would see.

What is drawn without ink is known from its objects. Of text that may be lost in its background or under
something, the page is drawn with and without it: what makes no difference does not show.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.parsers.printed import letters
from ingest.parsers.printed.objects import Flags, Integers, Objects, Paints, Texts, activate, owners
from rag.boxes import Boxes, Spans
from rag.hidden import Concealment

Span = tuple[int, int]  # of the page's text
Part = tuple[int, int, int, int]  # of the page's picture: left, top, right, bottom

TINY = 2.0  # points: smaller type is not read by anyone
_PALE = 200  # of 255: ink whose every colour is lighter may be lost on paper
_NEAR = 48  # levels by which two inks differ at most to be taken for one
_CONTRAST = 24  # levels by which something must differ from its background to be seen
_PIXELS = 1_500_000  # of a page drawn for looking: a point each where it is not larger
_PAIRS = 2_000_000  # of words and paints compared; with more, all text is looked at

_LOW = 1.5 * TINY  # points: in a lower box there may be tiny type


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """All text of a page, shown or not."""

    text: str
    where: letters.Indexes  # of each character, its index in PDFium's own list
    spans: Spans  # of its words
    boxes: Boxes  # of its words, points, as displayed


def veiled(page: Any, raw: Any, letters_of: Letters, objects: Objects) -> dict[Concealment, list[Span]]:
    """Spans of the page's text that do not show, by how."""
    texts = objects.texts
    unseen = dict.fromkeys(texts.at[~texts.seen].tolist(), Concealment.INVISIBLE)
    doubts = _covered(page, raw, letters_of, objects) | _pale(texts)
    if not unseen and not doubts:
        return {}
    runs = _runs(raw, letters_of, unseen.keys() | doubts.keys())
    drawn = [span for at, span in runs if at not in unseen]
    shown = _shown(page, raw, letters_of.where, drawn, doubts)
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
) -> dict[Concealment, Flags]:
    """Which words stand off the page or are tiny; `firsts` has the index of each word's first letter."""
    left, top, right, bottom = boxes.T
    outside = (right <= 0) | (left >= width) | (bottom <= 0) | (top >= height)
    low = np.minimum(right - left, bottom - top) < _LOW
    tiny = np.zeros(len(boxes), dtype=np.bool_)
    for at in np.flatnonzero(low & ~outside).tolist():
        tiny[at] = 0 < letters.size(raw, firsts[at]) < TINY and letters.height(raw, firsts[at]) < TINY
    return {Concealment.OUTSIDE: outside, Concealment.TINY: tiny}


def _pale(texts: Texts) -> dict[int, Concealment]:
    """The texts that may be lost on paper, by address."""
    pale = texts.seen & (texts.ink >= _PALE).all(axis=1)
    return dict.fromkeys(texts.at[pale].tolist(), Concealment.COLOUR)


def _covered(page: Any, raw: Any, letters_of: Letters, objects: Objects) -> dict[int, Concealment]:
    """The texts that may be lost on what they are drawn on, or under what is drawn over them; by address."""
    texts, paints = objects.texts, _possible(objects)
    if len(letters_of.spans) * len(paints) > _PAIRS:
        return dict.fromkeys(texts.at.tolist(), Concealment.COLOUR)
    word, paint = _meetings(letters_of.boxes, letters.turned(page, paints.boxes))
    if not len(word):
        return {}
    text = _owned(raw, letters_of, texts, word)
    text, paint = text[text >= 0], np.repeat(paint, 2)[text >= 0]
    later = paints.order[paint] > texts.order[text]
    alike = (np.abs(paints.ink[paint] - texts.ink[text]) <= _NEAR).all(axis=1) | ~paints.shape[paint]
    under = dict.fromkeys(texts.at[text[later]].tolist(), Concealment.INVISIBLE)
    return under | dict.fromkeys(texts.at[text[alike & ~later]].tolist(), Concealment.COLOUR)


def _possible(objects: Objects) -> Paints:
    """The paints that a text may be lost on for its ink, or that are drawn after one."""
    texts, paints = objects.texts, objects.paints
    if not len(texts.at):
        return paints.only(np.zeros(len(paints), np.bool_))
    low, high = texts.ink.min(axis=0) - _NEAR, texts.ink.max(axis=0) + _NEAR
    alike = ((low <= paints.ink) & (paints.ink <= high)).all(axis=1) | ~paints.shape
    return paints.only(alike | (paints.order > texts.order[0]))


def _owned(raw: Any, letters_of: Letters, texts: Texts, words: Integers) -> Integers:
    """For the first and last letter of each of these words the index of its text, -1 for none that is drawn."""
    rows = dict(zip(texts.at[texts.seen].tolist(), np.flatnonzero(texts.seen).tolist(), strict=True))
    asked, again = np.unique(words, return_inverse=True)
    ends = letters_of.where[letters_of.spans[asked] - (0, 1)]
    found = [rows.get(at, -1) for at in owners(raw, ends.ravel()).tolist()]
    return np.array(found, np.int64).reshape(-1, 2)[again].ravel()


def _meetings(boxes: Boxes, others: Boxes) -> tuple[Integers, Integers]:
    """Which boxes share a point with which others: the indexes of both."""
    left, top, right, bottom = boxes.T[:, :, None]
    west, north, east, south = others.T[:, None]
    one, other = np.nonzero((left < east) & (right > west) & (top < south) & (bottom > north))
    return one, other


def _runs(raw: Any, letters_of: Letters, wanted: Collection[int]) -> list[tuple[int, Span]]:
    """Runs of letters of the texts at these addresses, each of one text and within one word."""
    shown = letters.within(letters_of.spans)
    owned = np.zeros(len(letters_of.text) + 1, np.int64)
    owned[shown] = owners(raw, letters_of.where[shown])
    starts = np.flatnonzero(np.diff(owned, prepend=0, append=0))
    bounds = pairwise(starts.tolist())
    return [(at, span) for at, span in zip(owned[starts].tolist(), bounds, strict=False) if at in wanted]


def _shown(
    page: Any, raw: Any, where: letters.Indexes, runs: Sequence[Span], doubts: Collection[int]
) -> set[Span]:
    """Which of those spans of the page's text make a difference to its picture."""
    if not runs:
        return set()
    sides = np.array(page.get_size())
    scale = min(1.0, float(_PIXELS / max(1.0, sides.prod())) ** 0.5)
    boxes = letters.displayed(page, raw, where, np.array(runs)) * scale
    low, high = np.floor(boxes[:, :2]), np.ceil(boxes[:, 2:])
    low, high = (np.clip(each, 0, np.ceil(sides * scale)).astype(np.int64) for each in (low, high))
    start, end = low.min(axis=0), high.max(axis=0)
    if not (start < end).all():
        return set()
    ink = _difference(page, doubts, scale, (*start.tolist(), *end.tolist()))
    sums = np.pad(ink.cumsum(axis=0, dtype=np.int32).cumsum(axis=1, dtype=np.int32), ((1, 0), (1, 0)))
    (x, y), (x_end, y_end) = (low - start).T, (high - start).T
    points = sums[y_end, x_end] - sums[y, x_end] - sums[y_end, x] + sums[y, x]
    return {span for span, count in zip(runs, points.tolist(), strict=True) if count > 0}


def _difference(page: Any, texts: Collection[int], scale: float, part: Part) -> Flags:
    """The points of that part of the page's picture that the texts at these addresses change."""
    whole = _picture(page, scale, part)
    for at in texts:
        activate(at, False)
    try:
        rest = _picture(page, scale, part)
    finally:
        for at in texts:
            activate(at, True)
    changed: Flags = whole.view(np.uint32)[:, :, 0] != rest.view(np.uint32)[:, :, 0]
    levels = np.abs(whole[changed].astype(np.int16) - rest[changed])
    changed[changed] = levels[:, :3].max(axis=1) > _CONTRAST
    return changed


def _picture(page: Any, scale: float, part: Part) -> NDArray[np.uint8]:
    """Blue, green, red and nothing of each of its points, each to 255."""
    left, top, right, bottom = part
    width, height = (math.ceil(side * scale) for side in page.get_size())
    margins = (left, height - bottom, width - right, top)
    crop = tuple((points - 0.5) / scale for points in margins)  # pypdfium2 rounds up
    bitmap = page.render(scale=scale, crop=crop, prefer_bgrx=True, may_draw_forms=False, draw_annots=False)
    picture: NDArray[np.uint8] = bitmap.to_numpy()
    return picture
