"""What of an answer is kept beside it in columns, so that many are counted and timed by the database. Pure."""

from datetime import datetime
from typing import Any

from rag.types import Answer, Support

ALL = "total"  # the stage that holds all others
SECONDS = 1000  # milliseconds


def figures(answer: Answer, now: datetime) -> dict[str, Any]:
    """The columns of a turn. It is answered in part where one of its sentences is not carried by what it quotes."""
    return {
        "outcome": answer.outcome,
        "partly": any(sentence.support is not Support.SUPPORTED for sentence in answer.sentences),
        "seconds": answer.ms.get(ALL, 0.0) / SECONDS,
        "confidence": answer.confidence,
        "generator": answer.generator,
        "day": now.date().isoformat(),
    }


def stages(answer: Answer) -> list[dict[str, Any]]:
    """A row for each stage that its seconds went to."""
    spent = {name: ms / SECONDS for name, ms in answer.ms.items() if name != ALL}
    return [{"turn_id": answer.id, "stage": name[:40], "seconds": seconds} for name, seconds in spent.items()]
