"""Packs texts of unlike length into rectangular batches with little padding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Lengths are rounded up to this many, since a runtime prepares its kernels anew for each length it meets.
STEP = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some of the texts, as a model reads them."""

    rows: tuple[int, ...]  # which text each row is
    ids: "NDArray[np.int64]"  # (rows, length), 0 where padded
    mask: "NDArray[np.int64]"  # (rows, length), 1 where there is a token


def batches(encoded: Sequence[Sequence[int]], tokens: int) -> Iterator[Batch]:
    """Every text in exactly one batch: longest first, at most ``tokens`` cells each, but at least one row.

    Longest first, so that texts of like length share a batch and the parallel tail is made of short ones.
    """
    order = sorted(range(len(encoded)), key=lambda i: -len(encoded[i]))
    start = 0
    while start < len(order):
        length = -(-len(encoded[order[start]]) // STEP) * STEP
        rows = order[start : start + max(1, tokens // max(1, length))]
        ids, mask = padded([encoded[text] for text in rows], length)
        yield Batch(rows=tuple(rows), ids=ids, mask=mask)
        start += len(rows)


def padded(rows: "Sequence[Sequence[int]]", length: int) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """The rows, 0 where padded, and where there is something, each of shape (rows, length)."""
    ids = np.zeros((len(rows), length), dtype=np.int64)
    mask = np.zeros_like(ids)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = row
        mask[at, : len(row)] = 1
    return ids, mask
