"""Word pieces: how an embedder cuts text, and how it counts."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Encoding


class WordPieces:
    """A model's own tokenizer, read from its ``tokenizer.json``. Any number of threads may use it at once."""

    def __init__(self, file: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_padding()  # the file asks for both, which would cut at 128 pieces without a word
        self._tokenizer.no_truncation()
        self.marks = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        if self.marks != 2:
            raise ModelError(f"This model's tokenizer sets {self.marks} marks around a text, not 2.")

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without the start and end marks."""
        return [len(encoding) for encoding in self._encode(texts, marks=False)]

    def encode(self, texts: Sequence[str], length: int) -> list[list[int]]:
        """Ids of each text, marks included; of one longer than ``length``, its first ids and the end mark."""
        encoded = [encoding.ids for encoding in self._encode(texts, marks=True)]
        return [ids if len(ids) <= length else [*ids[: length - 1], ids[-1]] for ids in encoded]

    def _encode(self, texts: Sequence[str], *, marks: bool) -> "list[Encoding]":
        sound = [text.encode("utf-8", "replace").decode() for text in texts]  # half surrogates cannot be read
        return self._tokenizer.encode_batch_fast(sound, add_special_tokens=marks)
