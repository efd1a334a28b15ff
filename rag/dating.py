"""Of what time a document is, by its title or its name, and which of a series is the latest. Pure."""

import re
from collections.abc import Iterable

from rag.asked import stems
from rag.dates import Reading, dates
from rag.types import Document

SERIES = 0.5  # shared words over all words of the titles of two documents of one series

_QUARTER = re.compile(r"\b(?:(20\d\d)\W{0,2}q([1-4])|q([1-4])\W{0,2}(20\d\d))\b", re.IGNORECASE)
_JOINTS = re.compile(r"_|(?<!\d)/|/(?!\d)")  # of a path and its words, but not of 31/03/2025


def period(document: Document) -> Reading | None:
    """The latest year, month and day that the title names, or else the source; 0 for what is not said.

    A quarter is its last month.
    """
    for name in (document.title, document.source):
        plain = _JOINTS.sub(" ", name)
        if quarter := _QUARTER.search(plain):
            year, number = quarter[1] or quarter[4], quarter[2] or quarter[3]
            return int(year), 3 * int(number), 0
        if said := [reading for date in dates(plain) for reading in date.readings if reading[0]]:
            return max(said)
    return None


def dated(document: Document) -> str:
    """The same as people write it, "2025", "2025-03" or "2025-03-31"; else the day of its latest change."""
    said = period(document)
    if said is None:
        return f"{document.updated_at:%Y-%m-%d}"
    year, *rest = said
    return "-".join([f"{year:04}", *(f"{part:02}" for part in rest if part)])


def one_series(one: Document, other: Document) -> bool:
    """Whether two documents are alike by name, but for their figures: the same report of different quarters."""
    return _alike(_name(one), _name(other))


def outdated(documents: Iterable[Document]) -> frozenset[str]:
    """Ids of those of which a later one of their series is among them; each may come several times."""
    known = {each.id: each for each in documents}
    named = {key: (when, _name(each)) for key, each in known.items() if (when := period(each))}
    return frozenset(
        key
        for key, (when, name) in named.items()
        if any(when < later and _alike(name, other) for later, other in named.values())
    )


def _name(document: Document) -> frozenset[str]:
    return frozenset(word for word in stems(document.title) if not word[0].isdigit())


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= SERIES * max(1, len(one | other))
