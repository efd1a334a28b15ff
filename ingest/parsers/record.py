"""Rows of a table as lines that can be understood alone: each value behind the head of its column. Pure."""

import re
from collections.abc import Sequence

_LONGEST_HEAD = 60  # characters
_WORD = re.compile(r"[^\W\d_]")


def is_head(cells: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a table's first row names its columns: short words that all differ, above at least one value."""
    named = [cell for cell in cells if cell]
    return (
        len(named) > 1
        and len(named) >= len(cells) - 1
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


def _label(head: str) -> str:
    return head if head[-1] in ":：?" else f"{head}:"
