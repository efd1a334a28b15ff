"""An answer in quotes: the sentences that answer, verbatim and in reading order, each with its citation."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile

from rag.asked import Asked, read, stems
from rag.choice import ALIKE, Run, runs
from rag.evidence import Evidence
from rag.heads import head, lead_in, leads, list_start, question_above
from rag.reading import Reading, block_at
from rag.sentences import Span, pieces_within
from rag.types import BlockKind, Citation, Passage, Question, Sentence, Support

ITEMS = 12  # of the lists that are quoted, all together
ANSWER = 300  # characters at which the answer to a question on the page is long enough

_LEANS = re.compile(  # starts by pointing back at the sentence before
    r"(?:it|its|he|his|she|her|they|their|this|these|those|such|both|however|but|also|then|therefore|thus|instead|"
    r"otherwise|in that case|in this case|if so|if not|the (?:former|latter|same))\b",
    re.IGNORECASE,
)


def choose(question: Question, evidence: Evidence) -> tuple[Sentence, ...]:
    """The fewest quotes that answer, and what completes them: a list's items, a row's header, a question's answer.

    Law: every quote is the exact slice of its page that its citation names. In reading order: by document, the best
    first (or, compared, the oldest), then as they stand in it. No two overlap. Markers count from 1. Nothing for no
    evidence.
    """
    asked = read(question.text)
    if section := _section(evidence):
        reading = evidence.candidates[0].reading
        return tuple(_sentence(reading, span, marker) for marker, span in enumerate(section, start=1))
    chosen = runs(question, evidence)
    order = list(dict.fromkeys(run.document.id for run in chosen))
    items = ITEMS // max(1, sum(1 for run in chosen if _goes_on(run.reading, run.last)))
    lists = Counter(_list(run) for run in chosen)
    places = sorted(
        (
            (order.index(run.document.id), run.reading.page.number, span, number)
            for number, run in enumerate(chosen)
            for span in _completed(asked, run, items, whole=asked.wants_much or lists[_list(run)] > 1)
        ),
    )
    apart = _apart(
        [((document, page), span, chosen[number].reading) for document, page, span, number in places]
    )
    return tuple(_sentence(reading, span, marker) for marker, (reading, span) in enumerate(apart, start=1))


def _section(evidence: Evidence) -> list[Span]:
    """The beginning of the section that was asked for, where the best sentence stands in one."""
    first = evidence.candidates[0] if evidence.candidates else None
    if first is None or not first.named:
        return []
    heading = first.reading.heading(first.at)
    return [] if heading is None else list(_below(first.reading, heading + 1, ITEMS))


def _apart(places: Sequence[tuple[tuple[int, int], Span, Reading]]) -> Iterator[tuple[Reading, Span]]:
    """Spans of one page that overlap become one."""
    held: tuple[tuple[int, int], Span, Reading] | None = None
    for page, span, reading in places:
        if held and held[0] == page and span[0] < held[1][1]:
            held = page, (held[1][0], max(held[1][1], span[1])), reading
            continue
        if held:
            yield held[2], held[1]
        held = page, span, reading
    if held:
        yield held[2], held[1]


def _list(run: Run) -> tuple[str, int, int] | None:
    """The list that a run is of."""
    start = list_start(run.reading, run.first)
    return None if start is None else (run.document.id, run.reading.page.number, start)


def _completed(asked: Asked, run: Run, items: int, *, whole: bool) -> Iterator[Span]:
    """The run with what it cannot be read without; the whole of a list that is asked for, or much of which answers."""
    reading, first = run.reading, run.first
    pieces, text = reading.pieces, run.text
    if reading.question(run.last):
        yield from _answered(asked, run, items)
        return
    if lead := lead_in(reading, first):
        yield lead
    start = list_start(reading, first)
    if start is not None and whole and (lead or not asked.wants_much):
        yield from _items(reading, _piece_at(reading, start), items)
    elif question := question_above(reading, first):
        yield from [] if _alike(asked, reading.page.text[slice(*question)]) else [question]
    elif reading.follows(first) and _LEANS.match(text):
        first -= 1
    yield from head(reading, pieces[first])
    yield pieces[first].start, pieces[run.last].end
    if _goes_on(reading, run.last):
        yield from _items(reading, run.last + 1, items)
    elif pieces[run.last].kind is BlockKind.HEADING:
        yield from _below(reading, run.last + 1, items)


def _goes_on(reading: Reading, at: int) -> bool:
    """Whether a piece leads to what stands below it: by a colon, or above a list."""
    piece, below = reading.pieces[at], reading.pieces[at + 1 : at + 2]
    text = reading.text(piece)
    if text.endswith((":", "：")):
        return True
    listed = bool(below) and reading.is_item(below[0]) and not reading.is_item(piece)
    return listed and leads(text, piece.kind)


def _piece_at(reading: Reading, start: int) -> int:
    """The first piece from an offset on."""
    return next(n for n, piece in enumerate(reading.pieces) if piece.start >= start)


def _items(reading: Reading, at: int, most: int) -> Iterator[Span]:
    """The lines below a lead-in: while they are items, or else up to the next blank line."""
    below = reading.pieces[at : at + most]
    if not below:
        return
    block = block_at(reading.page.blocks, below[0]) if below[0].kind is BlockKind.ITEM else None
    if block is not None:
        yield from _item_blocks(reading, block, most)
        return
    marked = reading.is_item(below[0])
    text = reading.page.text

    def belongs(at: int) -> bool:
        return reading.is_item(below[at]) if marked else _starts_line(text, below[at].start)

    yield from ((below[n].start, below[n].end) for n in takewhile(belongs, range(len(below))))


def _item_blocks(reading: Reading, first: int, most: int) -> Iterator[Span]:
    """The items of a list, and those below them, so many at most; a long one by its first sentence."""
    blocks, text = reading.page.blocks, reading.page.text
    for block in blocks[first : first + most]:
        if block.kind is not BlockKind.ITEM or block.level < blocks[first].level:
            return
        said = pieces_within(text, [], block.start, block.end)
        if said:
            last = said[-1] if said[-1].end - said[0].start <= ANSWER else said[0]
            yield said[0].start, last.end


def _answered(asked: Asked, run: Run, items: int) -> Iterator[Span]:
    """A question on the page with its answer; without it, if it is what was asked."""
    reading = run.reading
    first, last = reading.question(run.last) or (run.first, run.last)
    question = reading.pieces[min(first, run.first)].start, reading.pieces[last].end
    below = list(_below(reading, last + 1, items))
    if not below or not _alike(asked, reading.page.text[slice(*question)]):
        yield question
    yield from below


def _below(reading: Reading, at: int, items: int) -> Iterator[Span]:
    """What stands below a question or a heading: a list, or the beginning of what is said."""
    pieces = reading.pieces
    if at >= len(pieces) or pieces[at].kind is BlockKind.HEADING:
        return
    if pieces[at].kind is BlockKind.ITEM:
        yield from _items(reading, at, items)
        return
    last = at
    while reading.follows(last + 1) and pieces[last].end - pieces[at].start < ANSWER:
        last += 1
    yield pieces[at].start, pieces[last].end
    if _goes_on(reading, last):
        yield from _items(reading, last + 1, items)


def _alike(asked: Asked, text: str) -> bool:
    """Whether two questions are in the same words, by Jaccard's index."""
    one, other = stems(asked.text), stems(text)
    return len(one & other) >= ALIKE * max(1, len(one | other))


def _starts_line(text: str, at: int) -> bool:
    """Whether only blanks stand between the offset and the one line break above it."""
    before = text[max(0, at - 200) : at]
    return before[len(before.rstrip()) :].count("\n") == 1


def _words(passage: Passage, span: Span) -> Span | None:
    """Those of the quote that answer, for a reader that sees an answer in it."""
    if passage.found is None or passage.found.margin <= 0 or passage.pointed is None:
        return None
    start, end = passage.pointed
    return (start - span[0], end - span[0]) if span[0] <= start and end <= span[1] else None


def _sentence(reading: Reading, span: Span, marker: int) -> Sentence:
    passage = reading.passage
    start, end = span
    quote = reading.page.text[start:end]
    citation = Citation(
        marker=marker,
        document=passage.document,
        page=passage.chunk.page,
        start=start,
        end=end,
        quote=quote,
        place=passage.place(start),
        words=_words(passage, span),
    )
    return Sentence(text=" ".join(quote.split()), citations=(citation,), support=Support.SUPPORTED)
