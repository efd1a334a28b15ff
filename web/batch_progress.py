"""How far the reading of many documents has come, from what the database says of them. Pure."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime

from rag.types import Document, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Documents that were finished since a moment, and those that are not yet."""

    done: int
    failed: int  # of those that are done
    held: int  # of those that are done
    left: int  # that are being read, wait, or are still being sent
    seconds: float  # since that moment, or from it to the last that was finished

    @property
    def total(self) -> int:
        """All of them."""
        return self.done + self.left

    @property
    def words(self) -> str:
        """A line to watch."""
        parts = [f"{self.done:,} of {self.total:,} done" if self.left else f"{self.done:,} done"]
        parts += [f"{n:,} {name}" for n, name in ((self.failed, "failed"), (self.held, "held")) if n]
        if self.left and self.done and self.seconds:
            rate = self.done / self.seconds
            parts += [_rate(rate), f"about {_span(self.left / rate)} left"]
        elif self.done:
            parts.append(f"in {_span(self.seconds)}")
        return " · ".join(parts)


def progress(
    documents: Iterable[Document], busy: Container[str], *, since: datetime, now: datetime, coming: int = 0
) -> Progress | None:
    """What became of documents since a moment; None where nothing did and nothing is under way.

    `busy` holds the ids of those that wait or are being read, `coming` is how many files are still being sent.
    """
    listed = list(documents)
    finished = [d for d in listed if d.updated_at >= since and d.id not in busy]
    left = coming + sum(d.id in busy for d in listed)
    if not finished and not left:
        return None
    end = now if left else max(document.updated_at for document in finished)
    return Progress(
        done=len(finished),
        failed=sum(d.status is Status.FAILED for d in finished),
        held=sum(d.status is Status.HELD for d in finished),
        left=left,
        seconds=max(0.0, (end - since).total_seconds()),
    )


def _rate(rate: float) -> str:
    """Documents a second, or where they are slow a minute."""
    return f"{rate:.1f} a second" if rate >= 1 else f"{rate * 60:.1f} a minute"


def _span(seconds: float) -> str:
    """A time in the unit that people would say it in."""
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 1.5 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(1, round(seconds))} s"
