"""Pages as sections: stretches under one heading, with the path of headings above them. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from rag.types import Block, BlockKind, Page

Path = tuple[str, ...]  # headings, outermost first; of a later row of a table, its head is the last

_LONGEST_NAME = 60  # characters of a column's name
_NAME = re.compile(r"[^\W\d_]|(?:19|20)\d\d\Z")  # in a column's name: a letter, or it is a year
_Table = tuple[int, int, str]  # where its rows below the head start and end, and the head


@dataclass(kw_only=True)
class Section:
    """Blocks of one page that stand under one heading; together, sections cover all text."""

    page: Page
    above: Path  # headings above the first block
    path: Path  # headings above the other blocks: with its own heading, where it opens with one
    level: int  # of the innermost of them, 0 for none
    blocks: list[Block] = field(default_factory=list)

    @property
    def bare(self) -> bool:
        """Whether it is headings and nothing else."""
        return all(block.kind is BlockKind.HEADING for block in self.blocks)

    @property
    def paths(self) -> set[Path]:
        """Every path that something in it stands below."""
        return {self.above, self.path, *((*self.path, head) for _, _, head in self._tables)}

    def path_at(self, start: int) -> Path:
        """The path above what begins at an offset of the page: for a later row, with the head of its table."""
        if start <= self.blocks[0].start:
            return self.above
        at = bisect_right(self._tables, start, key=lambda table: table[0]) - 1
        below = at >= 0 and start < self._tables[at][1]
        return (*self.path, self._tables[at][2]) if below else self.path

    @cached_property
    def _tables(self) -> list[_Table]:
        """Its tables that have a head, whose rows do not name their columns themselves."""
        return list(_headed(self.page, self.blocks))


def sections(pages: Sequence[Page]) -> Iterator[Section]:
    """The sections of a document in order. Each heading opens one, and so does each page."""
    above: list[tuple[int, str]] = []
    for page in pages:
        section = _section(page, above, above)
        for block in _whole(page):
            if block.kind is BlockKind.HEADING:
                if section.blocks:
                    yield section
                parents = [(level, text) for level, text in above if level < block.level]
                above = [*parents, (block.level, " ".join(page.text[block.start : block.end].split()))]
                section = _section(page, parents, above)
            section.blocks.append(block)
        if section.blocks:
            yield section


def _section(page: Page, above: list[tuple[int, str]], path: list[tuple[int, str]]) -> Section:
    return Section(
        page=page,
        above=tuple(text for _, text in above),
        path=tuple(text for _, text in path),
        level=path[-1][0] if path else 0,
    )


def _whole(page: Page) -> Iterator[Block]:
    """The page's blocks, and paragraphs for text that is in none of them."""
    at = 0
    for block in (*page.blocks, Block(start=len(page.text), end=len(page.text), kind=BlockKind.PARAGRAPH)):
        between = re.compile(r"\S(?:.*\S)?", re.DOTALL).search(page.text, at, block.start)
        if between:
            yield Block(start=between.start(), end=between.end(), kind=BlockKind.PARAGRAPH)
        if not page.text[block.start : block.end].isspace() and block.start < block.end:
            yield block
        at = max(at, block.end)


def _headed(page: Page, blocks: Sequence[Block]) -> Iterator[_Table]:
    cuts = [at for at, (one, other) in enumerate(pairwise(blocks), 1) if not _one_table(page, one, other)]
    for first, end in pairwise([0, *cuts, len(blocks)]):
        if end > first + 1 and (head := _head(page, blocks[first], blocks[first + 1].start)):
            yield blocks[first + 1].start, blocks[end - 1].end, head


def _one_table(page: Page, one: Block, other: Block) -> bool:
    """Whether two rows, which are not those of a sheet, stand right below each other."""
    rows = one.kind is other.kind is BlockKind.ROW and not (one.level or other.level)
    return rows and page.text[one.end : other.start].count("\n") < 2


def _head(page: Page, top: Block, below: int) -> str:
    """A table's first row, if its cells name the columns and the next row does not do so itself; else nothing."""
    row = " ".join(page.text[top.start : top.end].split())
    names = row.split(" | ")
    named = (
        len(names) > 1
        and len(set(names)) == len(names)
        and all(len(name) <= _LONGEST_NAME and _NAME.search(name) for name in names)
        and not page.text.startswith((f"{names[0]}:", f"{names[1]}:"), below)
    )
    return row if named else ""
