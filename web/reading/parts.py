"""A page in the shapes that people know: headings, paragraphs, lists, tables, a mail's head, a slide's notes. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.types import Block, BlockKind, MediaType
from web.reading.pieces import Piece
from web.reading.tables import Table, apart, table
from web.reading.view import PageView

MAILS = (MediaType.EML, MediaType.MSG)
SHEETS = (MediaType.XLSX, MediaType.CSV)
NOTES = "Notes"  # what `ingest.parsers.office.slide` writes above those of the speaker
MAIL = "Mail"  # how the label of a mail's own page ends, see `ingest.parsers.post.letter`
_HEAD = re.compile(r"(From|To|Cc|Bcc|Date|Reply-To|Sent): ")
_LOWEST = 5  # of headings' ranks


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A heading, a paragraph or a piece of code."""

    kind: str
    pieces: tuple[Piece, ...]
    level: int = 0  # of a heading, as it was written
    rank: int = 0  # of a heading among those shown: none is more than one below the one before


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of a list."""

    depth: int  # from 0
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    kind = "items"
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """The head of a mail: names ("From") and what stands behind them."""

    kind = "heads"
    lines: tuple[tuple[str, tuple[Piece, ...]], ...]


Part = Passage | Items | Table | Heads


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What is shown of a page, in order."""

    shape: str  # "slide", "mail", "sheet" or "text"
    body: tuple[Part, ...]
    notes: tuple[Part, ...]  # of the speaker, below a slide
    cut_before: int
    cut_after: int

    @property
    def empty(self) -> bool:
        """Whether there is no text at all."""
        return not self.body and not self.notes


def layout(view: PageView, media_type: MediaType | None = None, label: str = "") -> Layout:
    """The page as it is to be shown, by what its document is and what it is called there."""
    shape = _shape(media_type, label)
    blocks = view.blocks
    notes = next((at for at, block in enumerate(blocks) if _notes(view, block)), len(blocks))
    split = notes if shape == "slide" else len(blocks)
    heads = tuple(_heads(view, blocks[1:])) if shape == "mail" else ()
    top = 1 + len(heads) if heads else 0
    parts = _Parts(view, headed=media_type is MediaType.MARKDOWN)
    body = (*parts.of(blocks[: min(top, 1)]), *([Heads(lines=heads)] if heads else []))
    return Layout(
        shape=shape,
        body=(*body, *parts.of(blocks[top:split])),
        notes=tuple(parts.of(blocks[split + 1 :])),
        cut_before=view.cut_before,
        cut_after=view.cut_after,
    )


class _Parts:
    """Puts blocks that belong together into one part; knows the headings above."""

    def __init__(self, view: PageView, *, headed: bool) -> None:
        self.view, self.headed, self.rank = view, headed, 0

    def of(self, blocks: Sequence[Block]) -> Iterator[Part]:
        """The parts of some blocks that follow one another."""
        for kind, group in groupby(blocks, key=lambda block: block.kind):
            together = list(group)
            if kind is BlockKind.ROW:
                yield from self._tables(together)
            elif kind is BlockKind.ITEM:
                yield Items(items=tuple(self._item(block) for block in together))
            else:
                yield from (self._passage(block) for block in together)

    def _tables(self, rows: Sequence[Block]) -> Iterator[Table]:
        for each in apart(self.view.text, rows):
            yield table(self.view.text, each, self.view.marks, headed=self.headed)

    def _item(self, block: Block) -> Item:
        return Item(depth=min(block.level, 4), pieces=self.view.pieces(block.start, block.end))

    def _passage(self, block: Block) -> Passage:
        pieces = self.view.pieces(block.start, block.end)
        if block.kind is not BlockKind.HEADING:
            return Passage(kind=block.kind.value, pieces=pieces)
        self.rank = min(max(block.level, 1), self.rank + 1, _LOWEST)
        return Passage(kind=block.kind.value, pieces=pieces, level=block.level, rank=self.rank)


def _shape(media_type: MediaType | None, label: str) -> str:
    if media_type in MAILS and label.rpartition(", ")[2] == MAIL:
        return "mail"
    if media_type is MediaType.PPTX:
        return "slide"
    return "sheet" if media_type in SHEETS else "text"


def _notes(view: PageView, block: Block) -> bool:
    return block.kind is BlockKind.HEADING and view.text[block.start : block.end] == NOTES


def _heads(view: PageView, blocks: Sequence[Block]) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """The lines of a mail's head, which stand below its subject."""
    for block in blocks:
        found = _HEAD.match(view.text, block.start, block.end)
        if block.kind is not BlockKind.PARAGRAPH or not found:
            return
        yield found[1], view.pieces(found.end(), block.end)
