"""The real clock."""

import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's time; see rag.ports.Clock."""

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()
