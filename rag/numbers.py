"""Numbers of a text, by value: 1.2 million, 1,200,000 and 1.2m are one number, 30 days and 30 hours are not. Pure.

What a number means can be open: 1.200 is 1200 to some and 1.2 to others, 5m five million or five metres. Then it has
several readings, and two numbers are the same if they share one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import zip_longest

from rag.spelled import WORDS, value
from rag.units import LETTERS, PREFIXES, SCALES, unit_at

Reading = tuple[Fraction, str]  # value in its unit's base, and the base; "" where no unit is named

_CARDINAL = "|".join(sorted((word for word in WORDS if not WORDS[word].ordinal), key=len, reverse=True))
_ORDER = "|".join(sorted((word for word in WORDS if WORDS[word].ordinal), key=len, reverse=True))
_FOUND = re.compile(
    r"(?<![\w.,])(?P<digits>\d{1,3}(?:[,.'’\u00a0\u202f]\d{3})+(?:[.,]\d{1,9})?(?![\d])|\d{1,30}(?:[.,]\d{1,9})?)"
    rf"|\b(?P<spelled>(?:{_CARDINAL})(?:(?:[ \t-]|\s+and\s+)(?:{_CARDINAL})){{0,12}}(?:-(?:{_ORDER}))?|(?:{_ORDER}))\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\w.,:])(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?<![\w.,:])(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?![\d:])",
    re.IGNORECASE,
)
_SCALE = re.compile(rf"[\s-]{{0,2}}({'|'.join(sorted(SCALES, key=len, reverse=True))})\b\.?", re.IGNORECASE)
_LETTER = re.compile(rf"({'|'.join(LETTERS)})\b", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_PREFIX = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, PREFIXES))})\s?$", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:-|–|—|to|and|or|bis|a)\s*[$€£¥]?\s*", re.IGNORECASE)
_UNSHARED = frozenset({"", "in order", "o'clock"})
_BEFORE = 26  # characters that are looked at for what goes before
_BOUNDS = tuple(
    (name, re.compile(rf"\b(?:{before})[\s$€£¥]*$", re.IGNORECASE))
    for name, before in (
        ("at least", r"at least|(?:no|not) (?:less|fewer) than|minimum(?: of)?"),
        ("at most", r"at most|(?:no|not) (?:more|greater|longer|later) than|maximum(?: of)?|up to"),
        ("more than", r"(?:more|greater|longer|larger) than|over|above|exceed\w*|in excess of"),
        ("less than", r"(?:less|fewer|shorter|smaller) than|under|below"),
    )
)
_ABOUT = re.compile(
    r"(?:\b(?:about|around|approximately|approx\.|roughly|nearly|almost|over|some|more than|less than|circa)|~|≈)"
    r"[\s$€£¥]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number in a text."""

    start: int
    end: int
    readings: frozenset[Reading]
    bound: str = ""  # "at least", "at most", "more than" or "less than"
    slack: Fraction = Fraction(0)  # where it is said to be rounded: half of its last written place
    factor: Fraction = Fraction(1)  # what its unit and its scale multiply its digits by
    measure: Fraction = Fraction(1)  # what its unit alone does
    casual: bool = False  # a word such as "one" or "a day", which need not count anything

    @property
    def units(self) -> frozenset[str]:
        """The bases of the units that it may be in."""
        return frozenset(unit for _, unit in self.readings)


def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a text, in order. Linear in its length."""
    clocks = tuple(map(_clock, _CLOCK.finditer(text)))
    taken = {at for clock in clocks for at in range(clock.start, clock.end)}
    others = [_read(text, found) for found in _FOUND.finditer(text) if found.start() not in taken]
    found = sorted((*clocks, *others), key=lambda quantity: quantity.start)
    return tuple(_shared_units(text, list(_apart(found))))


def _apart(found: list[Quantity]) -> Iterator[Quantity]:
    """Without those that begin inside another: the million of 1.2 million."""
    end = 0
    for quantity in found:
        if quantity.start >= end:
            end = quantity.end
            yield quantity


def same(said: Quantity, shown: Quantity) -> bool:
    """Whether a number that is said is one that is shown; one without a unit is taken to be in the other's."""
    return any(
        abs(value - other) <= said.slack if unit == base else value / said.measure == other / shown.measure
        for value, unit in said.readings
        for other, base in shown.readings
        if unit == base or not unit or not base
    )


def _clock(found: re.Match[str]) -> Quantity:
    hour, minute = int(found["hour"] or found["hour24"]), int(found["minute"] or found["minute24"] or 0)
    if found["half"]:
        hour = hour % 12 + 12 * (found["half"].lower() == "p")
    minutes = Fraction(60 * hour + minute)
    return Quantity(start=found.start(), end=found.end(), readings=frozenset({(minutes, "o'clock")}))


