"""Where the words of a page stand on its picture, packed into a few bytes a word.

Points (1/72 inch), origin at the top left corner of the page as displayed: rotation and crop box are applied.
Stored as zlib over one version byte and six rows of little-endian int32: start (as difference to the word
before), length, and left, top, right, bottom in hundredths of a point.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.errors import StorageError

Spans = NDArray[np.int64]  # (n, 2): start and end of each word, in code points
Boxes = NDArray[np.float64]  # (n, 4): left, top, right, bottom of each word, in points

_VERSION = b"\x01"
_PER_POINT = 100
_SAME_LINE = 0.5  # share of the lower height by which two boxes of one line overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Rect:
    """An upright rectangle on the page as displayed, in points."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WordBox:
    """A word of the page's text, ``text[start:end]``, and where it stands."""

    start: int
    end: int
    left: float
    top: float
    right: float
    bottom: float


def pack(words: Iterable[WordBox]) -> bytes:
    """Pack word boxes; no words make no bytes. Coordinates are kept to a hundredth of a point."""
    rows = [(w.start, w.end, w.left, w.top, w.right, w.bottom) for w in words]
    table = np.array(rows, dtype=np.float64).reshape(len(rows), 6)
    return pack_arrays(table[:, :2].astype(np.int64), table[:, 2:])


def pack_arrays(spans: Spans, boxes: Boxes) -> bytes:
    """Pack word boxes given as arrays of shape (n, 2) and (n, 4)."""
    if not len(spans):
        return b""
    rows = np.empty((6, len(spans)), dtype="<i4")
    rows[0] = np.diff(spans[:, 0], prepend=0)
    rows[1] = spans[:, 1] - spans[:, 0]
    rows[2:] = np.rint(boxes.T * _PER_POINT)
    return _VERSION + zlib.compress(rows.tobytes(), 1)


def unpack_arrays(words: bytes) -> tuple[Spans, Boxes]:
    """Spans (n, 2) and boxes (n, 4) of packed words.

    Raises:
        StorageError: the bytes are not what `pack` made.
    """
    if not words:
        return np.empty((0, 2), dtype=np.int64), np.empty((0, 4))
    rows = np.frombuffer(_inflate(words), dtype="<i4").reshape(6, -1)
    starts = np.cumsum(rows[0], dtype=np.int64)
    return np.stack((starts, starts + rows[1]), axis=1), rows[2:].T / _PER_POINT


def unpack(words: bytes) -> tuple[WordBox, ...]:
    """The inverse of `pack`, to a hundredth of a point. Raises StorageError like `unpack_arrays`."""
    spans, boxes = unpack_arrays(words)
    return tuple(
        WordBox(start=start, end=end, left=left, top=top, right=right, bottom=bottom)
        for (start, end), (left, top, right, bottom) in zip(spans.tolist(), boxes.tolist(), strict=True)
    )


def covering(words: bytes, start: int, end: int) -> tuple[Rect, ...]:
    """Rectangles over the words that share a character with ``[start, end)``, one for each of their lines.

    Raises StorageError like `unpack_arrays`.
    """
    return next(covering_each(words, [(start, end)]))


def covering_each(words: bytes, places: Iterable[tuple[int, int]]) -> Iterator[tuple[Rect, ...]]:
    """The same for each of some places. Raises StorageError like `unpack_arrays`."""
    spans, boxes = unpack_arrays(words)
    for start, end in places:
        touched = boxes[(spans[:, 0] < end) & (spans[:, 1] > start)].tolist()
        yield tuple(_merged(Rect(left=a, top=b, right=c, bottom=d) for a, b, c, d in touched))


def _inflate(words: bytes) -> bytes:
    try:
        rows = zlib.decompress(words[1:])
    except zlib.error:
        rows = b"?"
    if words[:1] != _VERSION or len(rows) % 24:
        raise StorageError(
            "The stored word positions of a page cannot be read, so a quote on it cannot be highlighted: "
            "they are damaged or of another version. Read the document again."
        )
    return rows


def _merged(rects: Iterable[Rect]) -> Iterator[Rect]:
    current: Rect | None = None
    for rect in rects:
        if current and _on_one_line(current, rect):
            current = _union(current, rect)
            continue
        if current:
            yield current
        current = rect
    if current:
        yield current


def _on_one_line(a: Rect, b: Rect) -> bool:
    shared = min(a.bottom, b.bottom) - max(a.top, b.top)
    return shared > _SAME_LINE * min(a.bottom - a.top, b.bottom - b.top)


def _union(a: Rect, b: Rect) -> Rect:
    return Rect(
        left=min(a.left, b.left),
        top=min(a.top, b.top),
        right=max(a.right, b.right),
        bottom=max(a.bottom, b.bottom),
    )
