"""Something to take in, wherever it comes from."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from ingest.files import Readable
from rag.places import Mark


class Item(Protocol):
    """A file or a page of the web."""

    @property
    def source(self) -> str:
        """What people call it."""

    @property
    def origin(self) -> str:
        """What makes it the same one next time: an absolute path, or a URL."""

    @property
    def mark(self) -> Mark:
        """What tells next time that it has not changed."""

    def open(self) -> AbstractContextManager[Readable]:
        """Its bytes. Raises OSError, or a FootnoteError that says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """What was there before is there, and is as it was."""

    origin: str
    source: str
    quick: bool = False  # nobody had to be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is there cannot be looked at just now."""

    origin: str
    source: str
    reason: str


Seen = Item | Unchanged | Trouble


class Site(Protocol):
    """Where a registered source leads: a folder, a site."""

    def look(self, known: Mapping[str, Mark]) -> Iterator[Seen]:
        """Everything there; ``known`` are the marks of what was there the last time, by origin."""

    def expected(self) -> int | None:
        """Once ``look`` has begun: how many it will show, as far as that can be told; else None."""

    def gone(self, origin: str) -> bool:
        """Once ``look`` has ended: whether something that it did not show is no more."""

    def trouble(self) -> str:
        """Once ``look`` has ended: why the rest could not be looked at; empty where that is as it should be."""
