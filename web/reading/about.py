"""What the head of a source says of its document: of what time it is, and where it came from. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from rag.dating import dated, period
from rag.places import Place
from rag.types import Document, MediaType

UPLOAD = "upload:"  # how the origin of an uploaded file begins
SHOWN = 20  # places of a document
PICTURES = (MediaType.PNG, MediaType.JPEG)  # that browsers show, and in which nothing runs
TEXTS = (MediaType.TEXT, MediaType.MARKDOWN, MediaType.CODE, MediaType.CSV, MediaType.JSON)
LONGEST = 4 << 20  # bytes of a text that is shown as it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a document came from."""

    kind: str  # "site", "folder" or "upload"
    text: str  # as people are shown it
    url: str = ""  # where it is on the web; empty for anything else
    trouble: str = ""  # why it could not be looked at the last time


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a document beside what it says."""

    version: str  # the first of its content's hash, by which people tell two versions apart
    said: str  # the time that its title or name gives, "2025-03"; empty where they give none
    added: datetime
    updated: datetime | None  # None where it never changed
    origins: tuple[Origin, ...]
    more: int  # origins that are not shown
    openable: bool  # whether a browser may show the original


def about(document: Document, places: Sequence[Place]) -> About:
    """The head of a document's source."""
    there = [place for place in places if not place.left]
    same_day = document.updated_at.date() == document.created_at.date()
    return About(
        version=document.sha256[:8],
        said=dated(document) if period(document) else "",
        added=document.created_at,
        updated=None if same_day else document.updated_at,
        origins=tuple(map(_origin, there[:SHOWN])),
        more=max(0, len(there) - SHOWN),
        openable=openable(document),
    )


def openable(document: Document) -> bool:
    """Whether nothing in the original could run in a browser that shows it."""
    text = document.media_type in TEXTS and document.size <= LONGEST
    return text or document.media_type in PICTURES


def _origin(place: Place) -> Origin:
    trouble = place.trouble or ""
    if place.origin.startswith(UPLOAD):
        return Origin(kind="upload", text=place.name or place.origin.removeprefix(UPLOAD), trouble=trouble)
    if _on_the_web(place.origin):
        return Origin(kind="site", text=place.origin, url=place.origin, trouble=trouble)
    return Origin(kind="folder", text=place.origin, trouble=trouble)


def _on_the_web(origin: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