def _read(text: str, found: re.Match[str]) -> Quantity:
    """The number with its scale, its unit, and what is said of it before."""
    start, end = found.span()
    values = _values(found["digits"]) if found["digits"] else {value(found["spelled"])}
    step = _step(found["digits"] or "")
    if found["digits"] and (ordinal := _ORDINAL.match(text, end)):
        return _ordinal(start, ordinal.end(), values)
    if found["spelled"] and WORDS[found["spelled"].lower().split("-")[-1].split()[-1]].ordinal:
        return replace(_ordinal(start, end, values), casual=values <= {Fraction(1), Fraction(2)})
    readings, end, factor, measure = _measured(text, start, end, values)
    start -= len(prefix.group()) if (prefix := _prefix(text, start)) else 0
    before = text[max(0, start - _BEFORE) : start]
    casual = (found["spelled"] or "").lower() in ("one", "a", "an") and readings == {(Fraction(1), "")}
    return Quantity(
        start=start,
        end=end,
        readings=readings,
        bound=next((name for name, pattern in _BOUNDS if pattern.search(before)), ""),
        slack=step * factor / 2 if _ABOUT.search(before) else Fraction(0),
        factor=factor,
        measure=measure,
        casual=casual,
    )


def _ordinal(start: int, end: int, values: set[Fraction]) -> Quantity:
    return Quantity(start=start, end=end, readings=frozenset((value, "in order") for value in values))


def _measured(
    text: str, start: int, end: int, values: set[Fraction]
) -> tuple[frozenset[Reading], int, Fraction, Fraction]:
    """The readings in the bases of their units, where the whole ends, its factor and its measure."""
    prefix = _prefix(text, start)
    currency = PREFIXES[prefix.group(1).lower()] if prefix else ""
    scale, end = _scaled(text, end)
    readings: set[Reading] = set()
    factor, by_unit = scale, Fraction(1)
    if letter := _LETTER.match(text, end):
        by, unit = LETTERS[letter.group(1).lower()]
        end = letter.end()
        readings = {(value * by, currency) for value in values}
        if unit and not currency:
            readings |= {(value * unit[1], unit[0]) for value in values}
        factor = Fraction(by)
    else:
        base, by_unit, end = unit_at(text, end)
        factor = scale * by_unit
        readings = {(value * factor, currency or name) for value in values for name in base}
    return frozenset(readings), end, factor, by_unit


def _prefix(text: str, start: int) -> re.Match[str] | None:
    return _PREFIX.search(text, max(0, start - 4), start)


def _scaled(text: str, end: int) -> tuple[Fraction, int]:
    scale = _SCALE.match(text, end)
    return (Fraction(SCALES[scale.group(1).lower()]), scale.end()) if scale else (Fraction(1), end)


def _values(digits: str) -> set[Fraction]:
    """What digits with separators may mean: a lone separator before three digits parts thousands or decimals."""
    marks = re.sub(r"\d", "", digits)
    if not marks:
        return {Fraction(digits)}
    last, rest = marks[-1], marks[:-1]
    places = len(digits) - digits.rindex(last) - 1
    whole = Fraction(re.sub(r"\D", "", digits))
    decimal = whole / 10**places
    if places != 3:
        return {decimal}
    if last not in ".," or (rest and last in rest):
        return {whole}
    if rest or digits.startswith("0"):
        return {decimal}
    return {whole} if last == "," else {whole, decimal}


def _step(digits: str) -> Fraction:
    """What the last place that is not a filling zero counts: 1.2 is exact to a tenth, 1,200 to a hundred."""
    mark = re.search(r"[.,](\d{1,2}|\d{4,9})$", digits)
    if mark:
        return Fraction(1, 10 ** len(mark.group(1)))
    bare = re.sub(r"\D", "", digits)
    return Fraction(10 ** (len(bare) - len(bare.rstrip("0")))) if bare.strip("0") else Fraction(1)


def _shared_units(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """The first number of a range takes the unit of the second: 5 to 7 days."""
    for quantity, after in zip_longest(found, found[1:]):
        bare = quantity.units == {""} and quantity.factor == 1 and not quantity.casual
        if (
            after
            and bare
            and after.units.isdisjoint(_UNSHARED)
            and _RANGE.fullmatch(text, quantity.end, after.start)
        ):
            values = [value for value, _ in quantity.readings]
            readings = frozenset((value * after.factor, unit) for value in values for unit in after.units)
            yield replace(quantity, readings=readings, factor=after.factor, measure=after.measure)
        else:
            yield quantity
