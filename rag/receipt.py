"""The receipt of a document: what went in, what was made of it, and what was left out."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from rag.types import Parsed


class Inspection(StrEnum):
    """What looking for text that is not meant for readers came to."""

    CLEAR = "clear"
    HIDDEN = "hidden text"
    INSTRUCTIONS = "instructions"
    UNINSPECTED = "not inspected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One reading of an original, counted. Lists hold page numbers."""

    pages: int = 0
    with_text: int = 0
    ocr: tuple[int, ...] = ()  # text was recognised in a picture
    empty: tuple[int, ...] = ()
    unreadable: tuple[int, ...] = ()
    hidden: Mapping[str, int] = field(default_factory=dict)  # characters, by how they were hidden
    hidden_pages: tuple[int, ...] = ()
    instructions: tuple[str, ...] = ()  # sentences that look as if they addressed the assistant
    uninspected: str = ""  # why hidden text could not be looked for
    released: bool = False  # its owner has overruled the screening
    tables: int = 0
    chunks: int = 0
    warnings: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)  # by stage

    @property
    def partial(self) -> bool:
        """Whether something of the original could not be read."""
        return bool(self.unreadable)

    @property
    def hidden_characters(self) -> int:
        """All that somebody who looks at the pages would not see."""
        return sum(self.hidden.values())

    @property
    def inspection(self) -> Inspection:
        """The gravest finding."""
        if self.instructions:
            return Inspection.INSTRUCTIONS
        if self.uninspected:
            return Inspection.UNINSPECTED
        return Inspection.HIDDEN if self.hidden else Inspection.CLEAR


def receipt(parsed: Parsed, *, chunks: int, seconds: Mapping[str, float], released: bool) -> Receipt:
    """The receipt of what a parser made of an original."""
    hidden: dict[str, int] = {}
    for each in parsed.hidden:
        hidden[each.how.value] = hidden.get(each.how.value, 0) + each.characters
    lost = set(parsed.unreadable)
    empty = [page.number for page in parsed.pages if not page.text.strip() and page.number not in lost]
    return Receipt(
        pages=len(parsed.pages),
        with_text=sum(bool(page.text.strip()) for page in parsed.pages),
        ocr=parsed.ocr,
        empty=tuple(empty),
        unreadable=parsed.unreadable,
        hidden=hidden,
        hidden_pages=tuple(sorted({each.page for each in parsed.hidden})),
        instructions=parsed.instructions,
        uninspected=parsed.uninspected,
        released=released,
        tables=parsed.tables,
        chunks=chunks,
        warnings=parsed.warnings,
        seconds={stage: round(spent, 4) for stage, spent in seconds.items()},
    )


def dumped(receipt: Receipt) -> str:
    """As JSON."""
    return json.dumps(asdict(receipt))


def loaded(stored: str) -> Receipt:
    """From JSON that ``dumped`` made."""
    raw: dict[str, Any] = json.loads(stored)
    fields: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in raw.items()}
    return Receipt(**fields)
