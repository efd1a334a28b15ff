"""Text in parts that are small enough: blocks, then sentences, words and letters. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ingest.outline import Section
from rag.ports import Tokenizer
from rag.sentences import split
from rag.types import Block, BlockKind

_Span = tuple[int, int]
_WORD = re.compile(r"\S{1,80}")  # longer "words" many tokenizers count as one unknown
_RUN = re.compile(r"\S(?:.{0,240}\S)?(?=\s|\Z)|\S+", re.DOTALL)
_LETTERS = re.compile(r"\S{1,8}")
_LETTER = re.compile(r"\S")
_LONGEST = 16  # letters that count as a token at least: an unknown word of a megabyte is still long


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """A part of a section that no chunk cuts."""

    start: int
    end: int
    tokens: int
    loose: (
        bool  # leads on to what follows, so it should not end a chunk: a heading, or what ends with a colon
    )


def atoms(sections: Sequence[Section], rooms: Sequence[int], tokenizer: Tokenizer) -> list[list[Atom]]:
    """For each section its atoms, none of which counts more tokens than the section has room for.

    Blocks stay whole where they fit. The tokenizer is called once for all blocks, once for the sentences of
    all blocks that are too long, and so on: linear in the text's length.
    """
    counts = iter(_weights([_text(s, b.start, b.end) for s in sections for b in s.blocks], tokenizer))
    parts = [[_atom(section, block, next(counts)) for block in section.blocks] for section in sections]
    for splitter in (_sentences, _matches(_RUN), _matches(_WORD), _matches(_LETTERS), _matches(_LETTER)):
        parts = _refined(sections, parts, rooms, splitter, tokenizer)
    return parts


def _refined(
    sections: Sequence[Section],
    parts: list[list[Atom]],
    rooms: Sequence[int],
    splitter: Callable[[str], Iterator[_Span]],
    tokenizer: Tokenizer,
) -> list[list[Atom]]:
    """The parts with those too long replaced by what the splitter makes of them."""
    spans = {
        (index, atom.start): [(atom.start + start, atom.start + end) for start, end in splitter(text)]
        for index, (section, room) in enumerate(zip(sections, rooms, strict=True))
        for atom in _too_long(parts[index], room)
        for text in (_text(section, atom.start, atom.end),)
    }
    if not spans:
        return parts
    texts = [_text(sections[index], *span) for (index, _), found in spans.items() for span in found]
    counts = iter(_weights(texts, tokenizer))
    smaller = {
        place: [Atom(start=start, end=end, tokens=next(counts), loose=False) for start, end in found]
        for place, found in spans.items()
    }
    return [
        [small for atom in row for small in smaller.get((index, atom.start), [atom])]
        for index, row in enumerate(parts)
    ]


def _weights(texts: Sequence[str], tokenizer: Tokenizer) -> list[int]:
    counts = tokenizer.count(texts)
    return [max(count, len(text) // _LONGEST) for count, text in zip(counts, texts, strict=True)]


def _too_long(row: Sequence[Atom], room: int) -> Iterator[Atom]:
    """Atoms beyond the room; what opens under a heading must fit beside it."""
    led = 0
    for atom in row:
        if atom.tokens > room - (led if led <= room // 2 else 0):
            yield atom
        led = led + atom.tokens if atom.loose else 0


def _atom(section: Section, block: Block, tokens: int) -> Atom:
    loose = block.kind is BlockKind.HEADING or section.page.text[block.end - 1] == ":"
    return Atom(start=block.start, end=block.end, tokens=tokens, loose=loose)


def _text(section: Section, start: int, end: int) -> str:
    return section.page.text[start:end]


def _sentences(text: str) -> Iterator[_Span]:
    yield from split(text)


def _matches(pattern: re.Pattern[str]) -> Callable[[str], Iterator[_Span]]:
    return lambda text: (match.span() for match in pattern.finditer(text))
