"""The rows of tables, also those whose cells wrap onto more lines. Heuristic, and pure.

Nothing but geometry tells a wrapped cell: the lines of one row are closer to each other than rows are, and
each of its pieces stands over or under one cell only. What could as well be several rows is left as it is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby, pairwise
from math import inf, sqrt

from ingest.parsers.printed.lines import Line, cells
from ingest.parsers.printed.text_layer import TextLayer

Level = list[Line]  # the lines on one base line, from left to right

_NARROW = 0.7  # of the text's width: a wider line without gaps is prose
_OVERLAPPING = 0.7  # steps from line to line, in letter heights: less is within one row in any case,
_TIGHTEST, _WIDEST = 1.4, 2.6  # more is never within a row, and this no longer of one table
_LOOSER = 1.1  # times the step within rows: the least step from row to row
_CELL_GAP = 1.0  # letter heights between lines that are cells of one row
_MOST = 10_000  # comparisons of pieces with cells; a page that asks for more is no table of anyone's
_YEARS = re.compile(r"(?:(?:19|20)\d\d\s*)+")
_LISTED = re.compile(r"\W{1,2}|\W?\w{1,3}[.)]")
_UNFINISHED = ",-/&("


@dataclass(slots=True, kw_only=True)
class _Cell:
    """A cell of the row being put together: pieces below each other, by the level that each is on."""

    left: float
    right: float
    pieces: dict[int, Line]

    @property
    def below_each_other(self) -> list[tuple[int, Line, Line]]:
        """Each piece but the first: its level, the piece above it, itself."""
        return [(level, above, piece) for (_, above), (level, piece) in pairwise(self.pieces.items())]

    def holds(self, piece: Line) -> bool:
        return piece.left < self.right and piece.right > self.left

    def add(self, level: int, piece: Line) -> None:
        self.left, self.right = min(self.left, piece.left), max(self.right, piece.right)
        self.pieces[level] = piece


def rows(stretches: Sequence[Sequence[Level]], layer: TextLayer) -> list[Line]:
    """The lines of stretches of one column each; those that make up one row together bear its number."""
    found: list[Line] = []
    number = 0
    for stretch in stretches:
        for group in _grouped(stretch, layer):
            if len(group) > 1 and not _is_listed(group):
                found += (replace(line, row=number) for line in group)
                number += 1
            else:
                found += group
    return found


def _is_listed(group: Sequence[Line]) -> bool:
    """Whether two lines on one level are a number or bullet and its text, or one broken line."""
    first, second = group[0], group[1]
    return len(group) == 2 and bool(
        _LISTED.fullmatch(first.text)
        or (first.level_with(second) and second.left - first.right < _CELL_GAP * first.size)
    )


def _grouped(stretch: Sequence[Level], layer: TextLayer) -> Iterator[Sequence[Line]]:
    """Each row as its lines, cell after cell; outside of tables each level."""
    if not any(map(_is_tabular, stretch)):
        yield from stretch
        return
    left = min(level[0].left for level in stretch)
    narrow = _NARROW * (max(level[-1].right for level in stretch) - left)

    def may_be_of_a_table(level: Level) -> bool:
        return _is_tabular(level) or level[0].right - level[0].left <= narrow

    for possible, run in groupby(stretch, key=may_be_of_a_table):
        levels = list(run)
        yield from _table(levels, layer) if possible and len(levels) > 1 else levels


def _is_tabular(level: Level) -> bool:
    return len(level) > 1 or level[0].tabular


def _table(levels: Sequence[Level], layer: TextLayer) -> Iterator[Sequence[Line]]:
    """The rows of what may be a table, with headings and the like around it."""
    steps = [_step(upper, lower) for upper, lower in pairwise(levels)]
    limit = _limit(
        step
        for step, (upper, lower) in zip(steps, pairwise(levels), strict=True)
        if _is_tabular(upper) or _is_tabular(lower)
    )
    block = [levels[0]]
    for (upper, lower), step in zip(pairwise(levels), steps, strict=True):
        if step > limit and not _completes_dates(upper, lower, step):
            yield from _block(block, layer)
            block = []
        block.append(lower)
    yield from _block(block, layer)


def _step(upper: Level, lower: Level) -> float:
    """From one level down to the next, in letter heights; endless where it goes up."""
    down: float = lower[0].middle - upper[0].middle
    return down / max(min(upper[0].size, lower[0].size), 1e-6) if down > 0 else inf


def _limit(steps: Iterable[float]) -> float:
    """The widest step within a row, where steps within and between rows differ clearly."""
    seen = sorted(step for step in steps if _OVERLAPPING < step <= _WIDEST)
    for within, between in pairwise(seen):
        if within > _TIGHTEST:
            break
        if between >= _LOOSER * within:
            return within * sqrt(_LOOSER)
    return _OVERLAPPING


def _completes_dates(upper: Level, lower: Level, step: float) -> bool:
    """Whether years stand below days and months, as in stacked headers of columns."""
    return (
        step <= _TIGHTEST
        and upper[-1].text.endswith(",")
        and all(_YEARS.fullmatch(line.text) for line in lower)
    )


def _block(block: Sequence[Level], layer: TextLayer) -> Iterator[Sequence[Line]]:
    """The rows of levels so close to each other that they may be one."""
    if len(block) == 1 or not any(map(_is_tabular, block)):
        yield from block
        return
    row: list[_Cell] = []
    taken: list[Level] = []
    for level in block:
        pieces = [piece for line in level for piece in cells(line, layer)]
        places = _places(row, pieces)
        if places is None:
            yield from _row(row, taken)
            row, taken, places = [], [], [None] * len(pieces)
        for piece, place in zip(pieces, places, strict=True):
            if place is None:
                row.append(_Cell(left=piece.left, right=piece.right, pieces={len(taken): piece}))
            else:
                row[place].add(len(taken), piece)
        taken.append(level)
    yield from _row(row, taken)


def _places(row: Sequence[_Cell], pieces: Sequence[Line]) -> list[int | None] | None:
    """For each piece the cell that it goes on with, or None for a new one; None if it is another row's."""
    if len(row) * len(pieces) > _MOST:
        return None
    places: list[int | None] = []
    for piece in pieces:
        held = [at for at, cell in enumerate(row) if cell.holds(piece)]
        if len(held) > 1 or (held and held[0] in places):
            return None
        places.append(held[0] if held else None)
    return places


