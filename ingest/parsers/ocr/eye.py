"""Looking at pictures of pages for as long as a document's reading may take."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from ingest.parsers.ocr import engine
from ingest.parsers.ocr.recognised import Recognised
from ingest.parsers.reading import Reading


@dataclass(slots=True)
class Eye:
    """Looks at the pages of one document, as long as its reading may take."""

    reading: Reading
    began: float = field(default_factory=time.monotonic)
    slowest: float = 0.0  # seconds that a page took
    late: list[int] = field(default_factory=list)  # pages there was no time for

    def read(self, number: int, picture: Callable[[], engine.Picture], scale: float) -> Recognised | None:
        """What stands on the picture of page `number`; None where there is no time left, see `late`."""
        started = time.monotonic()
        if self.late or started + self.slowest > self.began + self.reading.seconds:
            self.late.append(number)
            return None
        found = recogniser().read(picture(), scale)
        self.slowest = max(self.slowest, time.monotonic() - started)
        return found


@cache
def recogniser() -> engine.Recogniser:
    """The recogniser of this process, which holds its models from the first picture on."""
    return engine.Recogniser()


def shrink(width: float, height: float) -> float:
    """The factor, at most 1, that makes a picture of these sides fit into `engine.PIXELS`."""
    return float(min(1.0, (engine.PIXELS / max(1.0, width * height)) ** 0.5))
