"""Quotes of different documents that give different values for the same thing. Pure.

Two sentences conflict where they say the same in the same words, but for a number (or, where it is asked when, a
date), and the question fits both equally: a quarter or a place that it names is not met by only one of them.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import combinations
from typing import TypeVar

from rag.asked import Asked, content, figures, read, stems
from rag.dates import Reading, dates, shows
from rag.dating import period
from rag.names import names
from rag.numbers import Quantity, quantities, same
from rag.sentences import split
from rag.types import Citation, Document, Question, Sentence

FRAME = 0.6  # shared words over all words of two sentences that say the same of something
SENTENCES = 4  # of a quote that are compared
SHARED = 3  # words that they share at least
VALUES = 2  # different numbers at most; with more the sentences are about different things

_HOLDS = re.compile(
    r"\b(?:is|are|may|must|can|shall|will|should|costs?|lasts?|takes?|pays?|gets?|gives?|needs?)\b",
    re.IGNORECASE,
)
_HELD = re.compile(r"\b(?:was|were|had|did)\b", re.IGNORECASE)

T = TypeVar("T")
Conflict = tuple[int, int]  # markers of two citations, the smaller first


class Claim:
    """A quote, read when it is first compared."""

    def __init__(self, text: str, document: Document, around: str = "") -> None:
        """``around`` is what stands before it in its paragraph."""
        self.text = text
        self.document = document
        self.around = around
        self.above = f"{document.title} {document.source}".replace("_", " ")

    @cached_property
    def words(self) -> frozenset[str]:
        """What carries its meaning."""
        return content(self.text)

    @cached_property
    def times(self) -> frozenset[Reading]:
        """The dates that it is about."""
        return frozenset(reading for date in dates(f"{self.around} {self.text}") for reading in date.readings)

    @cached_property
    def sentences(self) -> tuple["_Said", ...]:
        """Its first few sentences, each by itself."""
        spans = split(self.text)[:SENTENCES]
        return tuple(_Said(self.text[start:end], self.above) for start, end in spans)


class _Said:
    """A sentence of a quote."""

    def __init__(self, text: str, above: str) -> None:
        self.text = text
        self.context = stems(f"{text} {above}")
        self.figures = figures(f"{text} {above}")
        self.dates = dates(text)
        undated = _blanked(text, [(date.start, date.end) for date in self.dates])
        every = quantities(undated)
        self.numbers = [number for number in every if not number.casual]
        plain = _blanked(undated, [(number.start, number.end) for number in every])
        self.frame = frozenset(word for word in content(plain) if not any(map(str.isdigit, word)))
        self.names = stems(" ".join(plain[start:end] for start, end in names(plain)))


def conflicts(question: Question, sentences: Sequence[Sentence]) -> tuple[Conflict, ...]:
    """The markers of each two citations of an answer that contradict each other. None where it is asked to compare."""
    asked = read(question.text)
    cited = {citation.marker: citation for sentence in sentences for citation in sentence.citations}
    return tuple(
        (one, other)
        for one, other in combinations(sorted(cited), 2)
        if contradict(asked, _claim(cited[one]), _claim(cited[other]))
    )


def contradict(asked: Asked, one: Claim, other: Claim) -> bool:
    """Whether two quotes answer the question with different values."""
    if asked.compares or one.document.id == other.document.id or len(one.words & other.words) < SHARED:
        return False
    if not asked.asks_when and one.times != other.times:
        return False
    return any(
        _same_frame(said, shown)
        and _fit_equally(asked, said, shown)
        and _of_one_time(one, other, said)
        and _values_differ(asked, said, shown)
        for said in one.sentences
        for shown in other.sentences
    )


def _claim(citation: Citation) -> Claim:
    return Claim(citation.quote, citation.document)


def _same_frame(one: _Said, other: _Said) -> bool:
    """Whether they have their words and names in common, figures aside."""
    shared = len(one.frame & other.frame)
    alike = shared >= SHARED and shared >= FRAME * len(one.frame | other.frame)
    return alike and one.names <= other.context and other.names <= one.context


def _fit_equally(asked: Asked, one: _Said, other: _Said) -> bool:
    """Whether both hold the same of the question's words and figures."""
    words = asked.words & one.context == asked.words & other.context
    return words and asked.figures & one.figures == asked.figures & other.figures


def _of_one_time(one: Claim, other: Claim, said: _Said) -> bool:
    """Whether they are about one time: reports of two periods are not, two versions of a rule that holds are."""
    times = period(one.document), period(other.document)
    if not all(times) or times[0] == times[1]:
        return True
    return _HOLDS.search(said.text) is not None and _HELD.search(said.text) is None


def _values_differ(asked: Asked, one: _Said, other: _Said) -> bool:
    """Whether just the numbers differ; or just the dates, where it is asked when."""
    days = _alone(one.dates, other.dates, lambda a, b: shows([b], a) or shows([a], b))
    counts = _alone(one.numbers, other.numbers, same)
    if asked.asks_when:
        return not any(counts) and all(0 < len(side) <= VALUES for side in days)
    if any(days) or len(counts[0]) != len(counts[1]) or not 0 < len(counts[0]) <= VALUES:
        return False
    return all(_comparable(a, b) for a, b in zip(*counts, strict=True))


def _alone(ones: Sequence[T], others: Sequence[T], alike: Callable[[T, T], bool]) -> tuple[list[T], list[T]]:
    """What each side has and the other has not."""
    return (
        [one for one in ones if not any(alike(one, other) for other in others)],
        [other for other in others if not any(alike(one, other) for one in ones)],
    )


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _comparable(one: Quantity, other: Quantity) -> bool:
    return bool(one.units & other.units) and one.bound == other.bound
