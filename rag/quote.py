"""An answer in quotes: the sentences that answer, verbatim and in reading order, each with its citation."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from math import exp

from rag.evidence import Candidate, Evidence, header, stem
from rag.sentences import Piece, Span, pieces
from rag.types import BlockKind, Citation, Passage, Question, Sentence, Support

MOST = 4  # sentences chosen, before a list's items are added
ENOUGH = 0.9  # probability that one of those chosen holds the answer, at which no more are taken
LEAST = 0.1  # of the best sentence's odds: one below is not taken
ITEMS = 8  # of a list whose lead-in was chosen
ALIKE = 0.8  # shared words over all words of two sentences that say the same

_ITEM = re.compile(r"(?:[-*+•‣◦▪■●○–—·\uf0b7]|\(?(?:\d{1,3}|[a-z]|[ivx]{2,5})[.)])\s")
_LEANS = re.compile(  # starts by pointing back at the sentence before
    r"(?:it|he|she|they|this|these|those|however|but|also|then|therefore|instead|otherwise|in that case|"
    r"in this case|if so|if not)\b",
    re.IGNORECASE,
)


def choose(question: Question, evidence: Evidence) -> tuple[Sentence, ...]:
    """One to MOST sentences that answer, and what completes them: a list's items, a question's answer.

    Law: every quote is the exact slice of its page that its citation names. In reading order: by passage, the best
    first, then as they stand on the page. Markers count from 1. Nothing for no evidence.
    """
    chosen = _distinct(_likely(evidence.candidates))
    passages = list({candidate.passage.chunk_id: candidate.passage for candidate in chosen}.values())
    asked = _words(question.text)
    places = [
        (rank, *span)
        for rank, passage in enumerate(passages)
        for span in _spans(asked, passage, (c for c in chosen if c.passage.chunk_id == passage.chunk_id))
    ]
    return tuple(
        _sentence(passages[rank], start, end, marker)
        for marker, (rank, start, end) in enumerate(places, start=1)
    )


def _likely(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """The best few: scores are log odds, so their softmax is the probability of holding the answer."""
    odds = [exp(candidate.score - candidates[0].score) for candidate in candidates]
    gathered, total = 0.0, sum(odds)
    for candidate, odd in list(zip(candidates, odds, strict=True))[:MOST]:
        if gathered >= ENOUGH * total or odd < LEAST:
            return
        gathered += odd
        yield candidate


def _distinct(candidates: Iterator[Candidate]) -> list[Candidate]:
    """Without those that say what a better one has said."""
    kept: list[tuple[Candidate, frozenset[str]]] = []
    for candidate in candidates:
        words = _words(candidate.text)
        if not any(_alike(words, other) for _, other in kept):
            kept.append((candidate, words))
    return [candidate for candidate, _ in kept]


def _words(text: str) -> frozenset[str]:
    return frozenset(map(stem, re.findall(r"\w+", text)))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sentences say the same, by Jaccard's index of their words."""
    return len(one & other) >= ALIKE * max(1, len(one | other))


def _spans(asked: frozenset[str], passage: Passage, chosen: Iterable[Candidate]) -> list[Span]:
    """The chosen sentences of a passage and what completes them, as they stand on the page."""
    found = pieces(passage.chunk)
    at = {(piece.start, piece.end): place for place, piece in enumerate(found)}
    completed = (
        piece
        for candidate in chosen
        for piece in _completed(asked, passage.chunk.text, found, at[candidate.start, candidate.end])
    )
    return sorted({(piece.start, piece.end) for piece in completed})


def _completed(asked: frozenset[str], text: str, found: Sequence[Piece], at: int) -> list[Piece]:
    """The sentence with what it cannot be read without."""
    sentence = text[found[at].start : found[at].end]
    if sentence.endswith(("?", "？", "؟")):
        answer = list(found[at + 1 : at + 2])
        return answer if answer and _alike(asked, _words(sentence)) else [found[at], *answer]
    if sentence.endswith((":", "：")):
        return [found[at], *_items(text, found, at)]
    return [*_before(text, found, at), found[at]]


def _before(text: str, found: Sequence[Piece], at: int) -> list[Piece]:
    """A row's header; an item's lead-in; the sentence that one like "It does." leans on, if they share a line."""
    top = header(found, at)
    if top:
        return [top]
    if _is_item(text, found[at]):
        lead = next((piece for piece in reversed(found[:at]) if not _is_item(text, piece)), None)
        return [lead] if lead and text[lead.start : lead.end].endswith((":", "：")) else []
    if at and _LEANS.match(text, found[at].start) and "\n" not in text[found[at - 1].end : found[at].start]:
        return [found[at - 1]]
    return []


def _items(text: str, found: Sequence[Piece], at: int) -> list[Piece]:
    """The lines below a lead-in: while they are marked as items, or else up to the next blank line."""
    below = found[at + 1 : at + 1 + ITEMS]
    marked = bool(below) and _is_item(text, below[0])

    def belongs(piece: Piece) -> bool:
        return _is_item(text, piece) if marked else _starts_line(text, piece.start)

    return list(takewhile(belongs, below))


def _is_item(text: str, piece: Piece) -> bool:
    return piece.kind is BlockKind.ITEM or _ITEM.match(text, piece.start) is not None


def _starts_line(text: str, at: int) -> bool:
    """Whether only blanks stand between the offset and the one line break above it."""
    blanks = text[:at][len(text[:at].rstrip()) :]
    return blanks.count("\n") == 1


def _sentence(passage: Passage, start: int, end: int, marker: int) -> Sentence:
    chunk = passage.chunk
    quote = chunk.text[start:end]
    citation = Citation(
        marker=marker,
        document=passage.document,
        page=chunk.page,
        start=chunk.start + start,
        end=chunk.start + end,
        quote=quote,
        place=passage.place(chunk.start + start),
    )
    return Sentence(text=" ".join(quote.split()), citations=(citation,), support=Support.SUPPORTED)
