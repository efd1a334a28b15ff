"""A phrasing that is looked for, and how much it weighs. Pure."""

import re
from dataclasses import dataclass

ENOUGH = 4  # weight from which what stands in one paragraph is taken for an instruction to the assistant
AIMED, ODD, COMMON = 3, 2, 1  # said about an assistant's users or name; seldom between people; every day


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A phrasing, and words of which one is in every text that has it, in lower case."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]
    weight: int = ENOUGH
    prose: bool = False  # whether it means nothing in code


def sign(words: str, pattern: str, *, weight: int = ENOUGH, prose: bool = False) -> Sign:
    """A sign by its words and its pattern: for single blanks, usual letters, any case; all repetition bounded."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return Sign(words=tuple(words.split("|")), pattern=compiled, weight=weight, prose=prose)
