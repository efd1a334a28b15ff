"""Lines that were recognised in a picture, made into the layer of text that a page has.

A page that lies on its side or upside down was turned before it was read, and one that was scanned at a slant is
set straight, so that its lines can be put in order; the boxes of its words stay where they are on the picture.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ingest.parsers.printed.text_layer import TextLayer

Quads = NDArray[np.float64]  # (n, 4, 2): corners, clockwise from the one where reading begins

_DOUBTFUL = (
    0.8  # mean confidence below which a page may be upside down: one is read at 0.6 then, else at 0.98
)
_SLANT_LETTERS = 12  # a shorter line does not tell the slant of a page
_LETTER = 0.85  # of a recognised line's height: what a font's line takes
_JITTER = 0.15  # of the letters' height: so far apart two left edges are one margin
_BESIDE = 0.5  # of the letters' height: so far apart two lines stand beside each other

# The height of a recognised line says little about its letters; their mean advance and strokes say more.
_SMALL_HEIGHT, _SMALL_ADVANCE = 0.92, 0.93  # times the page's: small print
_BOLD_STROKE, _LETTERS = 1.27, 3  # times the page's: bold letters, where there are enough to tell
_STEPS = (  # heights of headings, times the page's, and the least height, advance and stroke that make one
    (1.15, 0.0, 0.0, 1.5),
    (1.4, 1.35, 1.4, 1.3),
    (1.4, 1.1, 1.42, 1.75),
    (1.9, 1.6, 2.2, 1.75),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The words of a picture, twice: where they stand on it, and set upright for being put in order."""

    layer: TextLayer
    upright: TextLayer


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Lines of a picture that was turned by `turns` quarters counterclockwise."""

    turns: int
    quads: Quads  # on the turned picture, pixels
    texts: tuple[str, ...]
    scores: NDArray[np.float64]
    strokes: NDArray[np.float64]  # how thick its letters are drawn, pixels
    cuts: tuple[tuple[tuple[float, float], ...], ...]  # of each line's words: from where to where, as shares

    @classmethod
    def empty(cls, turns: int) -> "Found":
        """No lines."""
        none = np.empty(0)
        return cls(turns=turns, quads=np.empty((0, 4, 2)), texts=(), scores=none, strokes=none, cuts=())

    @property
    def letters(self) -> NDArray[np.float64]:
        """How many characters each line has."""
        return np.array([len(text) for text in self.texts], dtype=np.float64)

    @property
    def sureness(self) -> float:
        """The lines' confidence, summed over their letters."""
        return float((self.scores * self.letters).sum())

    @property
    def sideways(self) -> bool:
        """Whether most letters are in lines that run up or down: these are read, but not in order."""
        sides = np.linalg.norm(self.quads[:, [1, 3]] - self.quads[:, [0, 0]], axis=2)
        return bool(self.letters[sides[:, 1] > sides[:, 0]].sum() > self.letters.sum() / 2)

    @property
    def doubts(self) -> tuple[int, ...]:
        """Turns that may show the page better."""
        if self.sideways:
            return 1, 3
        return (2,) if self.sureness < _DOUBTFUL * self.letters.sum() else ()


def layers(found: Found, height: int, width: int, scale: float) -> Recognised:
    """The layers of what was found on a picture of these sides, in pixels, each `scale` points wide."""
    sizes, strong = _sizes(found)
    quads, straight = _word_quads(found), _straight(found)
    rows = _rows(straight, sizes, strong)
    firsts = np.cumsum([0, *(len(cuts) for cuts in found.cuts)])
    order = [word for row in rows for line in row for word in range(firsts[line], firsts[line + 1])]
    words = [word for text in found.texts for word in text.split()]
    counts = [sum(len(found.cuts[line]) for line in row) for row in rows]
    layer = TextLayer(
        words=tuple(words[at] for at in order),
        boxes=(_around(_turned_back(quads, found.turns, width, height)) * scale)[order],
        lines=tuple(np.cumsum([0, *counts])[:-1].tolist()),
        strong=tuple(bool(strong[row].all()) for row in rows),
        width=width * scale,
        height=height * scale,
    )
    sides = (width, height) if found.turns % 2 == 0 else (height, width)
    boxes = _upright(quads, found, sizes)[order] * scale
    upright = replace(layer, boxes=boxes, width=sides[0] * scale, height=sides[1] * scale)
    return Recognised(layer=layer, upright=upright)


