"""What the lines of a printed page are: headings, paragraphs, list items, table rows. Heuristic, and pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

from ingest.parsers.printed.lines import Line
from ingest.parsers.printed.text_layer import TextLayer
from rag.boxes import pack_arrays
from rag.types import Block, BlockKind, Page

ITEM = re.compile(
    r"[•‣◦▪●○➢➤✓❑∙]\s+\S|(?:[■·*–—-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\(\d{1,3}\)|[☐☒\uf000-\uf0ff])\s+\W*[^\W\d_]"
)
_NUMBERED = re.compile(
    r"(?:\d+(?:\.\d+)*\.?|item|note|part|section|chapter|article|appendix|annex|§)\s", re.IGNORECASE
)
_TICKED = re.compile("[☐☒☑]")
_LABEL = re.compile(r"[^\W\d_]{3}")
_DANGLING = re.compile(r"[,;:&]$|[a-z]{4}\.$|[\d)]\.$")
_LARGER = 1.12  # than the body's letters: those of a heading
_TITLE = 1.3  # than the body's letters: so large that even a stop at the end makes no sentence
_NEAR = 1.25  # of the usual step from line to line: farther down another paragraph begins
_SAME_SIZE = 0.15
_HEADING_CHARS = 120
_LEVELS = 4  # sizes of headings told apart

_Kind = tuple[BlockKind, int]  # and level


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a document is set, measured over all its pages."""

    body: float  # height of the letters of most of its text, points
    headings: tuple[float, ...]  # heights of larger letters, the largest first
    deepest: int = 0  # level of the deepest heading that its outline names

    def level(self, line: Line) -> int:
        """Level of a heading below those of the outline: by size, and of one size those with a number first."""
        larger = sum(1 for size in self.headings if size > _rounded(line.size))
        return self.deepest + 2 * larger + (1 if _NUMBERED.match(line.text) else 2)


def style(pages: Iterable[Sequence[Line]], deepest: int = 0) -> Style:
    """The style of a document from the lines of its pages."""
    letters: Counter[float] = Counter()
    for page in pages:
        for line in page:
            letters[_rounded(line.size)] += len(line.text)
    body = letters.most_common(1)[0][0] if letters else 0.0
    larger = sorted((size for size in letters if size > body * _LARGER), reverse=True)
    return Style(body=body, headings=tuple(larger[:_LEVELS]), deepest=deepest)


def page(
    number: int, layer: TextLayer, lines: Sequence[Line], style: Style, outline: Mapping[str, int]
) -> Page:
    """A page with its text (a line break after each line), blocks and word boxes.

    `outline` maps the `folded` titles of the outline's entries that point to this page to their levels.
    """
    order = [word for line in lines for word in range(line.first, line.end)]
    lengths = np.array([len(layer.words[word]) for word in order], dtype=np.int64)
    starts = np.cumsum(lengths + 1) - lengths - 1
    spans = np.stack((starts, starts + lengths), axis=1)
    return Page(
        number=number,
        text="\n".join(line.text for line in lines),
        blocks=tuple(_blocks(lines, style, outline)),
        words=pack_arrays(spans, layer.boxes[order]),
        width=layer.width,
        height=layer.height,
    )


def folded(title: str) -> str:
    """What is left of a heading to compare: its letters and digits without the number before it."""
    bare = re.sub(r"^\W*(?:\d+(?:\.\d+)*\.?|[ivxIVX]+\.|[A-Z]\.)\s+(?=\S)", "", title)
    return re.sub(r"[\W_]+", "", bare.casefold())


def _blocks(lines: Sequence[Line], style: Style, outline: Mapping[str, int]) -> Iterable[Block]:
    """One block for each run of lines that belong together."""
    kinds = _kinds(lines, style, outline)
    ends = np.cumsum([len(line.text) + 1 for line in lines]) - 1
    for first, end in _runs(lines, kinds):
        kind, level = kinds[first]
        start = int(ends[first]) - len(lines[first].text)
        yield Block(start=start, end=int(ends[end - 1]), kind=kind, level=level)


def _runs(lines: Sequence[Line], kinds: Sequence[_Kind]) -> Iterable[tuple[int, int]]:
    lead = _lead(lines)
    first = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or not _continues(lines, kinds, first, index, lead):
            yield first, index
            first = index


