"""Where the words that somebody looks for stand in a document, however they are written there. Pure.

Capitals and accents do not count, nor does a hyphen or a line's end within a word; between two words any blanks may
stand. Offsets count in the text as it is stored, so what is searched is folded letter by letter and keeps its length.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

LISTED = 100  # places of a document that are shown
COUNTED = 10_000  # that are counted
CONTEXT = 60  # characters on either side of a place
_WITHIN = r"(?:[\u0300-\u036f\u00ad\u200b]|[-‐‑]\s*)*"  # a word, between its letters
_JOINT = r"[-‐‑\s\u00ad]*"  # of a word that is asked for with a hyphen
_MARKS = r"[\u0300-\u036f]*"  # accents that stand behind their letter
_BETWEEN = rf"{_MARKS}\u00ad*[-‐‑\s]+"  # words
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_HYPHENS = re.compile("[-‐‑]+")
_TOGETHER = {"ss": "ß", "fi": "ﬁ", "fl": "ﬂ", "ff": "ﬀ"}  # letters that may be written as one
_PAIRS = re.compile("|".join(_TOGETHER) + "|.", re.DOTALL)

Text = tuple[int, str, str]  # number of a page, its label, its text


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place where it stands."""

    page: int
    label: str  # of the page
    hit: int  # which of its page, from 1
    before: str
    found: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """All places in a document."""

    query: str
    spots: tuple[Spot, ...]  # the first of them
    counts: dict[int, int]  # by page, in order; only pages that have any
    more: bool  # whether not all were counted

    @property
    def total(self) -> int:
        """How many were counted."""
        return sum(self.counts.values())

    def at(self, page: int, hit: int) -> int:
        """Which of all, from 1, a page's hit is."""
        return hit + sum(count for number, count in self.counts.items() if number < page)

    def beside(self, page: int, hit: int) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
        """The hits before and after one, as page and hit."""
        lower = [number for number in self.counts if number < page]
        higher = [number for number in self.counts if number > page]
        before = (page, hit - 1) if hit > 1 else (lower[-1], self.counts[lower[-1]]) if lower else None
        here = hit < self.counts.get(page, 0)
        return before, (page, hit + 1) if here else (higher[0], 1) if higher else None


def find(query: str, texts: Iterable[Text]) -> Hits:
    """Every place in the texts of a document's pages, which come in order."""
    spots: list[Spot] = []
    counts: dict[int, int] = {}
    left = COUNTED
    for number, label, text in texts:
        found = spans(query, text, most=left + 1)
        if not found:
            continue
        shown = found[: LISTED - len(spots)]
        spots += [_spot(number, label, text, hit, span) for hit, span in enumerate(shown, 1)]
        if len(found) > left:
            counts[number] = left
            return Hits(query=query, spots=tuple(spots), counts=counts, more=True)
        counts[number] = len(found)
        left -= len(found)
    return Hits(query=query, spots=tuple(spots), counts=counts, more=False)


def spans(query: str, text: str, *, most: int = COUNTED) -> list[tuple[int, int]]:
    """Where it stands in a text, in order; the first `most` of them."""
    sought = _pattern(query)
    return list(_taken(sought.finditer(folded(text)), most)) if sought else []


def folded(text: str) -> str:
    """The text without capitals and accents, letter for letter."""
    if text.isascii():
        return text.lower()
    letters = _letters()
    return _FOREIGN.sub(lambda letter: chr(letters[ord(letter[0])]), text).lower()


class _Letters(dict[int, int]):
    """What each letter is without its accent, found when it is first met."""

    def __missing__(self, code: int) -> int:
        plain = _plain(chr(code))
        low = chr(code).lower()
        self[code] = ord(plain) if len(plain) == 1 else ord(low) if len(low) == 1 else code
        return self[code]


@cache
def _letters() -> _Letters:
    return _Letters()


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).casefold()


def _pattern(query: str) -> re.Pattern[str] | None:
    """What finds the words in a folded text; None where there is nothing to look for."""
    words = [word for raw in query.split() if (word := _word(raw))]
    return re.compile(_BETWEEN.join(words) + _MARKS) if words else None


def _word(raw: str) -> str:
    plain = folded(unicodedata.normalize("NFC", raw))
    for pair, one in _TOGETHER.items():
        plain = plain.replace(one, pair)
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    bits = [bit for bit in _HYPHENS.split(kept) if bit]
    return _JOINT.join(_WITHIN.join(map(_letter, _PAIRS.findall(bit))) for bit in bits)


def _letter(pair: str) -> str:
    if len(pair) == 1:
        return re.escape(pair)
    return f"(?:{pair[0]}{_WITHIN}{pair[1]}|{_TOGETHER[pair]})"


def _taken(found: Iterator[re.Match[str]], most: int) -> Iterator[tuple[int, int]]:
    for _, match in zip(range(most), found, strict=False):
        yield match.span()


def _spot(number: int, label: str, text: str, hit: int, span: tuple[int, int]) -> Spot:
    start, end = span
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    if start > CONTEXT:
        before = "…" + before.partition(" ")[2]
    if end + CONTEXT < len(text):
        after = after.rpartition(" ")[0] + "…"
    return Spot(
        page=number,
        label=label,
        hit=hit,
        before=_one_line(f"{before}|")[:-1],
        found=_one_line(text[start:end]),
        after=_one_line(f"|{after}")[1:],
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
