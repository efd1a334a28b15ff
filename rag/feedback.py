"""What readers say of answers: good or bad, and why. It quotes nothing, and goes with its conversation."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, insert, select

from rag.database import Database
from rag.errors import NotFound, TooLarge
from rag.ports import Clock
from rag.talk_tables import feedback, turns

MOST_WORDS = 500  # characters


class Reason(StrEnum):
    """Why an answer is called bad."""

    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    OFF_TOPIC = "off_topic"
    WRONG_SOURCE = "wrong_source"
    OUTDATED = "outdated"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of one answer."""

    good: bool
    reason: Reason | None = None  # of a bad one; none where none was given
    words: str = ""  # the reader's own


class Feedback:
    """The verdicts of a database, one for each answer: the latest."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Needs migrated tables."""
        self._database = database
        self._clock = clock

    def give(self, answer_id: str, verdict: Verdict) -> None:
        """Keep a verdict; an earlier one of the same answer makes way. Raises NotFound and TooLarge."""
        if len(verdict.words) > MOST_WORDS:
            raise TooLarge(
                f"What you wrote has {len(verdict.words):,} characters; {MOST_WORDS} is the most. Say it shorter."
            )
        with self._database.writing() as connection:
            there = select(turns.c.id).where(turns.c.id == answer_id).with_for_update(read=True)
            if connection.execute(there).first() is None:
                raise NotFound("There is no such answer; its conversation may have been deleted.")
            connection.execute(delete(feedback).where(feedback.c.turn_id == answer_id))
            connection.execute(
                insert(feedback).values(
                    turn_id=answer_id,
                    good=verdict.good,
                    reason=verdict.reason or "",
                    words="" if verdict.good else verdict.words,
                    created_at=self._clock.now(),
                )
            )

    def take_back(self, answer_id: str) -> None:
        """Say nothing of an answer any more. Nothing happens where nothing was said."""
        with self._database.writing() as connection:
            connection.execute(delete(feedback).where(feedback.c.turn_id == answer_id))

    def of(self, answer_id: str) -> Verdict | None:
        """What was said of an answer."""
        return self.of_all([answer_id]).get(answer_id)

    def of_all(self, answer_ids: Iterable[str]) -> dict[str, Verdict]:
        """What was said of these answers, by id, where anything was."""
        query = select(feedback).where(feedback.c.turn_id.in_(list(answer_ids)))
        with self._database.reading() as connection:
            return {
                row.turn_id: Verdict(
                    good=row.good, reason=Reason(row.reason) if row.reason else None, words=row.words
                )
                for row in connection.execute(query)
            }
