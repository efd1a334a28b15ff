"""Rows of text as the table that they were: each value below the head of its column. Pure.

Parsers write a row so that it can be understood alone, "City: Rome | Limit: 120" (`ingest.parsers.record`). Here the
heads move back to the top. What does not look so keeps its order.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.types import Block
from web.reading.pieces import Mark, Piece, cut

BETWEEN = " | "  # the values of a row
MOST = 0.8  # share of the values behind a head, from which what stands before them are heads
LEADING = 2  # rows above the labelled ones that may hold heads of their own
_HEAD = re.compile(r"(.{1,80}?[:：?]) (?=\S)")

Cell = tuple[Piece, ...]  # empty where a row has no value
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table, with a cell for each of its columns."""

    number: int  # in its sheet, from 1; 0 where rows have no numbers
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows that stand together."""

    kind = "table"
    head: Row | None  # what names the columns
    rows: tuple[Row, ...]

    @property
    def numbered(self) -> bool:
        """Whether its rows have numbers."""
        return any(row.number for row in self.rows) or bool(self.head and self.head.number)

    @property
    def columns(self) -> int:
        """How many there are, without that of the numbers."""
        return max((len(row.cells) for row in (*self.rows, *([self.head] if self.head else []))), default=0)


def table(text: str, rows: Sequence[Block], marks: Sequence[Mark], *, headed: bool = False) -> Table:
    """The table of some rows; `headed`: the first one names the columns, whatever it looks like."""
    found = [_spans(text, row) for row in rows]
    heads, leading = _heads(text, found)
    written = leading == 1 or (headed and not heads and len(rows) > 1)
    body = [_row(text, row, spans, heads, marks) for row, spans in zip(rows, found, strict=True)]
    head = body.pop(0) if written else None
    if head is None and heads:
        named = tuple((Piece(label.removesuffix(":")),) for label in heads)
        head = Row(number=0, cells=named)
    width = max(len(row.cells) for row in (*body, *([head] if head else [])))
    return Table(head=head and _filled(head, width), rows=tuple(_filled(row, width) for row in body))


def apart(text: str, rows: Sequence[Block]) -> Iterator[Sequence[Block]]:
    """The rows of each table: a gap in their numbers parts two, unless the rows below have their heads too."""
    start = 0
    for at in range(1, len(rows)):
        before, row = rows[at - 1].level, rows[at].level
        if (row and row != before + 1) and not _labelled(text, _spans(text, rows[at])):
            yield rows[start:at]
            start = at
    yield rows[start:]


def _spans(text: str, row: Block) -> list[Span]:
    """The values of a row with what stands before them, and the mark between them counted to the one before."""
    spans, start = [], row.start
    while (at := text.find(BETWEEN, start, row.end)) >= 0:
        spans.append((start, at))
        start = at + len(BETWEEN)
    return [*spans, (start, row.end)]


def _heads(text: str, rows: Sequence[Sequence[Span]]) -> tuple[list[str], int]:
    """What stands before the values ("City:"), by columns, and how many rows above them hold it."""
    if len(rows) > 1:
        first = [_label(text[start:end]) for start, end in rows[0]]
        if _share(text, rows[1:], set(first)) >= MOST / 2 and not _labelled(text, rows[0]):
            return first, 1
    below = list(rows)
    while below and len(rows) - len(below) < LEADING and not _labelled(text, below[0]):
        below.pop(0)
    counts = Counter(head for row in below for span in row if (head := _head(text, span)))
    often = [head for head, count in counts.items() if count > 1 or len(below) == 1]
    return (often, 0) if below and often and _share(text, below, set(often)) >= MOST else ([], 0)


def _label(head: str) -> str:
    """As `ingest.parsers.record` and `sheet_table` write a head before a value."""
    short = head if len(head) <= 80 else head[:79].rstrip() + "…"
    return short if short[-1:] in (":", "：", "?") else f"{short}:"


def _head(text: str, span: Span) -> str:
    found = _HEAD.match(text, *span)
    return found[1] if found else ""


def _labelled(text: str, row: Iterable[Span]) -> bool:
    heads = [bool(_head(text, span)) for span in row]
    return sum(heads) >= len(heads) / 2


def _share(text: str, rows: Iterable[Iterable[Span]], labels: set[str]) -> float:
    """How many of the values have one of the labels before them."""
    cells = [_named(text, span, labels) for row in rows for span in row]
    return sum(cells) / len(cells) if cells else 0.0


def _named(text: str, span: Span, labels: Iterable[str]) -> bool:
    return any(text.startswith(f"{label} ", *span) for label in labels)


def _row(text: str, block: Block, spans: Sequence[Span], heads: Sequence[str], marks: Sequence[Mark]) -> Row:
    cells: list[Cell] = [()] * len(heads)
    at = 0
    for start, end in spans:
        column = next(
            (n for n, h in enumerate(heads) if not cells[n] and _named(text, (start, end), [h])), -1
        )
        value = start + len(heads[column]) + 1 if column >= 0 else start
        if column < 0:
            column = next((n for n in range(at, len(cells)) if not cells[n]), len(cells))
        cells += [()] * (column + 1 - len(cells))
        cells[column] = _cell(text, start, value, end, marks)
        at = column + 1
    return Row(number=block.level, cells=tuple(cells))


def _cell(text: str, start: int, value: int, end: int, marks: Sequence[Mark]) -> Cell:
    """A value; what is marked of the head before it is marked of the value instead."""
    touching = [mark for mark in marks if mark.start < value and mark.end > start]
    if not touching or start == value:
        return cut(text, value, end, marks)
    last = touching[-1]
    reach = last.end if last.end > value else end
    pieces = cut(text, value, end, [replace(last, start=value, end=reach), *_after(marks, reach)])
    first = any(mark.sought and mark.start >= start for mark in touching)
    return (replace(pieces[0], first=first), *pieces[1:]) if pieces else ()


def _after(marks: Sequence[Mark], at: int) -> list[Mark]:
    return [mark for mark in marks if mark.start >= at]


def _filled(row: Row, width: int) -> Row:
    return replace(row, cells=(*row.cells, *((),) * (width - len(row.cells))))
