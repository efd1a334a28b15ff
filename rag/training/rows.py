"""Examples as rows of word pieces with their targets, in batches of like length. Pure but for the tokenizer."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.models.pairs import Pair, Pairs, arrays
from rag.training.example import Example

if TYPE_CHECKING:
    from numpy.typing import NDArray

NULL = (0, 0)  # start and end on the start mark: the answer is not in here
IGNORED = -100  # a target that teaches nothing, as torch's cross-entropy has it
POOL = 32  # batches' worth of rows that are sorted by length together


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row and what is right for it."""

    pair: Pair
    span: tuple[int, int]  # positions in the row of the answer's first and last piece; NULL, IGNORED
    relevance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows as arrays."""

    ids: "NDArray[np.int64]"  # (rows, length)
    types: "NDArray[np.int64]"
    mask: "NDArray[np.int64]"
    spans: "NDArray[np.int64]"  # (rows, 2)
    relevance: "NDArray[np.float32]"  # (rows,)
    readable: (
        "NDArray[np.bool_]"  # (rows, length), where an answer may stand: the passage, and the start mark
    )


def rows(examples: Iterable[Example], pairs: Pairs) -> Iterator[Row]:
    """A row for each window of each example; a window without the answer says so."""
    for example in examples:
        (windows,) = pairs.rows(example.question, [example.passage])
        for pair in windows:
            yield _row(example, pair, alone=len(windows) == 1)


def _row(example: Example, pair: Pair, *, alone: bool) -> Row:
    if not example.pointed:
        return Row(pair=pair, span=(IGNORED, IGNORED), relevance=float(example.relevant))
    found = [span for span in (pair.pieces(*answer) for answer in example.answers) if span]
    if found:  # the shortest of the answers that people gave
        return Row(pair=pair, span=min(found, key=lambda span: span[1] - span[0]), relevance=1.0)
    return Row(pair=pair, span=NULL, relevance=float(example.relevant and alone))


def plan(count: int, lengths: Sequence[int], size: int, seed: int) -> list[list[int]]:
    """Indices of one epoch's batches: shuffled, then sorted by length within pools, the batches shuffled again.

    The same for the same seed. Every index stands in exactly one batch, of at most ``size``.
    """
    dice = random.Random(seed)  # noqa: S311, no secret
    order = dice.sample(range(count), count)
    batches: list[list[int]] = []
    for start in range(0, count, POOL * size):
        pool = sorted(order[start : start + POOL * size], key=lambda at: lengths[at])
        batches += [pool[at : at + size] for at in range(0, len(pool), size)]
    dice.shuffle(batches)
    return batches


def batch(some: Sequence[Row]) -> Batch:
    """Rows padded to the longest."""
    ids, types, mask = arrays([row.pair for row in some])
    readable = np.zeros(ids.shape, dtype=np.bool_)
    readable[:, 0] = True
    for at, pair in enumerate(row.pair for row in some):
        readable[at, pair.first : pair.first + len(pair.places)] = True
    return Batch(
        ids=ids,
        types=types,
        mask=mask,
        spans=np.array([row.span for row in some], dtype=np.int64),
        relevance=np.array([row.relevance for row in some], dtype=np.float32),
        readable=readable,
    )