def _rows(straight: Quads, sizes: NDArray[np.float64], strong: NDArray[np.bool_]) -> list[list[int]]:
    """The lines, those of one kind beside each other together, as they would have been printed."""
    middles, lefts = straight[..., 1].mean(axis=1), straight[..., 0].min(axis=1)
    rows: list[list[int]] = []
    for line in np.argsort(middles, kind="stable").tolist():
        first = rows[-1][0] if rows else line
        level = middles[line] - middles[first] < _BESIDE * min(sizes[line], sizes[first])
        if rows and level and strong[line] == strong[first]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lefts.__getitem__) for row in rows]


def _word_quads(found: Found) -> Quads:
    """The corners of each word, on the turned picture."""
    quads = [
        (
            top + (top_end - top) * a,
            top + (top_end - top) * b,
            low + (low_end - low) * b,
            low + (low_end - low) * a,
        )
        for (top, top_end, low_end, low), cuts in zip(found.quads, found.cuts, strict=True)
        for a, b in cuts
    ]
    return np.array(quads, dtype=np.float64).reshape(-1, 4, 2)


def _turned_back(quads: Quads, turns: int, width: int, height: int) -> Quads:
    """The corners on the picture as it came, `width` by `height`, before it was turned."""
    x, y = quads[..., 0], quads[..., 1]
    back = {0: (x, y), 1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}
    return np.stack(back[turns], axis=-1)


def _around(quads: Quads) -> NDArray[np.float64]:
    return np.hstack((quads.min(axis=1), quads.max(axis=1)))


def _straight(found: Found) -> Quads:
    """The corners of the lines on a page that was set straight."""
    return found.quads @ _turn(found)


def _turn(found: Found) -> NDArray[np.float64]:
    """What sets points of the page straight."""
    slant = _slant(found)
    return np.array(((np.cos(slant), -np.sin(slant)), (np.sin(slant), np.cos(slant))))


def _upright(quads: Quads, found: Found, sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Boxes of the words as they would stand on a straight page, all of a line as high as its letters."""
    counts = [len(cuts) for cuts in found.cuts]
    boxes = _around(quads @ _turn(found))
    middles = np.repeat(_straight(found)[..., 1].mean(axis=1), counts)
    heights = np.repeat(sizes, counts)
    boxes[:, 1], boxes[:, 3] = middles - heights / 2, middles + heights / 2
    if counts:
        firsts = np.cumsum([0, *counts[:-1]])
        boxes[firsts, 0] = _aligned(boxes[firsts, 0], _JITTER * float(np.median(sizes)))
    return boxes


def _aligned(edges: NDArray[np.float64], apart: float) -> NDArray[np.float64]:
    """The edges with those that are nearly the same made the same: the least of them."""
    order = np.argsort(edges, kind="stable")
    steps = np.diff(edges[order], prepend=-np.inf) > apart
    aligned = np.empty_like(edges)
    aligned[order] = edges[order][np.flatnonzero(steps)][np.cumsum(steps) - 1]
    return aligned


def _slant(found: Found) -> float:
    """The angle at which the lines run down to the right, in radians."""
    long = found.quads[found.letters >= _SLANT_LETTERS]
    across = long[:, 1] - long[:, 0]
    return float(np.median(np.arctan2(across[:, 1], across[:, 0]))) if len(long) else 0.0


def _sizes(found: Found) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Of each line the height of its letters, in pixels, and whether they are bold."""
    if not found.texts:
        return np.empty(0), np.empty(0, dtype=np.bool_)
    letters = found.letters
    heights = np.linalg.norm(found.quads[:, 3] - found.quads[:, 0], axis=1)
    advances = np.linalg.norm(found.quads[:, 1] - found.quads[:, 0], axis=1) / letters
    usual = _weighted_median(heights, letters)
    height, advance = heights / usual, advances / _weighted_median(advances, letters)
    stroke = found.strokes / _weighted_median(found.strokes, letters)
    size = np.where((height < _SMALL_HEIGHT) & (advance < _SMALL_ADVANCE), height, 1.0)
    for step, least_height, least_advance, least_stroke in _STEPS:
        larger = (height > least_height) & (advance > least_advance) & (stroke > least_stroke)
        size[larger & (letters >= _LETTERS)] = step
    return size * usual * _LETTER, (stroke > _BOLD_STROKE) & (letters >= _LETTERS)


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, sums[-1] / 2)])
