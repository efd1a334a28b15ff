"""The cells of one sheet, read row by row, without what a reader of the sheet would not see.

openpyxl's own rows are not used: they know nothing of hidden rows and columns, and are filled up to the
sheet's last column, which a small file can make as far away as it likes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.parsers.budget import Budget
from ingest.parsers.office.sheet_style import Styles
from ingest.parsers.office.sheet_table import Cell, Row, kind_of
from ingest.parsers.office.sheet_values import shown
from rag.hidden import Concealment

_DAMAGE = (AttributeError, IndexError, KeyError, OverflowError, SyntaxError, TypeError, ValueError)


@dataclass(slots=True)
class Sheet:
    """What was read of a sheet."""

    rows: list[Row] = field(default_factory=list)
    hidden: Counter[Concealment] = field(default_factory=Counter)  # characters left out
    uncomputed: int = 0  # formulas whose value was not saved
    damaged: bool = False  # what comes after these rows could not be read

    def hide(self) -> None:
        """Leave out all that the sheet shows."""
        self.hidden[Concealment.STYLE] += sum(len(cell.text) for row in self.rows for cell in row.cells)
        self.rows = []


def read(sheet: Any, budget: Budget, *, keep_hidden: bool) -> Sheet:
    """The rows of one of openpyxl's read-only sheets; of a damaged one as many as could be read.

    Raises:
        OverLimit: the workbook holds more than the limits allow.
    """
    found = Sheet()
    with sheet._get_source() as source:
        parser = _parser(sheet, source, found)
        cells = _Cells(parser, Styles(sheet), budget, found.hidden, keep_hidden)
        try:
            for row in cells.rows():
                found.rows.append(row)
        except _DAMAGE:
            found.damaged = True
    painted = bool(parser.formatting or parser.tables)  # their colours lie behind letters of any colour
    found.rows = list(cells.seen(found.rows, painted=painted))
    if parser.merged_cells is not None:
        found.rows = list(_merged(found.rows, parser.merged_cells.mergeCell, budget))
    return found


@dataclass(slots=True)
class _Cells:
    """Takes the cells that openpyxl's parser yields, as they are shown."""

    parser: Any
    styles: Styles
    budget: Budget
    hidden: Counter[Concealment]
    keep_hidden: bool
    concealed: dict[int, dict[int, Concealment]] = field(default_factory=dict)  # by row and column
    columns: dict[int, bool] = field(default_factory=dict)  # whether they are hidden, as far as known

    def rows(self) -> Iterator[Row]:
        """The rows that show something, in the order of the file; hidden ones are counted, and bare of cells."""
        for number, raw in self.parser.parse():
            attributes = self.parser.row_dimensions.pop(str(number), {})
            self.budget.take(len(raw))
            cells = [cell for each in raw if (cell := self._cell(number, each))]
            if attributes and _is_hidden(attributes, "ht") and not self.keep_hidden:
                self.hidden[Concealment.STYLE] += sum(len(cell.text) for cell in cells)
                yield Row(number, ())
            elif cells:
                yield Row(number, cells)

    def _cell(self, row: int, raw: Mapping[str, Any]) -> Cell | None:
        value, column = raw["value"], raw["column"]
        if value is None:
            return None
        style = self.styles[raw["style_id"]]
        text = shown(value, style.form)
        if not text:
            return None
        self.budget.take(0, len(text))
        if not self.keep_hidden and self._is_hidden(column):
            self.hidden[Concealment.STYLE] += len(text)
            return None
        if style.how and not self.keep_hidden:
            self.concealed.setdefault(row, {})[column] = style.how
        return Cell(column, text, kind_of(value, text), style.bold)

    def _is_hidden(self, column: int) -> bool:
        if column not in self.columns:
            self.columns[column] = any(
                int(each["min"]) <= column <= int(each.get("max", each["min"])) and _is_hidden(each, "width")
                for each in self.parser.column_dimensions.values()
            )
        return self.columns[column]

    def seen(self, rows: Sequence[Row], *, painted: bool) -> Iterator[Row]:
        """The rows without cells whose style hides them; white letters are seen where cells are painted."""
        for row in rows:
            ways = self.concealed.get(row.number)
            if not ways:
                yield row
                continue
            gone = {c for c, how in ways.items() if not (painted and how is Concealment.COLOUR)}
            for cell in row.cells:
                if cell.column in gone:
                    self.hidden[ways[cell.column]] += len(cell.text)
            if kept := [cell for cell in row.cells if cell.column not in gone]:
                yield row._replace(cells=kept)


def _parser(sheet: Any, source: Any, found: Sheet) -> Any:
    """The parser that openpyxl itself uses, made to count formulas without a value."""
    from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

    book = sheet.parent
    parser: Any = WorkSheetParser(
        source,
        sheet._shared_strings,
        data_only=True,
        epoch=book.epoch,
        date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )
    plain = parser.parse_cell

    def counting(element: Any) -> Any:
        cell = plain(element)
        found.uncomputed += cell["value"] is None and element.find(FORMULA_TAG) is not None
        return cell

    parser.parse_cell = counting
    return parser


def _is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    """Whether a row or column is hidden, or has no height or width."""
    return attributes.get("hidden") in ("1", "true") or attributes.get(size) in ("0", "0.0")


def _merged(rows: Sequence[Row], merged: Iterable[Any], budget: Budget) -> Iterator[Row]:
    """The rows, what is merged over several of them in each; and with the cells that reach over columns."""
    starts: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for area in merged:
        starts[area.min_row].append((area.min_col, area.max_col, area.max_row))
    above: dict[int, tuple[Cell, int]] = {}  # by column: what reaches down, and to which row
    for row in rows:
        if not row.cells:
            yield row
            continue
        own = {cell.column: cell for cell in row.cells}
        above = {column: held for column, held in above.items() if held[1] >= row.number}
        down = [cell for column, (cell, _) in above.items() if column not in own]
        budget.take(len(down), sum(len(cell.text) for cell in down))
        areas = [area for area in starts.get(row.number, ()) if area[0] in own]
        above |= {left: (own[left], last) for left, _, last in areas if last > row.number}
        spans = {left: right for left, right, _ in areas if right > left}
        yield Row(row.number, sorted([*row.cells, *down]) if down else row.cells, spans)
