"""Which stretch of time a page tells of, and how it is cut into parts that can be drawn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rag.usage import EVER, Counts, added

MOST = 31  # parts that a chart has room for, before they are made longer
WEEK = timedelta(days=7)


class Period(StrEnum):
    """The last days, today included; or all there are."""

    WEEK = "7"
    MONTH = "30"
    QUARTER = "90"
    ALL = "all"

    def since(self, today: date) -> date:
        """The first day of it."""
        return EVER if self is Period.ALL else today - timedelta(days=int(self.value) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A day, a week or a month, and how the questions of it ended."""

    first: date
    last: date
    counts: Counts


def period(named: str | None) -> Period:
    """The period of this name; 30 days where there is no such one."""
    return Period(named) if named in set(Period) else Period.MONTH


def parts(days: Mapping[date, Counts], since: date, today: date) -> list[Part]:
    """The days up to today as parts of one length each, without a gap; of all there are, from the first question on."""
    first = min(days, default=today) if since == EVER else since
    length = (today - first).days + 1
    spans = _months(first, today) if length > MOST * 7 else _weeks(first, today) if length > MOST else None
    cut = list(spans or ((day, day) for day in _every(first, today, timedelta(days=1))))
    return [
        Part(first=a, last=b, counts=added([c for day, c in days.items() if a <= day <= b])) for a, b in cut
    ]


def _weeks(first: date, today: date) -> Iterator[tuple[date, date]]:
    monday = first - timedelta(days=first.weekday())
    return (
        (max(day, first), min(day + WEEK - timedelta(days=1), today)) for day in _every(monday, today, WEEK)
    )


def _months(first: date, today: date) -> Iterator[tuple[date, date]]:
    start = first
    while start <= today:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield start, min(following - timedelta(days=1), today)
        start = following


def _every(first: date, last: date, step: timedelta) -> Iterator[date]:
    return (first + n * step for n in range((last - first) // step + 1))
