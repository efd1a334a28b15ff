"""The command line with everything real but the embedder, so that a process is at work a second after its start.

    python -m tests.reliability.quick add FOLDER

Where EMBEDDED names a file, each text that is embedded becomes a line of it; where GATE names one, nothing begins
before that is there. A text with KILLER in it ends the process, as running out of memory would.
"""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.ports import Embedder
from rag.settings import Settings
from tests.fakes import FakeEmbedder
from web import wiring
from web.cli import main

LOG = "EMBEDDED"
GATE = "GATE"
KILLER = "This ends whoever embeds it."


class Noting(FakeEmbedder):
    """Notes what it is asked to embed."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As FakeEmbedder."""
        if any(KILLER in text for text in texts):
            os.kill(os.getpid(), signal.SIGKILL)
        if log := os.environ.get(LOG):
            with Path(log).open("a") as file:
                file.writelines(" ".join(text.split()) + "\n" for text in texts)
        return super().embed(texts)


class Quick(wiring.Services):
    """The product, with that embedder."""

    def __init__(self, settings: Settings, embedder: Embedder | None = None) -> None:
        """As Services."""
        super().__init__(settings, embedder or Noting())


def _wait() -> None:
    gate = os.environ.get(GATE)
    while gate and not Path(gate).exists():
        time.sleep(0.002)


if __name__ == "__main__":
    _wait()
    wiring.Services = Quick  # type: ignore[misc]
    main()
