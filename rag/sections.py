"""Questions about all that stands below a heading, such as "What happens on the first day?" Pure."""

import re

from rag.asked import Asked, content, stems
from rag.reading import Reading
from rag.types import BlockKind

SPARE = 3  # one word in so many of a heading may be missing in the question

_TURNS = re.compile(r"\b(?:before|after|during|without|not|no|except|until|since)\b")


def named(asked: Asked, reading: Reading) -> list[bool]:
    """Of each piece, whether it stands in a section that the question asks for; in time linear in their number."""
    topic, found, inside = asked.topic, list[bool](), False
    if not topic:
        return [False] * len(reading.pieces)
    for piece in reading.pieces:
        heads = piece.kind is BlockKind.HEADING
        if heads:
            inside = _asks_for(asked, topic, reading, reading.text(piece).casefold())
        found.append(inside and not heads)
    return found


def _asks_for(asked: Asked, topic: frozenset[str], reading: Reading, text: str) -> bool:
    """Whether a question is about what stands below a heading: its topic is that, and hardly less.

    The heading of the whole document is none: nearly any question about it would be about all of it.
    """
    heading, document = content(text), reading.passage.document
    if not heading & topic or heading <= stems(document.title) or turns(text) != turns(asked.text):
        return False
    above = stems(f"{document.title} {reading.passage.chunk.heading}")
    return topic <= heading | above and len(heading - topic) * SPARE <= len(heading)


def turns(text: str) -> frozenset[str]:
    """Small words that turn what is asked for into something else."""
    return frozenset(_TURNS.findall(text))
