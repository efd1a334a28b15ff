"""The one answering path: it streams; the plain call drains it."""

import uuid
from collections.abc import Iterator, Mapping

from rag import abstain, support
from rag.errors import NotFound
from rag.events import AnswerDone, AnswerEvent, PassagesFound, SentenceChecked
from rag.evidence import Evidence, weigh
from rag.ports import Clock, Embedder
from rag.quote import choose
from rag.retrieve import Retriever
from rag.store import Store
from rag.types import Answer, Citation, Outcome, Page, Passage, Question, Sentence, Support

NOTHING_STORED = "There are no documents yet. Add some, then ask again."
NOTHING_FOUND = "The documents do not say. These passages come closest."


class Answerer:
    """Answers questions in quotes."""

    name = "quotes"

    def __init__(
        self,
        *,
        retriever: Retriever,
        store: Store,
        embedder: Embedder,
        clock: Clock,
        top: int,
        threshold: float | None = None,
    ) -> None:
        """``top`` passages are read; below the threshold (by default the fitted one) it declines."""
        self._retriever = retriever
        self._store = store
        self._embedder = embedder
        self._clock = clock
        self._top = top
        self._threshold = abstain.THRESHOLD if threshold is None else threshold

    def answer(self, question: Question) -> Answer:
        """The finished answer."""
        *_, last = self.stream(question)
        assert isinstance(last, AnswerDone)
        return last.answer

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        """PassagesFound, each sentence as soon as it is checked, AnswerDone."""
        began = self._clock.monotonic()
        passages = self._retriever.retrieve(question, self._top)
        found = self._clock.monotonic()
        yield PassagesFound(passages=passages)
        evidence = weigh(question, passages, self._embedder)
        confidence = abstain.confidence(evidence)
        sentences: list[Sentence] = []
        for sentence in self._sentences(question, evidence, confidence):
            sentences.append(sentence)
            yield SentenceChecked(sentence=sentence)
        ended = self._clock.monotonic()
        ms = {"retrieve": found - began, "generate": ended - found, "total": ended - began}
        yield AnswerDone(answer=self._finish(question, tuple(sentences), passages, confidence, ms))

    def _sentences(self, question: Question, evidence: Evidence, confidence: float) -> Iterator[Sentence]:
        if confidence < self._threshold:
            return
        for sentence in choose(question, evidence):
            checked = support.check(sentence, self._page)
            if checked.support is Support.SUPPORTED:
                yield checked

    def _page(self, citation: Citation) -> Page | None:
        try:
            return self._store.page(citation.document.id, citation.page)
        except NotFound:
            return None

    def _finish(
        self,
        question: Question,
        sentences: tuple[Sentence, ...],
        passages: tuple[Passage, ...],
        confidence: float,
        seconds: Mapping[str, float],
    ) -> Answer:
        notice = "" if sentences else NOTHING_FOUND if passages else NOTHING_STORED
        return Answer(
            id=uuid.uuid4().hex,
            question=question,
            outcome=Outcome.ANSWERED if sentences else Outcome.NOT_FOUND,
            sentences=sentences,
            passages=passages,
            confidence=confidence,
            generator=self.name,
            ms={name: round(value * 1000, 1) for name, value in seconds.items()},
            notice=notice,
        )
