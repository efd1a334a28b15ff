"""Tables as text (CSV, TSV): each row a line that can be understood alone, on pages of a thousand rows."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, islice

from ingest.parsers.budget import Budget
from ingest.parsers.draft import Draft, tidy
from ingest.parsers.reading import Reading, empty
from ingest.parsers.record import is_head, line
from ingest.parsers.text import blocks, decode
from rag.types import BlockKind, MediaType, Page, Parsed

_DELIMITERS = ",;\t|"
_SAMPLE = 65_536  # characters looked at to tell how a table is made
_SAMPLE_ROWS = 50
_REGULAR = 0.8  # share of the rows that have as many cells as most
_PAGE_ROWS = 1_000
_LONGEST = 1 << 20  # characters of a cell; beyond, a quote was left open
_TITLES = 3  # lines above a table that are no rows of it
_Row = list[str]
_Numbered = tuple[int, _Row]  # counted as a spreadsheet does, from 1


def parse(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:
    """Read a table: "Head: value" for each cell; a block's level is its row's number. Odd ones are read as text.

    Raises:
        NoText: nothing but blanks.
        OverLimit: it has more cells than the limit.
    """
    text = decode(data).removeprefix("\ufeff")
    if not text.strip():
        raise empty(name)
    try:
        with _long_cells():
            pages = _pages(text, Budget(name, reading.limits))
    except csv.Error:
        pages = []
    if pages:
        return Parsed(title="", media_type=MediaType.CSV, pages=tuple(pages), tables=1)
    page = Page(number=1, text=text, blocks=blocks(text))
    warning = "The table is not made as tables are, so it was read as plain text."
    return Parsed(title="", media_type=MediaType.CSV, pages=(page,), warnings=(warning,))


def delimiter(text: str) -> str:
    """What stands between the cells of a text's rows; empty where the text is no regular table."""
    lines = list(_lines(text[:_SAMPLE]))
    if len(lines) > 1 and len(text) > _SAMPLE:
        lines.pop()  # cut short
    ranked = [(*_regularity(lines, candidate), candidate) for candidate in _DELIMITERS]
    share, width, best = max(ranked, key=lambda each: each[:2])
    return best if width > 1 and share >= _REGULAR else ""


def _lines(text: str) -> Iterable[str]:
    """The lines of a text, which no other sign ends than LF: the others may stand in cells."""
    return io.StringIO(text, newline="")


@contextmanager
def _long_cells() -> Iterator[None]:
    """Within the block, cells of up to _LONGEST characters are read; the limit is the whole process's."""
    before = csv.field_size_limit(_LONGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _regularity(lines: Sequence[str], candidate: str) -> tuple[float, int]:
    """How many of the rows have the commonest number of cells, and that number; nothing for single cells."""
    try:
        rows = list(islice(_filled(csv.reader(lines, delimiter=candidate)), _SAMPLE_ROWS))
    except csv.Error:
        return 0.0, 0
    widths = [len(row) for _, row in rows]
    widths = widths[_titles(widths) :]
    width, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
    return (count / len(widths), width) if width > 1 else (0.0, 0)


def _titles(widths: Sequence[int]) -> int:
    """How many rows of one cell stand above a table of two rows or more."""
    above = next((at for at, width in enumerate(widths) if width > 1), len(widths))
    return above if above <= _TITLES and above + 1 < len(widths) else 0


def _filled(rows: Iterable[_Row]) -> Iterator[_Numbered]:
    """The rows that say anything, with their numbers."""
    for number, row in enumerate(rows, start=1):
        cells = [tidy(cell).replace("\n", " ") for cell in row]
        if any(cells):
            yield number, cells


def _pages(text: str, budget: Budget) -> list[Page]:
    reader = csv.reader(_lines(text), delimiter=delimiter(text) or ",")
    rows = _filled(_counted(reader, budget))
    first = list(islice(rows, _SAMPLE_ROWS))
    at, head = _head(first)
    rows = chain(first, rows)
    groups = iter(lambda: list(islice(rows, _PAGE_ROWS)), [])
    pages = [(group[0][0], group[-1][0], _page(group, at, head)) for group in groups]
    return [
        replace(page, number=number, label=f"rows {start}-{end}" if len(pages) > 1 else "")
        for number, (start, end, page) in enumerate(pages, start=1)
    ]


def _counted(rows: Iterable[_Row], budget: Budget) -> Iterator[_Row]:
    for row in rows:
        budget.take(len(row))
        yield row


def _head(rows: Sequence[_Numbered]) -> tuple[int, _Row]:
    """The number of the row that names the columns, and their names; 0 and none where none does."""
    width = Counter(len(row) for _, row in rows).most_common(1)[0][0]
    at = next(index for index, (_, row) in enumerate(rows) if len(row) == width)
    below = rows[at + 1][1] if at + 1 < len(rows) else []
    return rows[at] if is_head(rows[at][1], below) else (0, [])


def _page(rows: Sequence[_Numbered], at: int, head: _Row) -> Page:
    """Rows under the heads bear them; what stands above, and the heads themselves, are bare."""
    draft = Draft()
    for number, row in rows:
        draft.add(BlockKind.ROW, line(head if number > at else (), row), number)
    return draft.page()
