"""What a reader found in a passage, and what that is used for. Pure."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How likely the passage answers, and where in it."""

    relevance: float  # probability, in [0, 1], that the passage answers
    start: int  # characters into the passage: where the likeliest answer stands
    end: int
    margin: float  # log odds of that answer over none


class Use(StrEnum):
    """What may be made of it; each can be switched off."""

    ORDER = "order"  # of the passages
    WORDS = "words"  # the sentence that is quoted, and its words that answer
    CONFIDENCE = "confidence"  # that the answer stands in the documents, and so whether to decline
