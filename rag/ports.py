"""What the core needs from models and machines, as protocols. Concrete ones are named in web.wiring only."""

import collections.abc
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from rag.found import Found
from rag.message import Message
from rag.types import Question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class Clock(Protocol):
    """Time, so that tests can set it."""

    def now(self) -> datetime:
        """The time in UTC."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""


class Tokenizer(Protocol):
    """The embedder's own way of counting."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without the model's start and end marks."""


class Embedder(Protocol):
    """Turns text into unit vectors whose inner product is their likeness."""

    fingerprint: str  # changes whenever vectors stop being comparable; at most 64 characters
    dimension: int
    max_tokens: int  # word pieces of a text that are read, the model's marks not counted

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without the model's start and end marks."""

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Unit rows of shape (len(texts), dimension), float32, in the order given."""


class Rewriter(Protocol):
    """Makes a follow-up question one that needs no conversation. A generator may stand behind it."""

    def rewrite(self, question: Question) -> str:
        """What is asked, in words that can be looked up without the question's history."""


class Ticket(Protocol):
    """A place in the line of those for whom a generator is to write."""

    def ahead(self) -> collections.abc.Iterator[int]:
        """How many are before it, now and as that changes; it ends with this one's turn. Raises GeneratorFailed."""

    def leave(self) -> None:
        """Give the place up, if it was not given up yet."""


class Generator(Protocol):
    """A language model that writes."""

    room: int  # tokens that a prompt may have

    @property
    def name(self) -> str:
        """The model's, for people."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, or a safe guess."""

    def ticket(self) -> Ticket:
        """A place in its line. Raises Busy where no more may wait."""

    def stream(
        self, messages: Sequence[Message], ticket: Ticket | None = None
    ) -> collections.abc.Generator[str, None, None]:
        """The answer, piece by piece; it ends when the model does, or at a limit. Closed, it stops at once.

        It waits for the turn of the ticket, or of a new one, and gives it up at the end. Raises GeneratorFailed.
        """


class Reranker(Protocol):
    """Reads question and passage together."""

    def relevance(self, question: str, passages: Sequence[str]) -> list[float]:
        """Probabilities, in [0, 1], that the passages answer; of the first ones only where time runs out."""


class Reader(Protocol):
    """Reads question and passage together and points at the answer."""

    def read(self, question: str, passages: Sequence[str]) -> list[Found]:
        """What is in each of the passages, from the first on; of as many as there was time for."""


class Entailment(Protocol):
    """A model of natural language inference."""

    def probabilities(self, premise: str, hypothesis: str) -> tuple[float, float, float]:
        """That the premise entails the hypothesis, is neutral to it, and contradicts it; they add up to 1."""
