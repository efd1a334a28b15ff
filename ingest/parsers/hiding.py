"""What keeps text from whoever looks at it, in whatever format; and what was left out for that. Pure."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from rag.hidden import Concealment, Hidden

PAPER = "FFFFFF"
TINY = 2.0  # points: smaller letters cannot be read
_HEX = re.compile(r"[0-9A-Fa-f]{6}")
_COMMENTS = re.compile(r"(?:modern)?comments?[\w-]*\.xml", re.IGNORECASE)
_COMMENT = re.compile(rb"<(?:\w+:)?(?:comment|cm)\s")
_ALIKE = 16  # of 255, in each of red, green and blue: no eye tells these apart


def alike(one: str | None, other: str | None) -> bool:
    """Whether two colours of six hex digits cannot be told apart; never where one of them is not known."""
    if not (one and other and _HEX.fullmatch(one) and _HEX.fullmatch(other)):
        return False
    pairs = zip(bytes.fromhex(one), bytes.fromhex(other), strict=True)
    return all(abs(first - second) <= _ALIKE for first, second in pairs)


def left_out(characters: Mapping[Concealment, int], page: int = 1) -> tuple[Hidden, ...]:
    """What was left out of a page, from the number of characters by the way they are hidden."""
    counted = sorted(characters.items())
    return tuple(Hidden(page=page, how=how, characters=count) for how, count in counted if count)


def comments(members: Mapping[str, bytes]) -> tuple[str, ...]:
    """What to tell of the comments in an Office document, which are left out: they are about it, not of it."""
    parts = (path for path in members if _COMMENTS.fullmatch(PurePosixPath(path).name))
    count = sum(len(_COMMENT.findall(members[path])) for path in parts)
    if not count:
        return ()
    return ("1 comment was left out." if count == 1 else f"{count:,} comments were left out.",)
