"""A passage as it is read: with what stands around it on its page. Pure.

A chunk ends where the embedder can read no more; a reader does not. Offsets here count in the page's text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rag.items import is_item
from rag.sentences import Piece, Span, pieces_within
from rag.types import Block, BlockKind, Page, Passage

MARGIN = 400  # characters before and behind a chunk that are read with it
FAR = 2000  # characters of a block that a chunk was cut from, and which is read to its end

SENTENCES = 6  # of a question on a page, at most

_ASKS = re.compile(r"[?？؟][\"'”’»)\]]{0,4}(?:\s{0,2}\([^()?]{0,80}\))?$")
_MARKED = re.compile(r"(?:[-*+•]\s{1,3})?(?:Q\s?\d{0,3}|Question(?:\s\d{1,3})?)\s?[:.)]\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A passage, its page, and the sentences in and around it."""

    passage: Passage
    page: Page
    pieces: tuple[Piece, ...]
    whole: bool  # whether all of the page is at hand

    def text(self, piece: Piece) -> str:
        """What a piece says, verbatim."""
        return self.page.text[piece.start : piece.end]

    def found(self, piece: Piece) -> bool:
        """Whether a piece stands in the chunk that was found, if only with a part."""
        chunk = self.passage.chunk
        return piece.end > chunk.start and piece.start < chunk.end

    def is_item(self, piece: Piece) -> bool:
        """Whether a piece is in a list, or written as if it were."""
        return piece.kind is BlockKind.ITEM or is_item(self.page.text, piece.start)

    def heading(self, at: int) -> int | None:
        """Which piece is the heading that a piece stands below; None where none is known."""
        above = (each for each in range(at - 1, -1, -1) if self.pieces[each].kind is BlockKind.HEADING)
        return next(above, None)

    def question(self, at: int) -> tuple[int, int] | None:
        """Which pieces, first and last, are the question on the page that a piece is of; None where it is of none.

        What ends with a question mark, a remark in parentheses behind it or not; and where "Q:" begins a paragraph, all
        that stands in it up to its last question mark.
        """
        first = last = at
        while self.follows(first) and at - first < SENTENCES:
            first -= 1
        if not _MARKED.match(self.text(self.pieces[first])):
            return (at, at) if self._asks(at) else None
        while self.follows(last + 1) and last - first < SENTENCES:
            last += 1
        ends = [each for each in range(at, last + 1) if self._asks(each)]
        return (first, ends[-1]) if ends else None

    def _asks(self, at: int) -> bool:
        return _ASKS.search(self.text(self.pieces[at])[-100:]) is not None

    def follows(self, at: int) -> bool:
        """Whether a piece goes on where the one before it ends: two sentences of one paragraph or item."""
        if not 0 < at < len(self.pieces):
            return False
        before, piece = self.pieces[at - 1], self.pieces[at]
        between = self.page.text[before.end : piece.start]
        prose = {before.kind, piece.kind} in ({BlockKind.PARAGRAPH}, {BlockKind.ITEM})
        if not prose or is_item(self.page.text, piece.start) or between.strip() or "\n\n" in between:
            return False
        return "\n" not in between or block_at(self.page.blocks, before) == block_at(self.page.blocks, piece)


def surroundings(passage: Passage, page: Page | None) -> Reading:
    """A passage with its page; only itself where the page is not at hand, or holds it no more."""
    chunk = passage.chunk
    whole = page is not None and page.text[chunk.start : chunk.end] == chunk.text
    if page is None or not whole:
        page = Page(number=chunk.page, text=" " * chunk.start + chunk.text, blocks=chunk.blocks)
    start, end = _window(page, chunk.start, chunk.end)
    some = _touched(page.blocks, start, end)
    pieces = tuple(pieces_within(page.text, some, start, end))
    return Reading(passage=passage, page=page, pieces=pieces, whole=whole)


def block_at(blocks: Sequence[Block], span: Piece | Block) -> int | None:
    """The number of the block that something begins in."""
    at = bisect_right(blocks, span.start, key=_start) - 1
    return at if at >= 0 and span.start < blocks[at].end else None


def block_span(page: Page, at: int) -> Span:
    """Where the text of a block stands, without the blanks around it."""
    text = page.text[page.blocks[at].start : page.blocks[at].end]
    first = page.blocks[at].start + len(text) - len(text.lstrip())
    return first, first + len(text.strip())


def _window(page: Page, start: int, end: int) -> Span:
    """The chunk with its margins, widened to whole blocks and cut at blanks."""
    first, last = max(0, start - MARGIN), min(len(page.text), end + MARGIN)
    some = _touched(page.blocks, first, last)
    if some:
        first = max(min(first, some[0].start), start - FAR)
        last = min(max(last, some[-1].end), end + FAR)
    while 0 < first < start and not page.text[first - 1].isspace():
        first += 1
    while end < last < len(page.text) and not page.text[last].isspace():
        last -= 1
    return first, last


def _touched(blocks: Sequence[Block], start: int, end: int) -> Sequence[Block]:
    return blocks[bisect_right(blocks, start, key=_end) : bisect_left(blocks, end, key=_start)]


def _start(block: Block) -> int:
    return block.start


def _end(block: Block) -> int:
    return block.end
