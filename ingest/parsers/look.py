"""How a run of text looks, and whether somebody who looks at the page sees it. Pure."""

import re
from collections.abc import Mapping

from rag.types import Concealment

Look = Mapping[str, str]  # vanish: "yes"; colour and shade: RRGGBB; size: points
PAPER = "FFFFFF"
UNKNOWN = ""  # a background that cannot be told: nothing on it is taken for hidden
_HEX = re.compile(r"[0-9A-F]{6}")
_NEAR = 6  # of 255 in each of red, green and blue: nobody can tell them apart
_READABLE = 2.0  # points


def concealment(look: Look, background: str) -> Concealment | None:
    """How a run is kept from its reader, on a background; None where it shows."""
    if look.get("vanish"):
        return Concealment.STYLE
    if _points(look.get("size", "")) < _READABLE:
        return Concealment.TINY
    behind = look.get("shade", background)
    return Concealment.COLOUR if _alike(look.get("colour", ""), behind) else None


def _points(size: str) -> float:
    try:
        return float(size)
    except ValueError:
        return _READABLE


def _alike(one: str, other: str) -> bool:
    if not (_HEX.fullmatch(one) and _HEX.fullmatch(other)):
        return False
    pairs = zip(bytes.fromhex(one), bytes.fromhex(other), strict=True)
    return all(abs(first - second) < _NEAR for first, second in pairs)
