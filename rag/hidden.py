"""Text that is in a document but not before the eyes of whoever looks at it. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Concealment(StrEnum):
    """How text was kept from whoever looks at the page."""

    INVISIBLE = "drawn invisibly"
    COLOUR = "in the colour of its background"
    TINY = "too small to be read"
    OUTSIDE = "outside the page"
    STYLE = "hidden by its style"
    CHARACTERS = "characters that show nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Text that somebody who looks at a page would not see."""

    page: int
    how: Concealment
    characters: int
