"""Dates of a text, by value: 3 May 2024, May 3, 2024 and 2024-05-03 are one date. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

Reading = tuple[int, int, int]  # year, month, day; 0 where it is not said

_MONTHS = (  # English, German, Spanish, French
    "january jan januar enero janvier",
    "february feb februar febrero février",
    "march mar märz marzo mars",
    "april apr abril avril",
    "may mai mayo",
    "june jun juni junio juin",
    "july jul juli julio juillet",
    "august aug agosto août",
    "september sep sept septiembre septembre",
    "october oct oktober octubre octobre",
    "november nov noviembre novembre",
    "december dec dezember diciembre décembre",
)
MONTHS = MappingProxyType(
    {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
)
_VERBS = ("may", "march", "mar")  # no months where they are written small
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?P<year>1\d{3}|20\d{2})"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w.,/-]){_YEAR}([-/.])(?P<number>0?[1-9]|1[0-2])\2{_DAY}(?![\w/-])",
        rf"(?<![\w.,/-]){_DAY}(?:st|nd|rd|th)?\.?\s(?:of\s|de\s)?{_MONTH}(?:,?\s(?:of\s|de\s)?{_YEAR}(?![\d.,]\d))?",
        rf"\b{_MONTH}\s{_DAY}(?:st|nd|rd|th)?(?![\d:])(?:,?\s{_YEAR}(?![\d.,]\d))?",
        rf"\b{_MONTH},?\s(?:of\s|de\s)?{_YEAR}(?![\d.,]\d)",
        rf"(?<![\w.,/-])(?P<one>\d{{1,2}})([-/.])(?P<two>\d{{1,2}})\2{_YEAR}(?![\w/-])",
        r"(?<![\w.,$€£¥-])(?P<decade>1\d{2}0|20\d0)['’]?s\b",
        rf"(?<![\w.,$€£¥/]){_YEAR}(?![\w%/]|[.,:]\d)",
        (
            r"\b(?-i:(?P<month>January|February|April|June|July|August|September|October|November|December)"
            r"\b|(?<=[a-z,]\s)(?P<alone>March|May)\b)"
        ),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A date in a text, or a part of one."""

    start: int
    end: int
    readings: frozenset[Reading]  # 03/05/2024 has two
    decade: bool = False  # then the year is its first

    @property
    def year(self) -> int:
        """The year where nothing else is said, else 0."""
        years = {year for year, month, day in self.readings if not month and not day}
        return next(iter(years), 0)


def dates(text: str) -> tuple[Date, ...]:
    """The dates of a text, in order and without overlaps; of two at one place the fuller."""
    found: list[Date] = []
    taken: set[int] = set()
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            readings = frozenset(_readings(match))
            if readings and taken.isdisjoint(range(*match.span())):
                taken.update(range(*match.span()))
                decade = bool(match.groupdict().get("decade"))
                found.append(Date(start=match.start(), end=match.end(), readings=readings, decade=decade))
    return tuple(sorted(found, key=lambda date: date.start))


def _readings(match: re.Match[str]) -> Iterator[Reading]:
    part = match.groupdict()
    year = int(part.get("year") or part.get("decade") or 0)
    if part.get("one"):
        one, two = int(part["one"]), int(part["two"])
        yield from {(year, m, d) for m, d in ((two, one), (one, two)) if 1 <= m <= 12 and 1 <= d <= 31}
        return
    name = part.get("month") or part.get("alone") or ""
    if name in _VERBS:
        return
    name = name.lower()
    month = MONTHS[name] if name else int(part.get("number") or 0)
    yield year, month, int(part.get("day") or 0)


def shows(shown: Iterable[Date], said: Date) -> bool:
    """Whether a date is among those shown, or a part of one of them; its year may stand by itself."""
    fuller = [reading for date in shown if date.decade is said.decade for reading in date.readings]
    years = {year for year, *_ in fuller if year}
    fuller += [(year, month, day) for (own, month, day), year in product(fuller, years) if not own]
    return any(
        all(not part or part == other for part, other in zip(reading, full, strict=True))
        for reading in said.readings
        for full in fuller
    )
