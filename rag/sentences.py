"""Where sentences begin and end, with exact offsets. Pure, and linear in the text's length.

A rule-based splitter in the manner of Mikheev (2002), "Periods, Capitalized Words, etc.": a stop ends a
sentence unless what stands before it is an abbreviation, an initial or a list number, or what follows goes
on in lower case; but for texts in which no sentence begins with a capital, as in transcripts and chats.
Lines count too, since pages hold lists, tables and headings that carry no stops.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.types import Block, BlockKind, Chunk

Span = tuple[int, int]

_STOP = re.compile(
    r"(?:[.!?…‽؟۔।॥։።]{1,8})[\"'”’»)\]}›]{0,4}(?:\[\d{1,4}\]){0,8}(?=\s|$)"  # needs a blank after it
    r"|[。！？．｡]{1,8}[」』）】》〉”’\"')]{0,4}"  # needs none
)
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘«—–/]{1,24}$")
_NEXT_WORD = re.compile(r"[\s\"'“‘«(\[¿¡]{0,16}(\w{0,24})")
_ITEM = re.compile(
    r"[ \t]{0,40}(?:[-*+•‣◦▪■●○–—·\uf0b7]|\(?(?:\d{1,3}|[a-z]|[ivx]{2,5})[.)]|\([A-Z]\))[ \t]+\S"
)
_ALONE = re.compile(r"[ \t]{0,40}(?:#{1,6}[ \t]|\||`{3}|-{3}|={3}|Q:|A:)|.{0,400}(?:\t| \| )")
_NUMBER = re.compile(r"[$€£¥(+−–—-]{0,3}\d[\d.,:/]*[%)]{0,2}|[$€£¥%)(—–-]{1,2}")

# Never the last word of a sentence.
_TITLES = frozenset(
    "dr mr mrs ms mx prof rev hon gen col sgt capt lt cmdr gov sen rep pres st mt ft vs e.g i.e eg ie cf viz "
    "approx dept est al bzw ca d.h z.b u.a".split()
)
# Not the last word where a number follows.
_COUNTED = frozenset(
    "no nos nr fig figs sec secs art arts vol ch p pp par para eq ed app ref refs tab".split()
)
# May be the last word: it is where a word that usually opens a sentence follows.
_ENDINGS = frozenset(
    "inc ltd co corp llc plc bros jr sr etc u.s u.k u.n e.u u.s.a a.m p.m d.c b.c a.d ph.d m.d b.a m.a "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun min max ave blvd rd".split()
)
_OPENERS = frozenset(
    "the a an this that these those it its he she they we you i his her their our your in on at for from "
    "by with as if when while where after before since although though because however but and or so then "
    "there here what who why how which all both each some many most no not other such one during under "
    "according also although to please see".split()
)
_SHORT_LINE = 60  # characters; a wrapped line of prose is longer
_WHOLE_LINE = 160  # characters; a line this long was not wrapped, so its end is its paragraph's
_CASELESS = 200  # characters of a text, at least, that show that its sentences begin without capitals


def split(text: str) -> list[Span]:
    """Spans ``(start, end)`` of the sentences of a text, without the blanks around them.

    Law: spans are in order, do not overlap, are not empty and cover everything that is not a blank.
    A blank line ends a sentence, and so does the end of a line where a list item, a table row or a heading
    stands before or behind it.
    """
    lines = _line_ends(text)
    cuts = sorted({0, len(text), *lines, *_stops(text, lines)})
    return [span for start, end in pairwise(cuts) if (span := _strip(text, start, end))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A sentence of a chunk, or a row of a table, or a heading."""

    start: int  # characters into the text
    end: int
    kind: BlockKind  # of the block that it stands in


def pieces(chunk: Chunk) -> list[Piece]:
    """What a chunk says, in order; where its blocks are not known, its sentences.

    Rows and headings stay whole; paragraphs, items and code are split. The law of `split` holds for the spans.
    """
    return pieces_within(chunk.text, chunk.blocks, 0, len(chunk.text), origin=chunk.start)


def pieces_within(
    text: str, blocks: Sequence[Block], start: int, end: int, *, origin: int = 0
) -> list[Piece]:
    """The same of ``text[start:end]``. Pieces count in the text; blocks count in what it begins at ``origin`` of."""
    found: list[Piece] = []
    for first, last, kind in _stretches(blocks, start, end, origin):
        inside = text[first:last]
        whole = kind in (BlockKind.ROW, BlockKind.HEADING)
        spans = [span] if whole and (span := _strip(inside, 0, len(inside))) else split(inside)
        found += [Piece(start=first + a, end=first + b, kind=kind) for a, b in spans]
    return found


