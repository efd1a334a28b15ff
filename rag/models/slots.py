"""Who is written for, and who waits for it: so many at once, so many in line, first come, first served."""

import time
from collections.abc import Iterator
from threading import Condition

from rag.errors import Busy, GeneratorFailed

TICK = 1.0  # seconds after which a waiting one is told again where it stands, so that whoever left is noticed


class Slots:
    """A line whose first ones have their turn. Any number of threads may use it."""

    def __init__(self, at_once: int, waiting: int, *, patience: float) -> None:
        """``at_once`` have their turn, ``waiting`` more may stand behind them, for so many seconds of patience."""
        self.at_once = at_once
        self.waiting = waiting
        self.patience = patience
        self._line: list[Place] = []
        self._moved = Condition()

    def ticket(self) -> "Place":
        """A place at the end of the line. Raises Busy where that is full."""
        with self._moved:
            if len(self._line) >= self.at_once + self.waiting:
                raise Busy(
                    f"The language model is busy: {self.waiting} questions wait for it already, and more are not taken "
                    "(FOOTNOTE_GENERATOR_WAITING). Nothing was lost; ask again in a few seconds."
                )
            place = Place(self)
            self._line.append(place)
            return place

    def before(self, place: "Place") -> int:
        """How many must leave before it is this one's turn; none where it left itself."""
        with self._moved:
            return self._before(place)

    def wait(self, place: "Place", known: int) -> int:
        """As ``before``, once that is not ``known`` any more, or a tick has gone by."""
        with self._moved:
            self._moved.wait_for(lambda: self._before(place) != known, TICK)
            return self._before(place)

    def remove(self, place: "Place") -> None:
        """Out of the line, if it is still in it; all behind move up."""
        with self._moved:
            if place in self._line:
                self._line.remove(place)
                self._moved.notify_all()

    def _before(self, place: "Place") -> int:
        at = self._line.index(place) if place in self._line else 0
        return max(0, at - self.at_once + 1)


class Place:
    """One place in the line."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots

    def ahead(self) -> Iterator[int]:
        """How many must leave first: at once, whenever that changes, and each second; it ends with this one's turn.

        Raises GeneratorFailed where that takes longer than there is patience.
        """
        until, before = time.monotonic() + self._slots.patience, self._slots.before(self)
        while before:
            yield before
            before = self._slots.wait(self, before)
            if before and time.monotonic() > until:
                raise GeneratorFailed("The language model is busy with other questions.")

    def leave(self) -> None:
        """Make room for the next one. Whoever has left may leave again."""
        self._slots.remove(self)


class Free:
    """A place where nobody stands in line: whoever comes has their turn."""

    def ahead(self) -> Iterator[int]:
        """Nobody."""
        return iter(())

    def leave(self) -> None:
        """Nothing to leave."""
