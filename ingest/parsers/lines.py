"""The lines of a page in reading order, columns one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median

import numpy as np

from ingest.parsers.text_layer import TextLayer
from rag.boxes import Boxes

_GUTTER = 0.9  # of the letters' height: a narrower gap is a blank, not the space between columns
_CELL_GAP = 1.5  # of the letters' height: the least gap between two cells of a table
_UNEVEN = 2.5  # times the narrowest gap: justified text stays below, even behind a full stop
_COLUMN_LINES = 6  # fewer lines on both sides of a gap are a table or chance
_PROSE_WORDS = 3  # a column of prose has at least so many words a line, in the median,
_PROSE_FILL = 0.7  # and reaches so far across its column


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Words on one line: ``words[first:end]`` of the page's text layer."""

    first: int
    end: int
    text: str
    left: float  # points
    top: float
    right: float
    bottom: float
    size: float  # height of its letters, points
    gap: float  # widest gap between two words
    tight: float  # narrowest gap
    gap_at: int  # index of the word behind that gap; `first` where there is none
    strong: bool  # bold or italic

    @property
    def tabular(self) -> bool:
        """Whether its words stand in cells: a gap is wide, and not only because the line is justified."""
        wide = _CELL_GAP * self.size
        return self.gap > wide and (self.gap > _UNEVEN * self.tight or self.tight > wide)


def lines(layer: TextLayer) -> list[Line]:
    """The lines of a text layer in reading order.

    PDFium's order is that of the page's content, which nearly always is the reading order. Only where
    lines of prose beside each other were drawn row by row are they split at the gutter and put in order.
    """
    return _in_columns(_as_drawn(layer), layer)


def _as_drawn(layer: TextLayer) -> list[Line]:
    if not layer.words:
        return []
    firsts = list(layer.lines)
    around = np.hstack(
        (np.minimum.reduceat(layer.boxes[:, :2], firsts), np.maximum.reduceat(layer.boxes[:, 2:], firsts))
    )
    heights = (layer.boxes[:, 3] - layer.boxes[:, 1]).tolist()
    gaps = [0.0, *(layer.boxes[1:, 0] - layer.boxes[:-1, 2]).tolist()]
    bounds = zip(firsts, [*firsts[1:], len(layer.words)], around.tolist(), layer.strong, strict=True)
    return [
        Line(
            first=first,
            end=end,
            text=" ".join(layer.words[first:end]),
            left=left,
            top=top,
            right=right,
            bottom=bottom,
            size=sorted(heights[first:end])[(end - first) // 2],
            gap=max(gaps[first + 1 : end], default=0.0),
            tight=min(gaps[first + 1 : end], default=0.0),
            gap_at=max(range(first + 1, end), key=gaps.__getitem__, default=first),
            strong=strong,
        )
        for first, end, (left, top, right, bottom), strong in bounds
    ]


def _around(boxes: Boxes) -> tuple[float, float, float, float]:
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    return left, top, right, bottom


def _in_columns(drawn: list[Line], layer: TextLayer) -> list[Line]:
    gutter = _gutter(drawn, layer)
    if gutter is None:
        return drawn
    ordered: list[Line] = []
    halves = (half for line in drawn for half in _halves(line, gutter, layer))
    for across, run in groupby(halves, key=lambda line: line.left < gutter < line.right):
        stretch = list(run)
        ordered += stretch if across else sorted(stretch, key=lambda line: line.left > gutter)
    return ordered


def _gutter(drawn: list[Line], layer: TextLayer) -> float | None:
    """The x of a gap that runs down through lines of prose on both its sides, if there is one."""
    gapped = [line for line in drawn if line.gap > _GUTTER * line.size]
    if len(gapped) < _COLUMN_LINES:
        return None
    starts = [layer.boxes[line.gap_at, 0] for line in gapped]
    x = median(starts) - 0.01
    pairs = [pair for line in gapped if len(pair := _halves(line, x, layer)) == 2]
    if len(pairs) < max(_COLUMN_LINES, 0.6 * len(gapped)):
        return None
    lefts, rights = zip(*pairs, strict=True)
    return float(x) if _is_prose(lefts) and _is_prose(rights) else None


def _is_prose(side: Sequence[Line]) -> bool:
    left, right = min(line.left for line in side), max(line.right for line in side)
    fill = median(line.right - line.left for line in side) / max(right - left, 1e-6)
    return fill >= _PROSE_FILL and median(line.end - line.first for line in side) >= _PROSE_WORDS


def _halves(line: Line, gutter: float, layer: TextLayer) -> list[Line]:
    """The line, or its two parts where no word stands across the gutter."""
    boxes = layer.boxes[line.first : line.end]
    beyond = boxes[:, 0] > gutter
    cut = int(beyond.argmax())
    if not cut or not beyond[cut:].all() or boxes[cut - 1, 2] > gutter or line.gap <= _GUTTER * line.size:
        return [line]
    return [_part(line, layer, 0, cut), _part(line, layer, cut, line.end - line.first)]


def _part(line: Line, layer: TextLayer, start: int, end: int) -> Line:
    first, end = line.first + start, line.first + end
    left, top, right, bottom = _around(layer.boxes[first:end])
    return replace(
        line,
        first=first,
        end=end,
        text=" ".join(layer.words[first:end]),
        left=left,
        top=top,
        right=right,
        bottom=bottom,
        gap=0.0,
        tight=0.0,
        gap_at=first,
    )