def _stretches(
    blocks: Sequence[Block], start: int, end: int, origin: int
) -> Iterator[tuple[int, int, BlockKind]]:
    """A span cut where blocks begin and end; what is in none counts as paragraph."""
    at = start
    for block in blocks:
        first = min(max(block.start - origin, at), end)
        last = min(max(block.end - origin, first), end)
        yield at, first, BlockKind.PARAGRAPH
        yield first, last, block.kind
        at = last
    yield at, end, BlockKind.PARAGRAPH


def _strip(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    stripped = piece.strip()
    first = start + len(piece) - len(piece.lstrip())
    return (first, first + len(stripped)) if stripped else None


def _line_ends(text: str) -> list[int]:
    """Offsets of the starts of lines that do not carry on the line before."""
    lines = text.splitlines(keepends=True)
    if len(lines) < 2:
        return []
    short = min(_SHORT_LINE, 0.6 * max(map(len, lines)))
    ends, offset = [], 0
    for line, following in pairwise(lines):
        offset += len(line)
        if _breaks(line.strip(), following.rstrip(), short):
            ends.append(offset)
    return ends


def _breaks(line: str, following: str, short: float) -> bool:
    """Whether a new sentence starts between two lines."""
    after = following.lstrip()
    if not line or not after or len(line) > _WHOLE_LINE or line.endswith(":"):
        return True
    if _ITEM.match(following) or any(_ALONE.match(one) or _is_row(one) for one in (line, after)):
        return True
    return len(line) < short and not after[0].islower() and line[-1] not in ",;-–&"


def _is_row(line: str) -> bool:
    """Whether a line reads like a row of figures."""
    words = line.split()
    figures = sum(1 for word in words if _NUMBER.fullmatch(word))
    return figures >= 2 and figures >= 0.4 * len(words)


def _stops(text: str, lines: list[int]) -> list[int]:
    """Offsets just behind the stops that end a sentence."""
    ends: list[int] = []
    caseless = _caseless(text)
    for stop in _STOP.finditer(text):
        last = ends[-1] if ends else 0
        at = bisect_right(lines, stop.start())
        begin = max(last, lines[at - 1] if at else 0)
        if _ends_sentence(text, begin, stop, caseless):
            ends.append(stop.end())
    return ends


def _caseless(text: str) -> bool:
    """Whether its sentences begin without capitals: it does, and goes on so behind each of several stops."""
    if len(text) < _CASELESS or not _first_letter(text).islower():
        return False
    begun = [word for stop in _STOP.finditer(text) if (word := _next_word(text, stop))[:1].isalpha()]
    return len(begun) > 1 and all(word[0].islower() for word in begun)


def _first_letter(text: str) -> str:
    return next((character for character in text if character.isalpha()), "")


def _next_word(text: str, stop: re.Match[str]) -> str:
    follows = _NEXT_WORD.match(text, stop.end())
    return follows.group(1) if follows else ""


def _ends_sentence(text: str, begin: int, stop: re.Match[str], caseless: bool) -> bool:
    """Whether a stop, in a sentence that began at ``begin``, is its end."""
    after = _next_word(text, stop)
    if after[:1].islower() and not caseless:
        return stop.group()[0] in "。！？．｡।॥"
    if stop.group() != ".":
        return True
    before = _LAST_WORD.search(text, max(begin, stop.start() - 24), stop.start())
    if before is None:
        return True
    first = not text[begin : before.start()].strip() if before.start() - begin < 40 else False
    return not _abbreviates(before.group(), after, first, caseless)


def _abbreviates(word: str, after: str, first: bool, caseless: bool) -> bool:
    """Whether the full stop belongs to the word before it."""
    name = word.lower()
    if first and (word.isdigit() or len(word) == 1) and len(word) <= 3:
        return True
    if name in _TITLES:
        return True
    if name in _COUNTED:
        return after[:1].isdigit()
    initial = len(word) == 1 and (word.isupper() or (caseless and word.isalpha()))
    dotted = "." in word and all(len(part) <= 1 for part in word.split("."))
    if initial or dotted or name in _ENDINGS:
        return bool(after) and after.lower() not in _OPENERS
    return False
