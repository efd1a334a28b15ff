"""The rows of a sheet as text: each understandable alone, every value behind its column's header. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from ingest.parsers.record import labelled
from rag.types import BlockKind

_YEAR = re.compile(r"(?:19|20)\d\d")
_HEADER_CHARS = 80  # of a header, as far as it is repeated with each value
_LIST_ROWS = 4  # so many rows of one cell each are a list


class Kind(StrEnum):
    """What a cell holds, as far as it tells headers from values."""

    TEXT = "text"
    NUMBER = "number"
    YEAR = "year"
    TIME = "time"


class Cell(NamedTuple):
    """A cell that is not empty."""

    column: int  # from 1
    text: str  # as shown
    kind: Kind = Kind.TEXT
    bold: bool = False


class Row(NamedTuple):
    """A row that is not empty; or one that is hidden, which has no cells."""

    number: int  # in its sheet, from 1
    cells: Sequence[Cell]  # from left to right
    spans: Mapping[int, int] = MappingProxyType({})  # of cells over several columns: the last of these


Line = tuple[BlockKind, str, int]  # the block that a row becomes: kind, text and level


class Lines:
    """Puts the rows of one sheet into words; remembers the headers of the table it is in."""

    def __init__(self) -> None:
        self.tables = 0
        self._headers: dict[int, str] = {}

    def of(self, rows: Sequence[Row]) -> Iterator[Line]:
        """A block for each of some rows with no empty row between them."""
        at = next((at for at, row in enumerate(rows) if len(row.cells) > 1), len(rows))
        if at == len(rows):
            yield from _list(rows)
            return
        yield from map(_caption, rows[:at])
        names = at + self._open(rows[at:])
        for row in rows[at:names]:
            yield BlockKind.ROW, " | ".join(cell.text for cell in row.cells), row.number
        for row in rows[names:]:
            yield BlockKind.ROW, self._labelled(row), row.number

    def _labelled(self, row: Row) -> str:
        return labelled((self._headers.get(cell.column, ""), cell.text) for cell in row.cells)

    def _open(self, rows: Sequence[Row]) -> int:
        """Note the headers of a table; how many of its rows hold them."""
        goes_on = {cell.column for row in rows for cell in row.cells} <= self._headers.keys()
        grouped = len(rows) > 2 and bool(rows[0].spans) and _names_columns(rows[1], rows[2])
        if grouped:
            self._headers = _grouped(rows[0], rows[1])
        elif len(rows) > 1 and _names_columns(rows[0], rows[1], alone=not goes_on):
            self._headers = {cell.column: _short(cell.text) for cell in rows[0].cells}
        else:
            self._headers = self._headers if goes_on else {}
            self.tables += not goes_on
            return 0
        self.tables += 1
        return 1 + grouped


def regions(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows between empty ones. Hidden ones part nothing: what is around them stands together for readers."""
    cuts = [at for at, (before, row) in enumerate(pairwise(rows), 1) if row.number > before.number + 1]
    for start, end in pairwise([0, *cuts, len(rows)]):
        if shown := [row for row in rows[start:end] if row.cells]:
            yield shown


def _names_columns(row: Row, below: Row, *, alone: bool = True) -> bool:
    """Whether a row names the columns of the one below it.

    It holds nothing but names (of which years and dates may be some), and looks other than what is below:
    other in kind, or bold. Three names do `alone`; two could be a name and its value.
    """
    if len(row.cells) < 2 or any(cell.kind is Kind.NUMBER for cell in row.cells):
        return False
    under = {cell.column: cell.kind for cell in below.cells}
    if any(cell.kind is not under.get(cell.column, cell.kind) for cell in row.cells):
        return True
    if all(cell.bold for cell in row.cells) and not all(cell.bold for cell in below.cells):
        return True
    return alone and len(row.cells) > 2 and all(cell.kind is Kind.TEXT for cell in row.cells)


def kind_of(value: object, text: str) -> Kind:
    """The kind of a cell's value that is shown as `text`."""
    if isinstance(value, str):
        return Kind.TEXT
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Kind.NUMBER if isinstance(value, bool) else Kind.TIME
    return Kind.YEAR if _YEAR.fullmatch(text) else Kind.NUMBER


def _caption(row: Row) -> Line:
    """What stands above a table: its name, where it is bold or reaches over columns."""
    names = row.cells[0].bold or bool(row.spans)
    return (BlockKind.HEADING, row.cells[0].text, 2) if names else (BlockKind.PARAGRAPH, row.cells[0].text, 0)


def _list(rows: Sequence[Row]) -> Iterator[Line]:
    """Rows of one cell each: text, or a list where there are many."""
    for row in rows:
        listed = len(rows) >= _LIST_ROWS
        yield BlockKind.ROW if listed else BlockKind.PARAGRAPH, row.cells[0].text, row.number * listed


def _grouped(groups: Row, names: Row) -> dict[int, str]:
    """Headers of two rows, the upper of which stand over several columns: "2024 Q1"."""
    headers, above = {}, {cell.column: cell for cell in groups.cells}
    group, reach = "", 0
    for cell in names.cells:
        for column in [column for column in above if column <= cell.column]:
            group, reach = above.pop(column).text, groups.spans.get(column, column)
        over = group if cell.column <= reach and group != cell.text else ""
        headers[cell.column] = _short(f"{over} {cell.text}".strip())
    return headers


def _short(text: str) -> str:
    return text if len(text) <= _HEADER_CHARS else text[: _HEADER_CHARS - 1].rstrip() + "…"
