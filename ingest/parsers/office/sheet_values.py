"""A spreadsheet's values as its reader sees them: "1,250.00 EUR", "12.5%", "2025-08-07". Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, time

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|[_*].|\[[^\]]*\]')
_DIGITS = re.compile(r"[#0?](?:[#0?,. ]*[#0?])?(,*)")
_DECIMALS = re.compile(r"\.([0#?]+)")
_MEANING = "#0?%,./;Ee"  # what has another meaning outside a literal
_PROTECTED = {ord(character): 0xE000 + ord(character) for character in _MEANING}
_RESTORED = {there: here for here, there in _PROTECTED.items()}
_MOST_DECIMALS = 15
_GENERAL_DIGITS = 11  # significant ones, as many as a cell without a format shows
_LARGEST_WHOLE = 10**15  # from here on a spreadsheet holds numbers inexactly


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFormat:
    """What a cell's number format says about the way its number is written."""

    decimals: int | None = None  # None writes as many as there are
    grouped: bool = False  # thousands are set apart
    thousands: int = 0  # how often the number is divided by a thousand before it is shown
    percent: bool = False
    before: str = ""  # a currency or unit in front of the number, with its blank
    after: str = ""


GENERAL = NumberFormat()


def number_format(code: str) -> NumberFormat:
    """The parts of a format code that change how a positive number reads; a code beyond that is "General"."""
    plain = _LITERAL.sub(_protected, _sections(code)[0])
    digits = _DIGITS.search(plain)
    if digits is None or re.search("/|E[+-]", plain):
        return GENERAL
    decimals = _DECIMALS.search(digits[0])
    return NumberFormat(
        decimals=min(len(decimals[1]), _MOST_DECIMALS) if decimals else 0,
        grouped="," in digits[0].rstrip(","),
        thousands=len(digits[1]),
        percent="%" in plain,
        before=_unit(plain[: digits.start()]).lstrip(),
        after=_unit(plain[digits.end() :]).rstrip(),
    )


def shows_nothing(code: str) -> bool:
    """Whether a number format leaves the cell blank, whatever it holds: `;;;`."""
    sections = _sections(code)
    return len(sections) > 2 and not any(section.strip() for section in sections)


def shown(value: object, form: NumberFormat) -> str:
    """A cell's value as text; a date without a time of day is a date alone."""
    match value:
        case str():
            return " ".join(value.split())
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return _number(value, form)
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds" if value.second else "minutes")
        case time():
            return value.isoformat(timespec="seconds" if value.second else "minutes")
    return str(value)


def _number(value: float, form: NumberFormat) -> str:
    value = value * 100 if form.percent else value
    value = value / 1000**form.thousands if form.thousands else value
    if form.decimals is not None:
        text = f"{value:{',' if form.grouped else ''}.{form.decimals}f}"
    elif isinstance(value, int) or (value.is_integer() and abs(value) < _LARGEST_WHOLE):
        text = str(int(value))
    else:
        text = f"{value:.{_GENERAL_DIGITS}g}"
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    return f"{sign}{form.before}{text}{'%' if form.percent else ''}{form.after}"


def _sections(code: str) -> list[str]:
    """The format's parts for positive, negative and zero, split at semicolons outside quotes."""
    return re.sub(r'"[^"]*"', lambda quoted: quoted[0].replace(";", ""), code).split(";")


def _protected(literal: re.Match[str]) -> str:
    """The text of a literal, with letters that mean something outside it put out of the way."""
    return next((group for group in literal.groups() if group), "").translate(_PROTECTED)


def _unit(side: str) -> str:
    """The text on one side of the digits, where it holds more than signs and brackets."""
    text = re.sub("[%()+-]", "", side).translate(_RESTORED)
    return text if text.strip() else ""
