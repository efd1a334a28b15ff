"""Excel workbooks: a page for each sheet, a row of it per row of text, every value behind its header.

openpyxl reads the cells one row at a time; formulas count with the value that was saved with them, macros
and links to other workbooks are not looked at. Hidden sheets, rows and columns are left out.
"""

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.parsers.archive import members, sound
from ingest.parsers.budget import Budget
from ingest.parsers.draft import Draft
from ingest.parsers.hiding import comments, left_out
from ingest.parsers.office import sheet_cells
from ingest.parsers.office.sheet_table import Lines, Row, regions
from ingest.parsers.reading import Reading
from ingest.parsers.title import meaningful
from rag.errors import NoText
from rag.hidden import Hidden
from rag.types import BlockKind, MediaType, Page, Parsed

_PAGE_ROWS = 1_000  # of a sheet, on one page


def parse(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:
    """Read a workbook: a page for each sheet, several of the same label for a long one.

    Raises:
        NoText: no cell shows anything.
        OverLimit: it holds more cells or text than the limits allow.
        UnreadableDocument: it is damaged, or made to do harm.
    """
    packed = members(data, name, reading)
    import openpyxl

    with warnings.catch_warnings(), sound(name, "an Excel workbook"):
        warnings.simplefilter("ignore")  # openpyxl's, about what it would lose in saving
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        reader = _Reader(Budget(name, reading.limits), reading.keep_hidden, warnings=[*comments(packed)])
        for sheet in book.worksheets:
            reader.read(sheet)
    if not reader.hidden and not any(page.text for page in reader.pages):
        raise NoText(f"{name} shows no text: all its cells are empty.")
    return reader.parsed(meaningful(book.properties.title))


@dataclass(slots=True)
class _Reader:
    """Writes the pages of a workbook, sheet by sheet."""

    budget: Budget
    keep_hidden: bool
    pages: list[Page] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    tables: int = 0
    uncomputed: int = 0

    def read(self, sheet: Any) -> None:
        """Append a sheet: one page or several, an empty one where it shows nothing."""
        found, first = sheet_cells.read(sheet, self.budget, keep_hidden=self.keep_hidden), len(self.pages) + 1
        if found.damaged:
            count = sum(bool(row.cells) for row in found.rows)
            self.warnings.append(f"The sheet {sheet.title} is damaged: {count:,} rows could be read.")
            self.unreadable += [] if count else [first]
        if sheet.sheet_state != "visible" and not self.keep_hidden:
            found.hide()
        self.uncomputed += found.uncomputed
        self.hidden += left_out(found.hidden, first)
        for page in self._written(sheet.title, found.rows):
            self.pages.append(replace(page, number=len(self.pages) + 1, label=sheet.title))

    def _written(self, title: str, rows: Sequence[Row]) -> Iterator[Page]:
        lines, draft = Lines(), Draft()
        blocks = (block for region in regions(rows) for block in lines.of(region))
        for at, (kind, text, level) in enumerate(blocks):
            if at and at % _PAGE_ROWS == 0:
                yield draft.page()
                draft = Draft()
            if at == 0:
                draft.add(BlockKind.HEADING, title, 1)
            draft.add(kind, text, level)
        yield draft.page()
        self.tables += lines.tables

    def parsed(self, title: str) -> Parsed:
        """The document with its pages as they stand."""
        lost = (
            f"{self.uncomputed:,} formulas were saved without their values, which are missing here. "
            "Open the workbook in Excel or LibreOffice, save it, and add it again."
        )
        return Parsed(
            title=title,
            media_type=MediaType.XLSX,
            pages=tuple(self.pages),
            warnings=(*self.warnings, *([lost] if self.uncomputed else [])),
            unreadable=tuple(self.unreadable),
            tables=self.tables,
            hidden=tuple(self.hidden),
        )