def _kinds(lines: Sequence[Line], style: Style, outline: Mapping[str, int]) -> list[_Kind]:
    margin = sorted(line.left for line in lines)[len(lines) // 10] if lines else 0.0
    middle = median((line.left + line.right) / 2 for line in lines) if lines else 0.0
    kinds = [_kind(line, style, outline, margin, middle) for line in lines]
    for index, (before, line) in enumerate(pairwise(lines), start=1):
        kind, kind_before = kinds[index][0], kinds[index - 1][0]
        if kind is BlockKind.ROW and _wraps(before, line) and folded(before.text) not in outline:
            kinds[index - 1] = BlockKind.ROW, 0
        goes_on = kind_before is not BlockKind.HEADING and _set_on(before, line)
        if kind is BlockKind.HEADING and goes_on and folded(line.text) not in outline:
            kinds[index] = BlockKind.PARAGRAPH, 0
    return kinds


def _wraps(before: Line, row: Line) -> bool:
    """Whether a row's first cell began on the line before."""
    return (
        row.text[0].islower()
        and row.row < 0
        and before.row < 0
        and not before.tabular
        and 0 < row.bottom - before.bottom < 1.5 * row.size
        and abs(before.left - row.left) < 2 * row.size
    )


def _set_on(before: Line, line: Line) -> bool:
    """Whether a strong line only goes on with a strong paragraph."""
    return before.strong and line.strong and 0 < line.bottom - before.bottom < 1.5 * line.size


def _kind(line: Line, style: Style, outline: Mapping[str, int], margin: float, middle: float) -> _Kind:
    if outline and (level := outline.get(folded(line.text), 0)):
        return BlockKind.HEADING, level
    if line.row >= 0:
        return BlockKind.ROW, 0
    if _looks_like_heading(line, style, margin, middle):
        return BlockKind.HEADING, style.level(line)
    if line.tabular and not ITEM.match(line.text):
        return BlockKind.ROW, 0
    if ITEM.match(line.text):
        return BlockKind.ITEM, 0
    return BlockKind.PARAGRAPH, 0


def _looks_like_heading(line: Line, style: Style, margin: float, middle: float) -> bool:
    text = line.text
    if len(text) > _HEADING_CHARS or not _LABEL.search(text) or _TICKED.search(text):
        return False
    if _DANGLING.search(text) and line.size < style.body * _TITLE:
        return False
    if line.tabular and not (_NUMBERED.match(text) and line.gap_at <= line.first + 3):
        return False
    if line.size > style.body * _LARGER:
        return True
    placed = line.left < margin + 3 * line.size or abs((line.left + line.right) / 2 - middle) < 2 * line.size
    return line.strong and placed and line.size > style.body * 0.9


def _lead(lines: Sequence[Line]) -> float:
    """From one line's foot to the next one's, in letter heights, where text runs on."""
    steps = [
        (below.bottom - line.bottom) / line.size
        for line, below in pairwise(lines)
        if line.size > 0 and 0 < below.bottom - line.bottom < 2.5 * line.size
    ]
    return median(steps) if steps else 1.2


def _continues(lines: Sequence[Line], kinds: Sequence[_Kind], first: int, index: int, lead: float) -> bool:
    """Whether line `index` goes on with the block that line `first` opened and the line before it is in."""
    before, line = lines[index - 1], lines[index]
    (opened, opened_level), (kind, level) = kinds[first], kinds[index]
    if kind is BlockKind.ROW and opened is BlockKind.ROW:
        return before.row == line.row >= 0 or (index == first + 1 and _wraps(before, line))
    if kind in (BlockKind.ROW, BlockKind.ITEM) or opened is BlockKind.ROW:
        return False
    if BlockKind.HEADING in (kind, opened) and (kind, level) != (opened, opened_level):
        return False
    step = line.bottom - before.bottom
    near = 0 < step <= _NEAR * lead * max(before.size, line.size)
    if abs(line.size - before.size) > _SAME_SIZE * line.size:
        return False
    if step < 0 and kind is not BlockKind.HEADING:
        return _carries_over(before, line)
    if not near:
        return False
    return kind is BlockKind.HEADING or not _fresh(before, line, opened)


def _carries_over(before: Line, line: Line) -> bool:
    """Whether a sentence goes on at the head of the next column."""
    broken_off = before.text[-1].isalpha() or before.text[-1] in ",-"
    return broken_off and line.text[0].islower() and line.left > before.left + line.size


def _fresh(before: Line, line: Line, opened: BlockKind) -> bool:
    """Whether a line at the usual distance still opens a paragraph: indented, or after a short last line."""
    indented = line.left > before.left + line.size and opened is not BlockKind.ITEM
    short = before.right < line.right - 4 * line.size
    return indented or (short and before.text.endswith((".", "!", "?", ":")))


def _rounded(size: float) -> float:
    return round(size * 2) / 2
