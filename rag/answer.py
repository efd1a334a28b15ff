"""The one answering path: it streams; the plain call drains it."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from rag import abstain, support
from rag.calibration import Calibration
from rag.conflict import conflicts
from rag.errors import NotFound
from rag.events import AnswerDone, AnswerEvent, PassagesFound, SentenceChecked
from rag.evidence import Evidence, weigh
from rag.found import Use
from rag.ports import Clock, Embedder, Entailment, Rewriter
from rag.quote import choose
from rag.rerank import likeliest
from rag.retrieve import Retriever
from rag.rewrite import standing
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
        rewriter: Rewriter | None = None,
        calibration: Calibration | None = None,
        entailment: Entailment | None = None,
        keep_unsupported: bool = True,
        uses: Collection[Use] = tuple(Use),
    ) -> None:
        """``top`` passages are read; below the threshold (by default the fitted one) it declines.

        A calibration is applied to the confidence, and brings a threshold of its own. Without a rewriter
        follow-up questions are taken as they stand. Sentences that their quotes do not support are marked, or left
        out; one without a quote that still stands always is. ``uses`` says what is made of what a reader found.
        """
        self._retriever = retriever
        self._store = store
        self._embedder = embedder
        self._clock = clock
        self._rewriter = rewriter
        self._top = top
        self._calibration = calibration
        fitted = calibration.threshold if calibration else abstain.THRESHOLD
        self._threshold = fitted if threshold is None else threshold
        self._judge = support.Judge(embedder=embedder, entailment=entailment)
        self._keep_unsupported = keep_unsupported
        self._uses = uses

    def answer(self, question: Question) -> Answer:
        """The finished answer."""
        *_, last = self.stream(question)
        assert isinstance(last, AnswerDone)
        return last.answer

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        """PassagesFound, each sentence as soon as it is checked, AnswerDone."""
        began = self._clock.monotonic()
        asked = standing(question, self._rewriter) if self._rewriter else question
        looked_for = asked.text if asked.text != question.text else ""
        passages = self._retriever.retrieve(asked, self._top)
        found = self._clock.monotonic()
        yield PassagesFound(passages=passages, looked_for=looked_for)
        pages = self._store.pages((p.document.id, p.chunk.page) for p in passages)
        evidence = weigh(asked, self._pointing(passages), self._embedder, pages)
        confidence = self._confidence(asked.text, evidence, passages)
        sentences: list[Sentence] = []
        for sentence in self._sentences(asked, evidence, confidence):
            sentences.append(sentence)
            yield SentenceChecked(sentence=sentence)
        ended = self._clock.monotonic()
        ms = {"retrieve": found - began, "generate": ended - found, "total": ended - began}
        finished = self._finish(question, tuple(sentences), passages, confidence, ms)
        against = conflicts(asked, finished.sentences)
        yield AnswerDone(answer=replace(finished, conflicts=against, looked_for=looked_for))

    def _pointing(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """Without what a reader found in them, where its words are not to be used."""
        return passages if Use.WORDS in self._uses else tuple(replace(p, found=None) for p in passages)

    def _confidence(self, question: str, evidence: Evidence, passages: Sequence[Passage]) -> float:
        found = likeliest(passages) if Use.CONFIDENCE in self._uses else None
        raw = abstain.confidence(question, evidence, found)
        return self._calibration.apply(raw) if self._calibration else raw

    def _sentences(self, question: Question, evidence: Evidence, confidence: float) -> Iterator[Sentence]:
        if confidence < self._threshold:
            return
        for sentence in choose(question, evidence):
            checked = support.check(sentence, self._page, self._judge)
            if checked.citations and (self._keep_unsupported or checked.support is not Support.UNSUPPORTED):
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
