"""How far the reading of many documents has come, from what the database says of them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ingest.listing import Finished


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Documents that were finished since a moment, and those that are not yet."""

    done: int
    failed: int  # of those that are done
    held: int  # of those that are done
    left: int | None  # that are being read, wait, or are still being sent; None where nobody knows
    seconds: float = 0  # since that moment, or from it to the last that was finished
    pace: float | None = None  # documents a second, where it is known better than by the time they took

    @property
    def rate(self) -> float | None:
        """Documents a second; None before any is done."""
        if self.pace is None and self.done and self.seconds:
            return self.done / self.seconds
        return self.pace

    @property
    def words(self) -> str:
        """A line to watch."""
        parts = [f"{self.done:,} of {self.done + self.left:,} done" if self.left else f"{self.done:,} done"]
        parts += [f"{self.failed:,} failed"] if self.failed else []
        parts += [f"{self.held:,} held"] if self.held else []
        return " · ".join([*parts, *self._times()])

    def _times(self) -> Iterator[str]:
        if self.left == 0:
            if self.done:
                yield f"in {_span(self.seconds)}"
        elif self.rate:
            yield _rate(self.rate)
            if self.left:
                yield f"about {_span(self.left / self.rate)} left"


def of_run(*, done: int, failed: int, total: int | None, rate: float | None, seconds: float = 0) -> Progress:
    """What a run that is under way says of itself; ``total`` and ``rate`` are None where nobody knows them."""
    left = None if total is None else max(0, total - done)
    return Progress(done=done, failed=failed, held=0, left=left, seconds=seconds, pace=rate)


def progress(finished: Finished, *, left: int, since: datetime, now: datetime) -> Progress | None:
    """What became of documents since a moment; None where nothing did and nothing is under way.

    `left` is how many wait, are being read or are still being sent.
    """
    if not finished.done and not left:
        return None
    end = now if left else finished.last or now
    return Progress(
        done=finished.done,
        failed=finished.failed,
        held=finished.held,
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
