"""Gaps: what people asked and the documents did not say, put together by meaning, until a later document does.

A gap is not stored: it is made of the questions that were left open whenever somebody looks. What is stored is of each
question: with which change of the documents it was last asked again, where a document answers it (which goes with that
document, so that the gap is open again), and whether somebody closed it by hand.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, func, insert, select, update

from rag.clusters import clusters
from rag.database import Database
from rag.errors import AlreadyRunning, NotFound
from rag.ports import Clock, Embedder
from rag.questions import Asked, Closing, Kind, Questions, present
from rag.tables import changes, counter, documents
from rag.talk_tables import gap_answers, gaps, turns
from rag.types import Answer, Citation, Outcome, Question

SAME = 0.75  # cosine from which two questions are one gap: see docs/gaps.md for how it was chosen
TOGETHER = 64  # questions embedded at a time


class State(StrEnum):
    """What has become of a gap."""

    OPEN = "open"
    ANSWERED = "answered"  # by a document that came later
    DISMISSED = "dismissed"  # by hand: it will not be documented


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Questions that mean the same."""

    questions: tuple[Asked, ...]  # the one that stands for them first
    looking: bool  # whether one of them is being asked again

    @property
    def id(self) -> str:
        """The id of the question that stands for it; that of any other leads to it too."""
        return self.questions[0].id

    @property
    def text(self) -> str:
        """What people asked."""
        return self.questions[0].text

    @property
    def first(self) -> datetime:
        """When it was asked for the first time."""
        return min(each.asked_at for each in self.questions)

    @property
    def last(self) -> datetime:
        """When it was asked last."""
        return max(each.asked_at for each in self.questions)

    @property
    def state(self) -> State:
        """One of them closed by hand closes all; else all must be answered."""
        if any(each.dismissed for each in self.questions):
            return State.DISMISSED
        return State.OPEN if any(each.open for each in self.questions) else State.ANSWERED

    @property
    def fresh(self) -> bool:
        """Whether one of them was not embedded yet: it stands apart from what means the same."""
        return any(each.vector is None for each in self.questions)

    @property
    def closing(self) -> Closing | None:
        """Where it is answered; the latest place."""
        closed = [each.closing for each in self.questions if each.closing is not None]
        return max(closed, key=lambda each: each.closed_at, default=None)

    @property
    def kinds(self) -> dict[Kind, int]:
        """How many of the questions were declined, and how many answers called bad."""
        return dict(Counter(each.kind for each in self.questions))

    @property
    def reasons(self) -> dict[str, int]:
        """Why answers were called bad, the most frequent first."""
        return dict(Counter(each.reason for each in self.questions if each.reason).most_common())

    @property
    def wordings(self) -> tuple[tuple[str, int], ...]:
        """The different ways in which it was asked, with how often; the most frequent first."""
        return tuple(Counter(each.text for each in self.questions).most_common())


