"""Names and codes of a text, by how they are written. Pure."""

import re

from rag.sentences import Span, split
from rag.units import UNITS

_CODE = re.compile(
    r"(?<![\w.@/-])(?:"
    r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,32}){1,4}"  # an address
    r"|(?=[\w./-]{0,40}\d)(?=[\w./-]{0,40}[A-Za-z])[A-Za-z][A-Za-z]{0,11}[-_/.]?\d[\w]{0,20}(?:[-_/.][\w]{1,20}){0,6}"
    r"|(?=[\w-]{0,40}\d)[A-Z]{2,12}(?:[-_/][A-Za-z0-9]{1,20}){1,6}"  # INV-2024-7
    r"|v?\d{1,4}(?:\.\d{1,4}){2,5}"  # 2.3.1
    r"|\d{1,4}[A-Z]{1,4}\d{0,6}"  # 4B
    r"|[A-Z]{2,10}[ -]\d{2,6}(?!\d|[.,]\d|\s?%)"  # ISO 9001
    r")(?![\w@]|-\w)"
)
_CURRENCIES = re.compile(r"(?:EUR|USD|GBP|CHF|JPY|AD|BC|CE|BCE|PM|AM)[ -]?\d")
_NAME = re.compile(r"[^\W\d_a-zß-öø-ÿ][\w’'.-]{0,60}\w|[^\W\d_a-zß-öø-ÿ]\b")
_OPENS = re.compile(r"[\"'“‘«(\[\s#*•\-–—|]*")
_NO_NAMES = frozenset(
    "the a an this that these those it its he she they them his her their we our us you your i my in on at for from by "
    "with as if when while where after before since although though because however but and or so then there here "
    "what who why how which all both each some many most no not other such one during under according also to please "
    "see yes once until unless except only every any few more less there".split()
)


def codes(text: str) -> tuple[Span, ...]:
    """Spans of what is written to be looked up: INV-2024-7, ISO 9001, 2.3.1, somebody's address."""
    return tuple(
        found.span()
        for found in _CODE.finditer(text)
        if not _CURRENCIES.match(found.group()) and found.group().lower() not in UNITS
    )


def names(text: str) -> tuple[Span, ...]:
    """Spans of words that are written like names: with a capital letter, and not because they open a sentence.

    The first word of a sentence counts if it is all in capitals or another such word follows it.
    """
    return tuple(span for start, end in split(text) for span in _within(text, start, end))


def _within(text: str, start: int, end: int) -> list[Span]:
    opened = _OPENS.match(text, start)
    first = opened.end() if opened else start
    found = [match for match in _NAME.finditer(text, start, end) if _separate(text, match.start())]
    spans = [match.span() for match in found if match.group().casefold() not in _NO_NAMES]
    if len(found) > 3 and text[start:end].isupper():
        return []
    return [span for span in spans if span[0] != first or _is_name(text, span, spans)]


def _separate(text: str, at: int) -> bool:
    return not at or not (text[at - 1].isalnum() or text[at - 1] == "_")


def _is_name(text: str, first: Span, spans: list[Span]) -> bool:
    """Whether the word that opens a sentence is a name all the same."""
    word = text[slice(*first)]
    if len(word) > 1 and word.isupper():
        return True
    return any(text[first[1] : other[0]].isspace() for other in spans if other[0] > first[1])
