"""Of what time a document is: what its title or its name says, else when it last changed here. Pure."""

import re

from rag.dates import Reading, dates
from rag.types import Document

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