class Gaps:
    """The gaps of a database."""

    def __init__(
        self,
        *,
        database: Database,
        questions: Questions,
        embedder: Callable[[], Embedder],
        ask: Callable[[Question], Answer],
        clock: Clock,
    ) -> None:
        """``embedder`` and ``ask`` are called in ``look_again`` alone: to look at the gaps loads no model."""
        self._database = database
        self._questions = questions
        self._embedder = embedder
        self._ask = ask
        self._clock = clock
        self._latest: tuple[Any, tuple[tuple[int, ...], ...]] = ((), ())

    def all(self, since: datetime | None = None) -> list[Gap]:
        """The gaps in what was asked since then, those that were asked most often first, of these the latest."""
        asked, seq = self._questions.all(since), self._seq()
        groups = self._grouped(asked)
        found = [_gap([asked[at] for at in group], seq) for group in groups]
        return sorted(found, key=lambda gap: (len(gap.questions), gap.last), reverse=True)

    def _grouped(self, asked: Sequence[Asked]) -> tuple[tuple[int, ...], ...]:
        """Put together anew only where other questions are looked at than the last time."""
        known = tuple((each.id, each.vector is None) for each in asked)
        seen, groups = self._latest
        if seen != known:
            groups = clusters([each.text for each in asked], _matrix(asked), SAME)
            self._latest = (known, groups)
        return groups

    def find(self, question_id: str) -> Gap:
        """The gap that a question belongs to. Raises NotFound."""
        for gap in self.all():
            if any(each.id == question_id for each in gap.questions):
                return gap
        raise NotFound("There is no such gap; the conversation that it was asked in may have been deleted.")

    def dismiss(self, question_id: str) -> None:
        """Close a gap by hand, with what is like it from now on. Raises NotFound."""
        self._dismiss(question_id, self._clock.now())

    def reopen(self, question_id: str) -> None:
        """Open a gap again that was closed by hand. Raises NotFound."""
        self._dismiss(question_id, None)

    def look_again(self, seconds: float) -> int:
        """Ask open questions again that documents were published or deleted since, for so long at most.

        Returns how many are left; none where another process does so just now. Raises what asking raises.
        """
        try:
            with self._database.turn("gaps"):
                self._embed()
                return self._ask_again(seconds)
        except AlreadyRunning:
            return 0

    def _ask_again(self, seconds: float) -> int:
        until, seq = self._clock.monotonic() + seconds, self._seq()
        waiting = [each for each in self._questions.all() if each.waits(seq)]
        waiting.sort(key=lambda each: (-each.tried, each.asked_at))
        published = self._published() if waiting else {}
        while waiting and self._clock.monotonic() < until:
            asked = waiting.pop()  # the longest untried, of these the latest
            self._keep(asked, seq, *self._answered(asked, published))
        return len(waiting)

    def _answered(self, asked: Asked, published: dict[str, int]) -> tuple[Citation | None, float]:
        """Where a document answers it now; of a bad answer only one that came later counts."""
        try:
            answer = self._ask(asked.question)
        except NotFound:  # its collection is gone
            return None, 0.0
        cited = [citation for sentence in answer.sentences for citation in sentence.citations]
        later = [each for each in cited if published.get(each.document.id, 0) > asked.seq]
        if answer.outcome is not Outcome.ANSWERED or (asked.kind is Kind.BAD and not later):
            return None, answer.confidence
        return next(iter(later or cited), None), answer.confidence

    def _keep(self, asked: Asked, seq: int, citation: Citation | None, confidence: float) -> None:
        with self._database.writing() as connection:
            if not present(connection, [asked.id]):
                return  # its conversation was deleted meanwhile
            _put(connection, asked.id, tried=seq)
            connection.execute(delete(gap_answers).where(gap_answers.c.turn_id == asked.id))
            if citation is not None and _stays(connection, citation.document.id):
                names = "page start end quote".split()
                connection.execute(
                    insert(gap_answers).values(
                        turn_id=asked.id,
                        document_id=citation.document.id,
                        confidence=confidence,
                        closed_at=self._clock.now(),
                        **{name: getattr(citation, name) for name in names},
                    )
                )

    def _embed(self) -> None:
        missing = [each for each in self._questions.all() if each.vector is None]
        for at in range(0, len(missing), TOGETHER):
            some = missing[at : at + TOGETHER]
            rows = self._embedder().embed([each.text for each in some]).astype("<f2")
            self._questions.keep([(each.id, row.tobytes()) for each, row in zip(some, rows, strict=True)])

    def _dismiss(self, question_id: str, at: datetime | None) -> None:
        ids = [each.id for each in self.find(question_id).questions]
        with self._database.writing() as connection:
            for known in present(connection, ids):
                _put(connection, known, dismissed_at=at)

    def _seq(self) -> int:
        with self._database.reading() as connection:
            return int(connection.execute(select(counter.c.seq)).scalar_one())

    def _published(self) -> dict[str, int]:
        """The change with which each document was published last."""
        latest = select(changes.c.document_id, func.max(changes.c.seq).label("seq"))
        with self._database.reading() as connection:
            came = latest.where(changes.c.new_first < changes.c.new_end).group_by(changes.c.document_id)
            return {row.document_id: row.seq for row in connection.execute(came)}


def _gap(questions: Sequence[Asked], seq: int) -> Gap:
    return Gap(questions=tuple(questions), looking=any(each.waits(seq) for each in questions))


def _matrix(asked: Sequence[Asked]) -> "np.ndarray":
    """A row for each question; zeros for one that was not embedded yet."""
    length = max((len(each.vector) for each in asked if each.vector), default=2)
    halves = b"".join(each.vector or bytes(length) for each in asked)
    return np.frombuffer(halves, dtype="<f2").astype(np.float32).reshape(len(asked), length // 2)


def _put(connection: Connection, turn_id: str, **values: object) -> None:
    if not connection.execute(update(gaps).where(gaps.c.turn_id == turn_id).values(**values)).rowcount:
        known = select(turns.c.seq).where(turns.c.id == turn_id).scalar_subquery()
        connection.execute(insert(gaps).values({"turn_id": turn_id, "tried": known} | values))


def _stays(connection: Connection, document_id: str) -> bool:
    """Whether the document is there, and stays until the transaction ends."""
    there = select(documents.c.id).where(documents.c.id == document_id)
    return connection.execute(there.with_for_update(read=True, key_share=True)).first() is not None
