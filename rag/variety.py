"""Copies of a passage go behind: five documents with the same page must not fill the list. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.types import Passage

ALIKE = 0.9  # words in common over all words of two passages, from which one copies the other
_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d[\d.,]*")


def copies_last(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The same passages, ranks anew; those that say nothing that a better one does not say come last.

    A copy has the same figures and nearly the same words (Jaccard 1901): the same table of another quarter is none.
    """
    first: list[Passage] = []
    copies: list[Passage] = []
    read: list[tuple[frozenset[str], frozenset[str]]] = []
    for passage in passages:
        words, figures = _read(passage.chunk.text)
        is_copy = any(figures == others and _alike(words, known) for known, others in read)
        (copies if is_copy else first).append(passage)
        read.append((words, figures))
    return tuple(replace(passage, rank=rank) for rank, passage in enumerate([*first, *copies], start=1))


def _read(text: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(_WORD.findall(text.casefold())), frozenset(_FIGURE.findall(text))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)