def _row(row: list[_Cell], taken: Sequence[Level]) -> Iterable[Sequence[Line]]:
    """The levels put together in cells as the one row that they are, or as they were."""
    if len(taken) < 2 or len(row) < 2 or not _is_one_row(row, taken):
        return taken
    ordered = sorted(row, key=lambda cell: cell.left)
    return [list(chain.from_iterable(cell.pieces.values() for cell in ordered))]


def _is_one_row(row: Sequence[_Cell], taken: Sequence[Level]) -> bool:
    """Whether no two of the levels can be rows, headings or list items of their own."""
    pairs = [pair for cell in row for pair in cell.below_each_other]
    if any(_is_number(upper) and _is_number(lower) for _, upper, lower in pairs):
        return False
    if len(row) == 2 and any(_LISTED.fullmatch(piece.text) for cell in row for piece in cell.pieces.values()):
        return False
    steps = list(map(_step, taken, taken[1:]))
    if max(steps) <= _OVERLAPPING:
        return True
    if all(line.strong and not any(map(str.isdigit, line.text)) for level in taken for line in level):
        return True  # a header
    on = Counter(level for cell in row for level in cell.pieces)
    if max(on.values()) < len(row) and min(steps) > _OVERLAPPING:
        return False  # no level has all cells, though cells are set to the top or to the foot of their row
    shared: dict[int, list[tuple[Line, Line]]] = {}
    for level, upper, lower in pairs:
        shared.setdefault(level, []).append((upper, lower))
    return all(_is_wrapped(each, min(on[level], on[level - 1]) > 1) for level, each in shared.items())


def _is_wrapped(shared: Sequence[tuple[Line, Line]], side_by_side: bool) -> bool:
    """Whether the pieces of a level go on with those above them, each pair in one cell."""
    if side_by_side and any(lower.first == upper.end for upper, lower in shared):
        return True  # a cell was drawn whole before those beside it, as rows by themselves never are
    if any(_is_complete(upper, lower) for upper, lower in shared):
        return False
    return len(shared) < 2 or any(_goes_on(upper, lower) for upper, lower in shared)


def _is_complete(upper: Line, lower: Line) -> bool:
    """Whether the upper line did not end for want of room: the lower one's first word would have fit."""
    word = (lower.right - lower.left) * len(lower.text.split(" ", 1)[0]) / len(lower.text)
    fits = abs(upper.left - lower.left) < upper.size and upper.right + upper.size / 2 + word < lower.right
    return fits or upper.text.endswith(":")


def _is_number(piece: Line) -> bool:
    return any(map(str.isdigit, piece.text)) and not any(map(str.isalpha, piece.text))


def _goes_on(upper: Line, lower: Line) -> bool:
    """Whether a piece goes on with the one above it."""
    return (
        lower.text[0].islower()
        or upper.text[-1] in _UNFINISHED
        or (_YEARS.fullmatch(lower.text) is not None and not _is_number(upper))
    )
