"""Edits of a text, and where its offsets went. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Edit = tuple[int, int, str]  # text[start:end] becomes the string; start < end
Offsets = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OffsetMap:
    """A text after edits, and for each offset into the text before where it is now.

    Laws: offsets stay in order; what no edit touched is found again, letter for letter; an offset inside
    an edited stretch goes no farther than its replacement's end.
    """

    text: str  # after the edits
    starts: Offsets  # of the edits, in the text before
    ends: Offsets
    lengths: Offsets  # of the replacements
    shifts: Offsets  # of what follows the first n edits; (edits + 1,)

    @classmethod
    def of(cls, text: str, edits: Iterable[Edit]) -> Self:
        """Apply edits, given in order and without overlap. Raises ValueError where they are not."""
        pieces: list[str] = []
        rows: list[tuple[int, int, int]] = []
        at = 0
        for start, end, replacement in edits:
            if not at <= start < end <= len(text):
                raise ValueError(f"edit {start}:{end} is empty, out of order or outside the text")
            pieces += (text[at:start], replacement)
            rows.append((start, end, len(replacement)))
            at = end
        table = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        shifts = np.concatenate(([0], np.cumsum(table[2] - (table[1] - table[0]))))
        joined = "".join((*pieces, text[at:]))
        return cls(text=joined, starts=table[0], ends=table[1], lengths=table[2], shifts=shifts)

    def moved(self, offsets: Offsets) -> Offsets:
        """Where offsets into the text before stand in the text after; any shape."""
        if not len(self.starts):
            return offsets
        passed = np.searchsorted(self.ends, offsets, side="right")
        open_edit = np.minimum(passed, len(self.starts) - 1)
        into = offsets - self.starts[open_edit]
        within = (passed < len(self.starts)) & (into > 0)
        clamped = self.starts[open_edit] + np.minimum(into, self.lengths[open_edit])
        moved: Offsets = np.where(within, clamped, offsets) + self.shifts[passed]
        return moved
