"""Stand-ins for what is slow or random, each named after the real thing."""

import re
import zlib
from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import GeneratorFailed, NoText
from rag.message import Message
from rag.models.slots import Free, Slots
from rag.ports import Ticket
from rag.types import Block, BlockKind, MediaType, Page, Parsed

WORD = re.compile(r"\w+|[^\w\s]")


class FakeEmbedder:
    """Likeness by shared words: each word is hashed to a signed coordinate, and the sum has length 1."""

    fingerprint = "fake:0000000000000000"
    dimension = 32
    max_tokens = 254

    def count(self, texts: Sequence[str]) -> list[int]:
        """Words and punctuation marks of each text."""
        return [len(WORD.findall(text)) for text in texts]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit rows of shape (len(texts), 32); only the first ``max_tokens`` words are read."""
        return np.array([self._vector(text) for text in texts], np.float32).reshape(-1, self.dimension)

    def _vector(self, text: str) -> NDArray[np.float64]:
        vector = np.zeros(self.dimension)
        for word in WORD.findall(text.lower())[: self.max_tokens]:
            code = zlib.crc32(word.encode("utf-8", "replace"))
            vector[code % self.dimension] += 1 if code & 0x8000 else -1
        if not vector.any():  # no words, or words that cancel out
            vector[0] = 1
        unit: NDArray[np.float64] = vector / np.linalg.norm(vector)
        return unit


class FakeParser:
    """Plain text, a page for each part between form feeds; what a test planned for a name goes wrong first."""

    def __init__(self) -> None:
        self.planned: dict[str, list[Exception]] = {}
        self.parsed: list[str] = []
        self.instructions: tuple[str, ...] = ()  # found in every document

    def parse(self, path: Path, name: str, *, keep_hidden: bool = False) -> Parsed:
        """One paragraph a page. Raises what was planned, and NoText for an empty file."""
        self.parsed.append(name)
        if self.planned.get(name):
            raise self.planned[name].pop(0)
        texts = [text for text in path.read_text("utf-8").split("\f") if text.strip()]
        if not texts:
            raise NoText(f"{name} is empty.")
        pages = (
            Page(number=n, text=text, blocks=(Block(start=0, end=len(text), kind=BlockKind.PARAGRAPH),))
            for n, text in enumerate(texts, 1)
        )
        return Parsed(
            title=name,
            media_type=MediaType.TEXT,
            pages=tuple(pages),
            instructions=self.instructions,
        )


class FakeGenerator:
    """Writes what it is given, in pieces; fails there if it is to, and remembers what it was shown."""

    name = "fake-writer"
    room = 4000

    def __init__(self, *pieces: str, fails: str = "") -> None:
        self.pieces = pieces
        self.fails = fails
        self.shown: list[Sequence[Message]] = []
        self.closed = False
        self.slots: Slots | None = None

    def count(self, texts: Sequence[str]) -> list[int]:
        """Words and punctuation marks of each text."""
        return [len(WORD.findall(text)) for text in texts]

    def ticket(self) -> Ticket:
        """Nobody waits, unless a test gave it slots."""
        return self.slots.ticket() if self.slots else Free()

    def stream(self, messages: Sequence[Message], ticket: Ticket | None = None) -> Generator[str, None, None]:
        """The pieces. Raises GeneratorFailed behind them if it is to fail."""
        self.shown.append(messages)
        try:
            yield from self.pieces
            if self.fails:
                raise GeneratorFailed(self.fails)
        finally:
            self.closed = True
