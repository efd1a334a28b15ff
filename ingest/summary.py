"""What became of the files of a run, one by one and altogether."""

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from ingest.intake import Arrival
from ingest.pipeline import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A file is done with: the one event that bars, logs and pages are drawn from."""

    source: str
    outcome: str  # added, updated, unchanged, deleted, renamed or failed
    reason: str = ""  # why it failed
    pages: int = 0
    chunks: int = 0


@dataclass(slots=True, kw_only=True)
class Summary:
    """What became of the files so far."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    renamed: int = 0
    deleted: int = 0
    pages: int = 0
    chunks: int = 0
    failed: list[Failure] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Files that are finished, one way or another."""
        return self.added + self.updated + self.unchanged + len(self.failed)

    def passed(self, source: str, outcome: str = "unchanged") -> Finished:
        """Count a file, or a place of one, that needed no reading."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        return Finished(source=source, outcome=outcome)

    def failure(self, source: str, stage: str, reason: str) -> Finished:
        """Count a file that could not be read."""
        self.failed.append(Failure(source=source, stage=stage, reason=reason))
        return Finished(source=source, outcome="failed", reason=reason)

    def read(self, source: str, arrival: Arrival, pages: int, chunks: int) -> Finished:
        """Count a file that was read."""
        finished = self.passed(source, arrival.value)
        self.pages += pages
        self.chunks += chunks
        return replace(finished, pages=pages, chunks=chunks)

    def include(self, other: "Summary") -> None:
        """Count another run's files too."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def counted(self) -> dict[str, Any]:
        """The counts, and the failures as source, stage and reason: what is kept and printed of a run."""
        failed = [{"source": f.source, "stage": f.stage, "reason": f.reason} for f in self.failed]
        return {**asdict(self), "failed": failed}
