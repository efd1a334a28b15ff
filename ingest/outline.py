"""Pages as sections: stretches under one heading, with the path of headings above them. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rag.types import Block, BlockKind, Page

Path = tuple[str, ...]  # headings, outermost first


@dataclass(slots=True, kw_only=True)
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
