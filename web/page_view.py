"""A stored page as readers see it: its text in stretches, with a quote marked. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from rag.types import Block, BlockKind, Document, Page

AROUND = 30_000  # characters shown on either side of a quote; some texts are one page of megabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A block of a page, cut where the quote begins and ends."""

    kind: BlockKind
    level: int
    before: str
    marked: str  # the quote's part, empty where it is elsewhere
    after: str
    first: bool  # whether the quote begins here

    @property
    def row(self) -> str:
        """The number of a sheet's row; empty for anything else."""
        return str(self.level) if self.kind is BlockKind.ROW and self.level else ""

    @property
    def name(self) -> str:
        """What it was taken for, in a word or two."""
        match self.kind:
            case BlockKind.HEADING:
                return f"heading {self.level}"
            case BlockKind.ROW if self.row:
                return f"row {self.row}"
            case _:
                return self.kind.value


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """What is shown of a page's text."""

    stretches: tuple[Stretch, ...]
    cut_before: int  # characters left out above
    cut_after: int  # and below


def view(page: Page, start: int, end: int) -> PageView:
    """The page's text around ``[start, end)``, which is marked; an empty span marks nothing."""
    low, high = max(0, start - AROUND), end + AROUND
    shown = [block for block in _whole(page) if block.end > low and block.start < high]
    cut = [_clipped(block, low, high) for block in shown]
    return PageView(
        stretches=tuple(_stretch(page.text, block, start, end) for block in cut),
        cut_before=min((block.start for block in cut), default=0),
        cut_after=len(page.text) - max((block.end for block in cut), default=len(page.text)),
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


def _stretch(text: str, block: Block, start: int, end: int) -> Stretch:
    left = min(max(start, block.start), block.end)
    right = min(max(end, left), block.end)
    return Stretch(
        kind=block.kind,
        level=block.level,
        before=text[block.start : left].lstrip("\n"),
        marked=text[left:right],
        after=text[right : block.end].rstrip("\n"),
        first=left == start and right > left,
    )
