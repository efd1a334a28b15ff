"""What is shown of a stored page: its blocks, with something marked, and not more than a browser can bear. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.types import Block, BlockKind, Document, Page
from web.reading.pieces import Mark, Piece, cut, sought

AROUND = 30_000  # characters shown on either side of a quote; some texts are one page of megabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A block of a page, cut where something is marked."""

    kind: BlockKind
    level: int
    pieces: tuple[Piece, ...]

    @property
    def row(self) -> str:
        """The number of a sheet's row; empty for anything else."""
        return str(self.level) if self.kind is BlockKind.ROW and self.level else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """What is shown of a page's text."""

    text: str  # all of it
    blocks: tuple[Block, ...]  # those shown, in order, without line breaks around them
    marks: tuple[Mark, ...]
    cut_before: int  # characters left out above
    cut_after: int  # and below

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The blocks one by one."""
        return tuple(
            Stretch(kind=b.kind, level=b.level, pieces=self.pieces(b.start, b.end)) for b in self.blocks
        )

    def pieces(self, start: int, end: int) -> tuple[Piece, ...]:
        """A span of the text, cut where something is marked."""
        return cut(self.text, start, end, self.marks)


def view(page: Page, marks: Sequence[Mark] = ()) -> PageView:
    """The page's text around what a reader is taken to."""
    start, end = sought(marks)
    low, high = max(0, start - AROUND), end + AROUND
    shown = [block for block in _whole(page) if block.end > low and block.start < high]
    clipped = [_clipped(block, low, high) for block in shown]
    return PageView(
        text=page.text,
        blocks=tuple(_trimmed(page.text, block) for block in clipped),
        marks=tuple(marks),
        cut_before=min((block.start for block in clipped), default=0),
        cut_after=len(page.text) - max((block.end for block in clipped), default=len(page.text)),
    )


def pictured(document: Document, page: Page) -> bool:
    """Whether a picture of the page can be shown: not of an attachment's page, nor of one that is damaged."""
    return document.media_type is not None and document.media_type.pictured and page.width > 0


def _whole(page: Page) -> Iterator[Block]:
    """The page's blocks, and as paragraphs whatever text stands between them."""
    at = 0
    for block in sorted(page.blocks, key=lambda block: block.start):
        yield from _gap(page.text, at, block.start)
        yield block
        at = max(at, block.end)
    yield from _gap(page.text, at, len(page.text))


def _gap(text: str, start: int, end: int) -> Iterator[Block]:
    if text[start:end].strip():
        yield Block(start=start, end=end, kind=BlockKind.PARAGRAPH)


def _clipped(block: Block, low: int, high: int) -> Block:
    return Block(start=max(block.start, low), end=min(block.end, high), kind=block.kind, level=block.level)


def _trimmed(text: str, block: Block) -> Block:
    shown = text[block.start : block.end]
    start = block.start + len(shown) - len(shown.lstrip("\n"))
    end = max(start, block.start + len(shown.rstrip("\n")))
    return Block(start=start, end=end, kind=block.kind, level=block.level)
