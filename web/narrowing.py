"""Which documents a question looks at, as people say it: patterns, types by name, and days."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypedDict

from rag.errors import UsageError
from rag.scope import Scope
from rag.types import MediaType

TYPES = {kind.name.lower(): kind.value for kind in MediaType}


class Narrowing(TypedDict, total=False):
    """What was said."""

    sources: Sequence[str]
    types: Sequence[str]
    since: str | None
    until: str | None


def scope(given: Narrowing) -> Scope:
    """What is meant. Raises UsageError for a type or a day that is none."""
    return Scope(
        sources=tuple(given.get("sources") or ()),
        types=tuple(_type(name) for name in given.get("types") or ()),
        since=_day(given.get("since"), "since"),
        until=_day(given.get("until"), "until", timedelta(days=1)),
    )


def _type(name: str) -> str:
    if name.lower() not in TYPES:
        raise UsageError(f"There is no type {name!r}. Those there are: {', '.join(sorted(TYPES))}.")
    return TYPES[name.lower()]


def _day(text: str | None, name: str, later: timedelta = timedelta()) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC) + later
    except (ValueError, OverflowError):
        raise UsageError(f"{name} is {text!r}, which is no day. Write one as 2026-03-31.") from None
