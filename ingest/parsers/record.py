"""Rows of a table as lines that can be understood alone: each value behind the head of its column. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

_LONGEST_HEAD = 60  # characters
_WORD = re.compile(r"[^\W\d_]")


def is_head(cells: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a table's first row names its columns: short words that all differ, above at least one value."""
    named = [cell for cell in cells if cell]
    width = max((at for at, cell in enumerate(cells, start=1) if cell), default=0)
    return (
        len(named) > 1
        and len(named) >= width - 1
        and len(set(named)) == len(named)
        and all(_WORD.search(cell) and len(cell) <= _LONGEST_HEAD for cell in named)
        and any(below)
    )


def line(head: Sequence[str], cells: Sequence[str]) -> str:
    """A row as "City: Rome | Limit: 120"; without heads, or where a column has none, the bare values."""
    return labelled(zip_longest(head, cells, fillvalue=""))


def labelled(pairs: Iterable[tuple[str, str]]) -> str:
    """Heads, which may be empty, and values as "City: Rome | Limit: 120"; a value that is empty is left out."""
    return " | ".join(
        f"{_label(head)} {value}" if head and head != value else value for head, value in pairs if value
    )


def lines(rows: Iterable[Sequence[str | None]], *, headed: bool | None = None) -> Iterator[str]:
    """The rows of a table, in which None is a cell that is one with the cell above it.

    Whether the first row names the columns is said, or else seen from what it looks like.
    """
    filled = list(_filled(rows))
    if headed is None:
        headed = len(filled) > 1 and is_head(filled[0], filled[1])
    for at, row in enumerate(filled):
        yield line(filled[0] if headed and at else (), row)


def _filled(rows: Iterable[Sequence[str | None]]) -> Iterator[list[str]]:
    above: list[str] = []
    for row in rows:
        below = zip_longest(row, above[: len(row)], fillvalue="")
        above = [up if cell is None else cell for cell, up in below]
        yield above


def _label(head: str) -> str:
    return head if head[-1] in ":：?" else f"{head}:"
