"""A text as a row of tokens: its words by what they mean, its numbers and dates by value, its names. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from rag.concepts import concept
from rag.dates import Date, dates
from rag.names import codes, names
from rag.numbers import Quantity, quantities
from rag.sentences import split

STOP_WORDS = frozenset(
    "a an the of in on at to for from by with as is are was were be been being am do does did done doing has have had "
    "having and or but if then than that this these those it its he she they them his her their him we our us you your "
    "i me my nor so such what which who whom whose when where why how can could will would shall should may might must "
    "there here about into over under between during through against up down out off again further once also too very "
    "just any each own not no never none cannot without unless except while whereas although though because until "
    "since per via upon within among there's it's only all every some both other another 's s d ll re ve t".split()
)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_]+(?:['’][^\W_]+)*")
_CLAUSE = re.compile(r"[,;:—–()!?。，；：]|\s-\s")
_JOINS = frozenset("but while whereas although though because however".split())
MOST = 2000  # tokens of a text that are read; the rest of a page-long quote is not


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, or all that makes up a number or a date."""

    start: int
    end: int
    text: str
    kind: Kind
    key: str  # equal for what means the same or the opposite
    sign: int  # -1 for the opposite
    content: bool  # not one of the words that only join others
    sentence: int  # its number, from 0
    clause: int  # counted through the text
    value: Quantity | Date | None = None


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text, in order, without overlaps. Linear in the text's length, at most MOST."""
    found = sorted(_facts(text), key=lambda fact: fact[0])
    return tuple(islice(_Row(text, found).read(), MOST))


_Fact = tuple[int, int, Kind, Quantity | Date | None]


def _facts(text: str) -> Iterator[_Fact]:
    """Codes, then dates, then numbers, each where nothing stands yet."""
    taken: set[int] = set()
    every: list[_Fact] = [
        *((start, end, Kind.CODE, None) for start, end in codes(text)),
        *((date.start, date.end, Kind.DATE, date) for date in dates(text)),
        *((n.start, n.end, Kind.NUMBER, n) for n in quantities(text) if not n.casual),
    ]
    for fact in every:
        if taken.isdisjoint(range(fact[0], fact[1])):
            taken.update(range(fact[0], fact[1]))
            yield fact


class _Row:
    """Walks through a text once."""

    def __init__(self, text: str, facts: Sequence[_Fact]) -> None:
        self._text = text
        self._facts = facts
        self._names = {at for start, end in names(text) for at in range(start, end)}
        self._ends = [end for _, end in split(text)]
        self._clause = 0
        self._sentence = 0
        self._last = 0

    def read(self) -> Iterator[Token]:
        at = 0
        for start, end, kind, value in self._facts:
            yield from self._words(at, start)
            yield self._token(start, end, kind, value)
            at = end
        yield from self._words(at, len(self._text))

    def _words(self, start: int, end: int) -> Iterator[Token]:
        for found in _WORD.finditer(self._text, start, end):
            kind = Kind.NAME if found.start() in self._names else Kind.WORD
            yield self._token(found.start(), found.end(), kind, None)

    def _token(self, start: int, end: int, kind: Kind, value: Quantity | Date | None) -> Token:
        while self._sentence < len(self._ends) - 1 and start >= self._ends[self._sentence]:
            self._sentence += 1
            self._clause += 1
        text = self._text[start:end]
        plain = text.casefold().replace("’", "'")
        if _CLAUSE.search(self._text, self._last, start) or plain in _JOINS:
            self._clause += 1
        self._last = end
        key, sign = concept(plain) if kind in (Kind.WORD, Kind.NAME) else (_key(plain, value), 1)
        return Token(
            start=start,
            end=end,
            text=text,
            kind=kind,
            key=key,
            sign=sign,
            content=kind is not Kind.WORD or not (plain in STOP_WORDS or plain.endswith("n't")),
            sentence=self._sentence,
            clause=self._clause,
            value=value,
        )


def _key(plain: str, value: Quantity | Date | None) -> str:
    """Numbers and dates by one of their readings: good enough to compare what stands around."""
    return f"={min(map(str, value.readings))}" if value else plain
