"""Items of a list: how they are written, and how they stand among sentences. Pure."""

import re
from collections.abc import Iterable

_ITEM = re.compile(r"(?:[-*+•‣◦▪■●○–—·\uf0b7]|\(?(?:\d{1,3}|[a-z]|[ivx]{2,5})[.)])\s")


def is_item(text: str, at: int = 0) -> bool:
    """Whether what stands at an offset is written as an item of a list."""
    return _ITEM.match(text, at) is not None


def laid_out(said: Iterable[tuple[str, bool]], turn: str = "\n") -> str:
    """Sentences in a row, with whether each is an item: an item has a line of its own, parted by ``turn``."""
    text, before = "", False
    for sentence, item in said:
        text += (turn if item or before else " ") + sentence if text else sentence
        before = item
    return text
