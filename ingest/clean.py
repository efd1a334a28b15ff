"""Make the text of printed pages read well, and keep every word's box on its letters. Pure.

Running headers and footers go, ligatures and blanks become plain, words hyphenated at a line's end are
joined, and the lines of a block become one.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from ingest.hyphens import Hyphens
from ingest.offsets import Edit, OffsetMap
from ingest.running import running_lines
from rag.boxes import pack_arrays, unpack_arrays
from rag.types import Block, BlockKind, MediaType, Page, Parsed

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t\v\f\r"
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x9f"
_ODD = re.compile(f"(?P<ligature>[ﬀ-ﬆ])|(?P<blank>[{_BLANKS}])|\u00ad[ ]*\n?|[{_CONTROLS}]")
_GAP = re.compile(r"(?P<hyphen>(?<=\w)[-\u2010] *\n *(?=\w))|[ \n]{2,}|\n|\A | \Z")
_TIGHT = frozenset({(BlockKind.ROW, BlockKind.ROW), (BlockKind.ITEM, BlockKind.ITEM)})


def clean(parsed: Parsed) -> Parsed:
    """The document with its printed pages made readable; any other kind stays as it is.

    Laws: cleaning twice is cleaning once; a word's box covers the same letters after as before.
    """
    if parsed.media_type is not MediaType.PDF:
        return parsed
    pages = _joined([_plain(page) for page in _without_running_lines(parsed.pages)])
    while running_lines(pages):  # seen only now that the lines read well
        pages = _joined(_without_running_lines(pages))
    return replace(parsed, pages=tuple(pages))


def readable(text: str) -> str:
    """Ligatures spelled out, all blanks plain, soft hyphens and control characters gone; line breaks stay.

    Characters that show nothing are ingest.screen's to count and strip.
    """
    return _ODD.sub(_spelled, text)


def separator(before: BlockKind, after: BlockKind) -> str:
    """What stands between two blocks: rows and items follow each other closely."""
    return "\n" if (before, after) in _TIGHT else "\n\n"


def _spelled(odd: re.Match[str]) -> str:
    if odd["ligature"]:
        return _LIGATURES[odd["ligature"]]
    return " " if odd["blank"] else ""


def _plain(page: Page) -> Page:
    return edited(page, ((odd.start(), odd.end(), _spelled(odd)) for odd in _ODD.finditer(page.text)))


def _without_running_lines(pages: Sequence[Page]) -> list[Page]:
    cuts = running_lines(pages)
    return [edited(page, cuts.get(page.number, ())) for page in pages]


def _joined(pages: Sequence[Page]) -> list[Page]:
    hyphens = Hyphens(page.text for page in pages)
    return [edited(page, _joints(page, hyphens)) for page in pages]


def _joints(page: Page, hyphens: Hyphens) -> Iterator[Edit]:
    """Edits that leave one blank between words, none at the ends, and line breaks between blocks only."""
    starts = [block.start for block in page.blocks]
    for gap in _GAP.finditer(page.text):
        at = bisect_right(starts, gap.start()) - 1
        joint = _joint(page, at, gap, hyphens)
        if joint != gap[0]:
            yield gap.start(), gap.end(), joint


def _joint(page: Page, at: int, gap: re.Match[str], hyphens: Hyphens) -> str:
    """What a gap becomes; `at` is the last block that starts before it, -1 for none."""
    if not gap.start() or gap.end() == len(page.text):
        return ""
    if at >= 0 and gap.end() <= page.blocks[at].end:
        if page.blocks[at].kind is BlockKind.CODE:
            return gap[0]
        return hyphens.joint(page.text, gap.start(), gap.end()) if gap["hyphen"] else " "
    hyphen = gap[0][0] if gap["hyphen"] else ""
    if "\n" not in gap[0]:
        return " "
    between = 0 <= at < len(page.blocks) - 1 and page.blocks[at + 1].start == gap.end()
    return hyphen + (separator(page.blocks[at].kind, page.blocks[at + 1].kind) if between else "\n")


def edited(page: Page, edits: Iterable[Edit]) -> Page:
    """The page after edits, its blocks and word boxes moved along; what they emptied is dropped."""
    moves = OffsetMap.of(page.text, edits)
    if not len(moves.starts):
        return page
    spans, boxes = unpack_arrays(page.words)
    spans = moves.moved(spans)
    kept = spans[:, 0] < spans[:, 1]
    return replace(
        page,
        text=moves.text,
        blocks=tuple(_moved(page.blocks, moves)),
        words=pack_arrays(spans[kept], boxes[kept]),
    )


def _moved(blocks: Sequence[Block], moves: OffsetMap) -> Iterator[Block]:
    if not blocks:
        return
    bounds = moves.moved(np.array([(block.start, block.end) for block in blocks], dtype=np.int64))
    for block, (start, end) in zip(blocks, bounds.tolist(), strict=True):
        piece = moves.text[start:end]
        if piece.strip():
            first = start + len(piece) - len(piece.lstrip())
            yield replace(block, start=first, end=start + len(piece.rstrip()))
