"""What may still be read of a document's tables."""

from dataclasses import dataclass

from ingest.parsers.reading import Limits, over


@dataclass(slots=True)
class Budget:
    """Counts the cells of all tables of a document, and the characters in them where cells can share those."""

    name: str
    limits: Limits
    cells: int = 0
    characters: int = 0

    def take(self, cells: int, characters: int = 0) -> None:
        """Count what was read.

        Raises:
            OverLimit: it is more than the limits allow.
        """
        self.cells += cells
        self.characters += characters
        if self.cells > self.limits.cells:
            raise over(self.name, "cells", self.limits.cells, "FOOTNOTE_PARSE_CELLS")
        if self.characters > self.limits.unpacked_bytes:
            raise over(self.name, "MiB of text", self.limits.unpacked_mb, "FOOTNOTE_PARSE_UNPACKED_MB")
