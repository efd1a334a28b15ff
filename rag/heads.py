"""What a row or an item cannot be read without: its table's header and units, its list's lead-in. Pure."""

import re

from rag.asked import figures
from rag.reading import Reading, block_at, block_span
from rag.sentences import Piece, Span, split
from rag.types import Block, BlockKind, Page
from rag.units import SCALES, named

LONGEST = 16  # words of a row that names columns; what is longer says something of its own
SECOND = 6  # words of a second row that goes on with the names
CAPTION = 14  # words of a line that names the unit or the period of a table
MARKS = 12  # characters of a line of footnote marks
LEAST = 2  # words of a line that leads to a list without a colon
ABOVE = 4  # blocks above a table that may hold such lines

_CALENDAR = re.compile(
    r"\b(?:\d{1,2}\.?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:\s+\d{1,2}\b)?|"
    r"\b(?:19|20)\d\d\b|\b[QH][1-4]\b",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\b(?:(?:three|six|nine|twelve|first|second|third|fourth|fiscal|calendar|half|and|the|for|as|of|at|to|from|"
    r"years?|quarters?|months?|weeks?|ended|ending)\b)|[\W\d_]+",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\W*(?:table|tab\.)\s+\w{1,4}\b", re.IGNORECASE)
_LEADS = re.compile(  # ends as what goes on in a list does
    r"\b(?:the following|as follows|(?:listed|set out|given)? ?below|these (?:\w+ )?(?:steps|things|items|"
    r"documents|rules|points|conditions|options))\b[^.!?]{0,60}[.…]?$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?…。！？۔।;][\"'”’»)\]]{0,4}$")
_ANSWERS = re.compile(r"(?:[-*+•]\s{1,3})?(?:A|Answer)\s?\d{0,3}[:.)]\s")
_IN = re.compile(r"\bin\b|%|[$€£¥]", re.IGNORECASE)
_SCALES = re.compile(rf"\b(?:{'|'.join(SCALES)}|thousands|percent)\b", re.IGNORECASE)


def head(reading: Reading, row: Piece) -> tuple[Span, ...]:
    """Where the header of a row's table stands and the lines above it that name its unit or period, in order.

    Nothing for a header, for a table that has none, and for a sheet's row, which names its columns itself.
    """
    page, at = reading.page, block_at(reading.page.blocks, row)
    if row.kind is not BlockKind.ROW or at is None or page.blocks[at].level:
        return ()
    top, rows = _header(reading, at)
    if at < top + rows:
        return ()
    header = " | ".join(page.text[slice(*block_span(page, each))] for each in range(top, top + rows))
    if any(f"{cell}:" in reading.text(row) for cell in header.split(" | ") if cell.strip()):
        return ()
    first = _captions(page, top, _known(reading))
    return _joined(page, range(first, top + rows))


def names_columns(reading: Reading, row: Piece) -> bool:
    """Whether a row is the header of its table: read, and quoted, with each of the others."""
    at = block_at(reading.page.blocks, row)
    if row.kind is not BlockKind.ROW or at is None:
        return False
    top, rows = _header(reading, at)
    return at < top + rows


def _header(reading: Reading, at: int) -> tuple[int, int]:
    """The first row of a table, and how many from there on name its columns.

    Where only the chunk is at hand and begins with a row, its table may have begun before.
    """
    top = _top(reading.page, at)
    begun = not reading.whole and top == 0 and reading.passage.chunk.start > 0
    return top, 0 if begun else _header_rows(reading.page, top, _known(reading))


def lead_in(reading: Reading, at: int) -> Span | None:
    """The sentence that leads to a list, of one of its items: "Bring along:"."""
    piece = reading.pieces[at]
    number = block_at(reading.page.blocks, piece)
    if piece.kind is BlockKind.ITEM and number is not None:
        return _above_item(reading.page, number)
    if not reading.is_item(piece):
        return None
    before = (each for each in reversed(reading.pieces[:at]) if not reading.is_item(each))
    lead = next(before, None)
    return (lead.start, lead.end) if lead and leads(reading.text(lead), lead.kind) else None


def leads(text: str, kind: BlockKind) -> bool:
    """Whether a text of this kind goes on in the list that stands right below it: "Please do the following"."""
    if text.endswith((":", "：")):
        return True
    said = kind in (BlockKind.PARAGRAPH, BlockKind.ITEM) and len(text.split()) >= LEAST
    return said and (not _ENDS.search(text) or _LEADS.search(text) is not None)


def list_start(reading: Reading, at: int) -> int | None:
    """Where the first item of a piece's list begins on the page; None for a piece that is no item."""
    piece = reading.pieces[at]
    number = block_at(reading.page.blocks, piece)
    if piece.kind is BlockKind.ITEM and number is not None:
        return block_span(reading.page, _first_item(reading.page, number))[0]
    if not reading.is_item(piece):
        return None
    while at and reading.is_item(reading.pieces[at - 1]):
        at -= 1
    return reading.pieces[at].start


def question_above(reading: Reading, at: int) -> Span | None:
    """The question that stands right before a sentence on the page, which so answers it."""
    if not at or (
        reading.is_item(reading.pieces[at]) and not _ANSWERS.match(reading.text(reading.pieces[at]))
    ):
        return None
    asked = reading.question(at - 1)
    if asked is None or asked[1] >= at:
        return None
    return reading.pieces[asked[0]].start, reading.pieces[asked[1]].end


def _above_item(page: Page, number: int) -> Span | None:
    """The last sentence of what stands above a list's first item, or of the item that this one is below."""
    above = _first_item(page, number) - 1
    if above < 0:
        return None
    start, end = block_span(page, above)
    spans = split(page.text[start:end])
    if not spans or not leads(page.text[start:end], page.blocks[above].kind):
        return None
    return start + spans[-1][0], start + spans[-1][1]


def _first_item(page: Page, number: int) -> int:
    """The first of the items of a list, which those below them do not part."""
    level = page.blocks[number].level
    first = number
    while first and page.blocks[first - 1].kind is BlockKind.ITEM and page.blocks[first - 1].level >= level:
        first -= 1
    return first


def _known(reading: Reading) -> frozenset[str]:
    """Figures of names that stand above: they may stand in a header as well."""
    return figures(f"{reading.passage.document.title} {reading.passage.chunk.heading}")


def _top(page: Page, at: int) -> int:
    """The first row of a table; the marks of footnotes that part its rows do not end it."""
    while at and page.blocks[at - 1].kind is not BlockKind.HEADING:
        if _one_table(page, page.blocks[at - 1], page.blocks[at]):
            at -= 1
        elif at > 1 and page.blocks[at - 2].kind is BlockKind.ROW and _only_marks(page, at - 1):
            at -= 2
        else:
            break
    return at


def _only_marks(page: Page, at: int) -> bool:
    """Whether a block holds no words, only marks such as "® (1)"."""
    block = page.blocks[at]
    text = page.text[block.start : block.end]
    return block.kind is not BlockKind.ROW and len(text) < MARKS and not any(map(str.isalpha, text))


def _one_table(page: Page, one: Block, other: Block) -> bool:
    """Whether two rows are of one table: no blank line parts them."""
    rows = one.kind is other.kind is BlockKind.ROW
    return rows and page.text[one.end : other.start].count("\n") < 2


def _header_rows(page: Page, top: int, known: frozenset[str]) -> int:
    """How many rows at the top of a table name its columns: none, one, or two where the second goes on."""
    if not _goes_on(page, top + 1) or not _nameable(page, top, known):
        return 0
    second = page.text[slice(*block_span(page, top + 1))]
    short = "|" not in second and (len(second.split()) <= SECOND or bool(_CALENDAR.search(second)))
    return 2 if short and _nameable(page, top + 1, known) and _counts_below(page, top + 2, known) else 1


def _counts_below(page: Page, at: int, known: frozenset[str]) -> bool:
    """Whether the next rows, two or the last one, hold figures."""
    if not _goes_on(page, at) or _nameable(page, at, known):
        return False
    return not _goes_on(page, at + 1) or not _nameable(page, at + 1, known)


def _goes_on(page: Page, at: int) -> bool:
    """Whether a block is a row of the table that the block before it is of."""
    return at < len(page.blocks) and _one_table(page, page.blocks[at - 1], page.blocks[at])


def _nameable(page: Page, at: int, known: frozenset[str]) -> bool:
    """Whether a row may name columns: it is short, with no figures but dates and those of names."""
    row = page.text[slice(*block_span(page, at))]
    short = len(row.split()) <= LONGEST or "|" in row
    return short and figures(_CALENDAR.sub(" ", row)) <= known


def _captions(page: Page, top: int, known: frozenset[str]) -> int:
    """The first of the blocks right above a table that name its unit, its period, or what stands under them."""
    first = top
    while first and top - first < ABOVE:
        block = page.blocks[first - 1]
        if block.kind is BlockKind.ROW:
            fits = first < top and _nameable(page, first - 1, known)
        else:
            fits = block.kind is not BlockKind.ITEM and _captions_table(page.text[block.start : block.end])
        if not fits:
            break
        first -= 1
    return first


def _captions_table(text: str) -> bool:
    """Whether a line names a unit ("in millions"), a period ("Year ended 30 June"), a table ("Table 2") or its rows."""
    if len(text.split()) > CAPTION or "\n" in text.strip():
        return False
    if text.rstrip().endswith(":") and len(text.split()) <= SECOND:
        return True
    unit = _IN.search(text) and (_SCALES.search(text) or named(text)) and not text.rstrip().endswith(".")
    period = _CALENDAR.search(text) and not _PERIOD.sub("", _CALENDAR.sub(" ", text))
    return bool(unit or period or _NUMBERED.match(text))


def _joined(page: Page, blocks: range) -> tuple[Span, ...]:
    """The spans of some blocks, as one, since nothing stands between them."""
    spans = [span for at in blocks if (span := block_span(page, at))[0] < span[1]]
    return ((spans[0][0], spans[-1][1]),) if spans else ()
