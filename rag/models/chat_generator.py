"""A chat model that answers: whose turn it is, and the way from messages to what is written."""

from abc import abstractmethod
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from rag.errors import GeneratorFailed, ModelError
from rag.message import Message
from rag.models.chat_model import WHOLE, ChatModel
from rag.models.slots import Slots
from rag.ports import Ticket

WAITING = 4  # questions that may stand in line


class ChatGenerator(ChatModel):
    """Writes for some at once; whoever comes beyond them stands in line. Any number of threads may use it."""

    AT_ONCE = 1  # answers

    def __init__(
        self,
        folder: Path,
        *,
        device: str,
        context: int,
        tokens: int,
        seconds: float,
        waiting: int = WAITING,
        bits: int = WHOLE,
        at_once: int | None = None,
    ) -> None:
        """As a ChatModel. An answer is written in so many ``seconds``, and a question waits so long among ``waiting``.

        ``at_once`` answers are written at a time, by default AT_ONCE. Raises ModelError.
        """
        super().__init__(folder, device=device, context=context, tokens=tokens, bits=bits)
        self._tokens = tokens
        self._seconds = seconds
        self._at_once = at_once or self.AT_ONCE
        self._slots = Slots(self._at_once, waiting, patience=seconds)
        try:
            self._prepare()
            self._warm_up()
        except Exception as error:  # as in writing; but here nobody waits for it yet
            said = error if isinstance(error, GeneratorFailed) else self._failed(error)
            raise ModelError(f"The language model in {folder} cannot be used: {said}") from error

    def ticket(self) -> Ticket:
        """A place in line. Raises Busy."""
        return self._slots.ticket()

    def stream(self, messages: Sequence[Message], ticket: Ticket | None = None) -> Generator[str, None, None]:
        """The answer, greedily, as it is written. Raises GeneratorFailed, and Busy without a ticket."""
        ticket = ticket or self.ticket()
        try:
            for _ in ticket.ahead():
                pass
            yield from self._written(self._fitting(messages), self._tokens, ticket)
        except GeneratorFailed:
            raise
        except Exception as error:  # whatever it is, the answer comes in quotes
            raise self._failed(error) from error
        finally:
            ticket.leave()

    def _fitting(self, messages: Sequence[Message]) -> list[int]:
        ids = self.encode(messages)
        if len(ids) > self.room:
            raise GeneratorFailed(
                f"The language model {self.name} can be shown {self.room} tokens, too few for this question."
            )
        return ids

    def _warm_up(self) -> None:
        ticket = self.ticket()
        try:
            self.encode([Message(role="user", content="a")])
            list(self._written(self._template.encode("a", add_special_tokens=False).ids[:1], 1, ticket))
        finally:
            ticket.leave()

    @abstractmethod
    def _prepare(self) -> None:
        """Make what writing needs beside the model."""

    @abstractmethod
    def _written(self, ids: list[int], tokens: int, ticket: Ticket) -> Iterator[str]:
        """What the model writes behind these ids; whoever leaves early stops it. Raises GeneratorFailed.

        The ticket may be given up before all is read, once the model is done.
        """
