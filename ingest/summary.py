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
    quick: bool = False  # it took no time: its mark said all
    total: int | None = None  # files of the run, as far as was known then; None where nobody knew


@dataclass(slots=True, kw_only=True)
class Tally:
    """How far a run has come, from the events of its files. Times are seconds of any one clock."""

    began: float
    done: int = 0
    failed: int = 0  # of those that are done
    slow: int = 0  # of those that are done: they took some time
    total: int | None = None

    def note(self, finished: Finished) -> None:
        """Count a file; one that was deleted or renamed is none of those that there are, or was counted."""
        self.total = finished.total
        if finished.outcome not in ("deleted", "renamed"):
            self.done += 1
            self.failed += finished.outcome == "failed"
            self.slow += not finished.quick

    def rate(self, now: float) -> float | None:
        """Files a second over the whole run, those that took no time left out; None before there is one."""
        counted, spent = self.slow or self.done, now - self.began
        return counted / spent if counted and spent > 0 else None

    def left(self, now: float) -> float | None:
        """Seconds until all is done at that rate; None where nobody knows."""
        rate = self.rate(now)
        return None if self.total is None or rate is None else max(0, self.total - self.done) / rate

    def told(self, now: float) -> dict[str, float | None]:
        """What others are to know of it."""
        return {"done": self.done, "failed": self.failed, "total": self.total, "rate": self.rate(now)}


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
    total: int | None = None  # files that there are, as far as is known; no count of what became of them

    @property
    def done(self) -> int:
        """Files that are finished, one way or another."""
        return self.added + self.updated + self.unchanged + len(self.failed)

    def passed(self, source: str, outcome: str = "unchanged", *, quick: bool = False) -> Finished:
        """Count a file, or a place of one, that needed no reading."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        return Finished(source=source, outcome=outcome, quick=quick, total=self.total)

    def failure(self, source: str, stage: str, reason: str, *, quick: bool = False) -> Finished:
        """Count a file that could not be read."""
        self.failed.append(Failure(source=source, stage=stage, reason=reason))
        return Finished(source=source, outcome="failed", reason=reason, quick=quick, total=self.total)

    def read(self, source: str, arrival: Arrival, pages: int, chunks: int) -> Finished:
        """Count a file that was read."""
        finished = self.passed(source, arrival.value)
        self.pages += pages
        self.chunks += chunks
        return replace(finished, pages=pages, chunks=chunks)

    def include(self, other: "Summary") -> None:
        """Count another run's files too."""
        for name in (each.name for each in fields(self) if each.name != "total"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def counted(self) -> dict[str, Any]:
        """The counts, and the failures as source, stage and reason: what is kept and printed of a run."""
        counts = asdict(self)
        del counts["total"]
        failed = [{"source": f.source, "stage": f.stage, "reason": f.reason} for f in self.failed]
        return {**counts, "failed": failed}
