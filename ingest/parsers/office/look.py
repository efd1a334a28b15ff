"""How a run of text looks, and whether somebody who looks at the page sees it. Pure."""

from collections.abc import Mapping

from ingest.parsers.hiding import TINY, alike
from rag.hidden import Concealment

Look = Mapping[str, str]  # vanish: "yes"; colour and shade: RRGGBB; size: points
UNKNOWN = ""  # a background that cannot be told: nothing on it is taken for hidden


def concealment(look: Look, background: str) -> Concealment | None:
    """How a run is kept from its reader, on a background; None where it shows."""
    if look.get("vanish"):
        return Concealment.STYLE
    if _points(look.get("size", "")) < TINY:
        return Concealment.TINY
    behind = look.get("shade", background)
    return Concealment.COLOUR if alike(look.get("colour", ""), behind) else None


def _points(size: str) -> float:
    try:
        return float(size)
    except ValueError:
        return TINY
