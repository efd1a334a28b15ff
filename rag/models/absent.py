"""What stands in for a generator that is not there: it says why, so that answers come in quotes."""

from collections.abc import Generator, Sequence

from rag.errors import GeneratorFailed
from rag.message import Message
from rag.models.slots import Free


class AbsentGenerator:
    """Writes nothing. Any number of threads may use it."""

    name = ""  # nobody's
    room = 4096  # tokens, of a prompt that nobody reads

    def __init__(self, why: str) -> None:
        """``why`` the model that was asked for is not there."""
        self._why = why

    def count(self, texts: Sequence[str]) -> list[int]:
        """A guess."""
        return [len(text) // 4 + 1 for text in texts]

    def ticket(self) -> Free:
        """Nobody stands in line for it."""
        return Free()

    def stream(self, _: Sequence[Message], __: object = None) -> Generator[str, None, None]:
        """Raises GeneratorFailed."""
        yield from ()
        raise GeneratorFailed(self._why)
