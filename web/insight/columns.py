"""Where the columns of a chart stand: one for each part of a period, its questions stacked by how they ended. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.usage import Counts
from web.insight.period import Part

WIDTH, HEIGHT = 720, 200  # of the drawing
LEFT, RIGHT, TOP, BOTTOM = 36, 4, 10, 24  # margins, for the figures and the days
GAP = 0.28  # of a column's room
WIDEST = 40  # of a column
ENDINGS = ("answered", "partly", "declined", "failed")  # from the bottom up
ROUND = (1, 2, 5)  # what a scale may end with, times a power of ten


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a column."""

    ending: str
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A part of the period as it is drawn."""

    part: Part
    x: float
    width: float
    stretches: tuple[Stretch, ...]

    @property
    def middle(self) -> float:
        """Where what is written below it stands."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All columns, and the lines behind them as (height on the drawing, figure)."""

    columns: tuple[Column, ...]
    lines: tuple[tuple[float, int], ...]
    named: tuple[Column, ...]  # those with their day written below
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def chart(parts: Sequence[Part]) -> Chart:
    """The parts as columns of one width, as high as they have questions."""
    top = highest(max((part.counts.asked for part in parts), default=0))
    room = (WIDTH - LEFT - RIGHT) / max(1, len(parts))
    width = min(room * (1 - GAP), WIDEST)
    columns = tuple(
        Column(
            part=part,
            x=LEFT + room * n + (room - width) / 2,
            width=width,
            stretches=_stretches(part.counts, top),
        )
        for n, part in enumerate(parts)
    )
    figures = dict.fromkeys((0, top // 2, top)) if top % 2 == 0 else dict.fromkeys((0, top))
    lines = tuple((_y(figure, top), figure) for figure in figures)
    last = len(columns) - 1
    named = tuple(columns[n] for n in dict.fromkeys((0, last // 2, last))) if columns else ()
    return Chart(columns=columns, lines=lines, named=named)


def highest(count: int) -> int:
    """Where a scale ends that has room for a count: a round figure."""
    power = 1
    while True:
        for each in ROUND:
            if each * power >= count:
                return each * power
        power *= 10


def _stretches(counts: Counts, top: int) -> tuple[Stretch, ...]:
    found, below = [], 0
    for ending in ENDINGS:
        count = getattr(counts, ending)
        if count:
            y = _y(below + count, top)
            found.append(Stretch(ending=ending, y=y, height=_y(below, top) - y))
        below += count
    return tuple(found)


def _y(count: int, top: int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - count / top)
