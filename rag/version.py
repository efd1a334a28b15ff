"""Everything that one reading of an original produced; it is published whole or not at all."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.receipt import Receipt
from rag.types import Chunk, Parsed

if TYPE_CHECKING:
    from rag.ports import Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What is published of a document."""

    sha256: str
    size: int
    parsed: Parsed
    chunks: tuple[Chunk, ...]
    vectors: "Vectors"  # (len(chunks), dimension), unit rows
    fingerprint: str  # of the embedder
    receipt: Receipt
