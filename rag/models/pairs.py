"""Question and passage as one row of word pieces, the way a model that reads both together is given them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ModelError
from rag.models.batch import padded

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding

LENGTH = 320  # pieces of a row: a question of usual length and the longest chunk
QUESTION = 64  # pieces of a question that are read
STRIDE = 96  # pieces that two windows of one long passage share

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One row: start mark, question, end mark, a window of the passage, end mark."""

    ids: tuple[int, ...]
    first: int  # where in the row the passage begins
    places: tuple[Span, ...]  # characters of the passage that each of its pieces stands for

    @property
    def types(self) -> tuple[int, ...]:
        """0 for the question and the marks around it, 1 for the passage."""
        return (0,) * self.first + (1,) * (len(self.ids) - self.first)

    def pieces(self, start: int, end: int) -> Span | None:
        """First and last position in the row of the pieces that a stretch of the passage touches; None outside it."""
        touched = [at for at, place in enumerate(self.places) if place[0] < end and place[1] > start]
        return (self.first + touched[0], self.first + touched[-1]) if touched else None


def arrays(
    pairs: Sequence[Pair], step: int = 1
) -> "tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]":
    """Ids, types and mask of the rows, as long as the longest, rounded up to a multiple of ``step``."""
    length = -(-max(len(pair.ids) for pair in pairs) // step) * step
    ids, mask = padded([pair.ids for pair in pairs], length)
    types, _ = padded([pair.types for pair in pairs], length)
    return ids, types, mask


class Pairs:
    """Makes rows with a model's own tokenizer. Any number of threads may use it at once."""

    def __init__(self, file: Path) -> None:
        """From a ``tokenizer.json`` of BERT's kind."""
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._begin, self._end = self._mark("[CLS]"), self._mark("[SEP]")

    def rows(self, question: str, passages: Sequence[str]) -> list[list[Pair]]:
        """The rows of each passage: one, or overlapping windows where it is too long for one."""
        asked, *read = self._encode([question, *passages])
        head = (self._begin, *asked.ids[:QUESTION], self._end)
        return [list(self._windows(head, passage)) for passage in read]

    def _windows(self, head: tuple[int, ...], passage: "Encoding") -> Iterator[Pair]:
        room = LENGTH - len(head) - 1
        start = 0
        while True:
            yield Pair(
                ids=(*head, *passage.ids[start : start + room], self._end),
                first=len(head),
                places=tuple(passage.offsets[start : start + room]),
            )
            if start + room >= len(passage.ids):
                return
            start += room - STRIDE

    def _mark(self, name: str) -> int:
        found: int | None = self._tokenizer.token_to_id(name)
        if found is None:
            raise ModelError(f"This model's tokenizer has no {name}, so it is not of BERT's kind.")
        return found

    def _encode(self, texts: Sequence[str]) -> "list[Encoding]":
        sound = [_sound(text) for text in texts]
        encoded: list[Encoding] = self._tokenizer.encode_batch(sound, add_special_tokens=False)
        return encoded


def _sound(text: str) -> str:
    """Half surrogates cannot be read; each becomes one character, so that places still count."""
    return text.encode("utf-8", "replace").decode()
