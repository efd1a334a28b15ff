"""The history of a question as question files give it: pairs of role and text."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ingest.parsers.text import storable
from rag.types import Turn

ASSISTANT = "assistant"


def turns(history: Any) -> tuple[Turn, ...]:
    """Each earlier question with the answer behind it, empty where none stands there. Raises ValueError."""
    said = [_pair(pair) for pair in _listed(history)]
    following = [after for _, after in pairwise([*said, ("", "")])]
    return tuple(
        Turn(question=text, answer=answer if answering == ASSISTANT else "")
        for (role, text), (answering, answer) in zip(said, following, strict=True)
        if role != ASSISTANT
    )


def _listed(history: Any) -> Sequence[Any]:
    if history is None or isinstance(history, list):
        return history or ()
    raise ValueError("its history is no list of pairs of role and text")


def _pair(pair: Any) -> tuple[str, str]:
    match pair:
        case [str(role), str(text)]:
            return role, storable(text)
    raise ValueError("its history is no list of pairs of role and text")
