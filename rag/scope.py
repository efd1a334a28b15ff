"""Which documents a question looks at, beyond its collections."""

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Documents by where they come from, what they are and when they changed. Empty means all."""

    sources: tuple[str, ...] = ()  # patterns of a document's source: "policies/*", "*2024*"
    types: tuple[str, ...] = ()  # media types
    since: datetime | None = None  # UTC; documents that came or changed at or after it
    until: datetime | None = None  # UTC; before it

    def holds(self, source: str, media_type: str, changed: datetime) -> bool:
        """Whether a document is within. Patterns match a whole source, without regard to case."""
        return (
            (not self.sources or any(fnmatchcase(source.casefold(), p.casefold()) for p in self.sources))
            and (not self.types or media_type in self.types)
            and (self.since is None or changed >= self.since)
            and (self.until is None or changed < self.until)
        )

    def __bool__(self) -> bool:
        return self != Scope()
