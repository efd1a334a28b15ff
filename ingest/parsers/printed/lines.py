"""The lines of a page as PDFium found them: runs of words on one base line."""

from dataclasses import dataclass
from operator import attrgetter
from statistics import median

import numpy as np

from ingest.parsers.printed.text_layer import TextLayer

_CELL_GAP = 1.5  # of the letters' height: the least gap between two cells of a table
_UNEVEN = 2.5  # times the narrowest gap: justified text stays below, even behind a full stop
_SAME_BASE = 0.3  # of the letters' height: so far apart two lines stand on one base line


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
    row: int = -1  # the row of a table it belongs to, counted over the page; -1 for none

    @property
    def tabular(self) -> bool:
        """Whether its words stand in cells: a gap is wide, and not only because the line is justified."""
        wide = _CELL_GAP * self.size
        return self.gap > wide and (self.gap > _UNEVEN * self.tight or self.tight > wide)

    @property
    def middle(self) -> float:
        """Half way between its top and its bottom, in points."""
        return (self.top + self.bottom) / 2

    @property
    def sideways(self) -> bool:
        """Whether it runs up or down the page."""
        return self.end - self.first > 1 and self.bottom - self.top > self.right - self.left

    def beside(self, other: "Line") -> bool:
        """Whether the two share no x."""
        return self.right <= other.left or self.left >= other.right

    def level_with(self, other: "Line") -> bool:
        """Whether the two stand on one base line."""
        return abs(self.middle - other.middle) < _SAME_BASE * min(self.size, other.size)


def as_drawn(layer: TextLayer) -> list[Line]:
    """The lines of a text layer in PDFium's order, which is that of the page's content."""
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


def part(line: Line, layer: TextLayer, first: int, end: int) -> Line:
    """The words ``first:end`` of a line as a line of their own."""
    lefts, tops, rights, bottoms = layer.boxes[first:end].T.tolist()
    gaps = [left - right for left, right in zip(lefts[1:], rights, strict=False)]
    return Line(
        first=first,
        end=end,
        text=" ".join(layer.words[first:end]),
        left=min(lefts),
        top=min(tops),
        right=max(rights),
        bottom=max(bottoms),
        size=line.size,
        gap=max(gaps, default=0.0),
        tight=min(gaps, default=0.0),
        gap_at=first + 1 + gaps.index(max(gaps)) if gaps else first,
        strong=line.strong,
    )


def cells(line: Line, layer: TextLayer) -> list[Line]:
    """The line cut at its wide gaps, or whole where it has none or is merely justified."""
    if not line.tabular:
        return [line]
    gaps = layer.boxes[line.first + 1 : line.end, 0] - layer.boxes[line.first : line.end - 1, 2]
    cuts = (np.flatnonzero(gaps > _CELL_GAP * line.size) + line.first + 1).tolist()
    bounds = zip([line.first, *cuts], [*cuts, line.end], strict=True)
    return [part(line, layer, first, end) for first, end in bounds]


def levels(lines: list[Line]) -> list[list[Line]]:
    """The lines from top to bottom, those on one base line together, from left to right."""
    found: list[list[Line]] = []
    for line in sorted(lines, key=attrgetter("middle")):
        if found and line.level_with(found[-1][0]):
            found[-1].append(line)
        else:
            found.append([line])
    return [sorted(level, key=attrgetter("left")) if len(level) > 1 else level for level in found]


def words(lines: list[Line]) -> float:
    """How many words a line has, in the median."""
    return median(line.end - line.first for line in lines)
