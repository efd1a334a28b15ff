"""Text cut where something on it is marked. Pure."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Marked(StrEnum):
    """What a stretch of text is marked as."""

    QUOTE = "quote"
    HIT = "hit"  # what was searched for stands here too
    CURRENT = "current"  # the hit that is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A marked span of a page. Those of a page are in order and share no letter."""

    start: int
    end: int
    kind: Marked = Marked.QUOTE

    @property
    def sought(self) -> bool:
        """Whether a reader is taken there; true of one mark of a page at most."""
        return self.kind is not Marked.HIT


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that is marked, or not, from end to end."""

    text: str
    mark: str = ""  # a `Marked`, or empty
    first: bool = False  # whether what a reader is taken to begins here


def cut(text: str, start: int, end: int, marks: Sequence[Mark]) -> tuple[Piece, ...]:
    """``text[start:end]`` in pieces; joined they are the very same text."""
    return tuple(_cut(text, start, end, marks))


def sought(marks: Sequence[Mark]) -> tuple[int, int]:
    """The span that a reader is taken to; the page's beginning where there is none."""
    return next(((mark.start, mark.end) for mark in marks if mark.sought), (0, 0))


def _cut(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[Piece]:
    at = start
    for mark in marks[bisect_right(marks, start, key=lambda mark: mark.end) :]:
        left, right = max(mark.start, at), min(mark.end, end)
        if left >= end:
            break
        if left > at:
            yield Piece(text[at:left])
        yield Piece(text[left:right], mark.kind, mark.sought and left == mark.start)
        at = right
    if at < end:
        yield Piece(text[at:end])
