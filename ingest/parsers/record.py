"""Rows of a table as lines that can be understood alone: each value behind the head of its column. Pure."""

import re
from collections.abc import Iterator, Sequence

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
    labelled = [*head, *[""] * (len(cells) - len(head))]
    return " | ".join(
        f"{_label(label)} {cell}" if label and label != cell else cell
        for label, cell in zip(labelled, cells, strict=False)
        if cell
    )


def lines(rows: Sequence[Sequence[str]], *, headed: bool = False) -> Iterator[str]:
    """The rows of a table, the first of which names the columns where it is said to, or looks as if it did."""
    head: Sequence[str] = ()
    for at, row in enumerate(rows):
        yield line(head, row)
        if at == 0 and (headed or is_head(row, rows[1] if len(rows) > 1 else ())):
            head = row


def _label(head: str) -> str:
    return head if head[-1] in ":：?" else f"{head}:"
