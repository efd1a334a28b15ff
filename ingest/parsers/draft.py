"""A page of text being written block by block, as the parsers of marked-up text do."""

import re
from dataclasses import dataclass, field

from ingest.clean import readable, separator
from ingest.invisible import filler
from ingest.parsers.text import storable
from ingest.parsers.title import one_line
from rag.types import Block, BlockKind, Page

_BLANKS = re.compile(r"[^\S\n]+")
_BREAK = re.compile(r" ?\n[ \n]*")


@dataclass(slots=True)
class Draft:
    """Blocks in reading order, and the text they make."""

    _pieces: list[str] = field(default_factory=list)
    _blocks: list[Block] = field(default_factory=list)
    _length: int = 0

    def add(self, kind: BlockKind, text: str, level: int = 0, mark: str = "") -> None:
        """Append a block, tidied unless it is code, behind its mark ("1. "); nothing where it is blank."""
        text = readable(storable(text))
        text = text.strip("\n") if kind is BlockKind.CODE else tidy(text)
        if not text.strip() or filler(text):
            return
        gap = separator(self._blocks[-1].kind, kind) if self._blocks else ""
        start = self._length + len(gap)
        self._pieces += (gap, mark + text)
        self._length = start + len(mark + text)
        self._blocks.append(Block(start=start, end=self._length, kind=kind, level=level))

    @property
    def empty(self) -> bool:
        """Whether nothing was written yet."""
        return not self._blocks

    def page(self) -> Page:
        """The page as it stands."""
        return Page(number=1, text="".join(self._pieces), blocks=tuple(self._blocks))

    def heading(self) -> str:
        """The first heading of level 1 as a title, or none."""
        text = "".join(self._pieces)
        firsts = (b for b in self._blocks if b.kind is BlockKind.HEADING and b.level == 1)
        return one_line(next((text[block.start : block.end] for block in firsts), ""))


def tidy(text: str) -> str:
    """One blank between words, single line breaks, none at the ends."""
    return _BREAK.sub("\n", _BLANKS.sub(" ", text)).strip()
