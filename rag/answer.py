"""The one answering path: it streams; the plain call drains it."""

import uuid
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag import abstain, support
from rag.calibration import Calibration
from rag.cite import stands
from rag.conflict import conflicts
from rag.errors import GeneratorFailed, NotFound
from rag.events import AnswerDone, AnswerEvent, Drafted, PassagesFound, Queued, SentenceChecked
from rag.evidence import Evidence, weigh
from rag.found import Use
from rag.ports import Clock, Embedder, Entailment, Rewriter, Ticket
from rag.ports import Generator as Generating
from rag.quote import choose
from rag.rerank import likeliest
from rag.retrieve import Retriever
from rag.rewrite import standing
from rag.store import Store
from rag.types import Answer, Citation, Outcome, Page, Passage, Question, Sentence, Support
from rag.write import Voice, Writer

NOTHING_STORED = "There are no documents yet. Add some, then ask again."
IN_QUOTES = "So this is what the documents say, in quotes."
BROKE_OFF = "The answer ends where it broke off."
NOT_BORNE_OUT = "What was written is not borne out by the documents."
NOTHING_FOUND = "The documents do not say. These passages come closest."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    """What is said to a question."""

    writer: str  # name of what wrote it
    sentences: tuple[Sentence, ...] = ()
    notice: str = ""


class Answerer:
    """Answers questions, in a generator's words or in quotes."""

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
        generator: Generating | None = None,
        voice: Voice = lambda _: "",
    ) -> None:
        """``top`` passages are read; below the threshold (by default the fitted one) it declines.

        A calibration is applied to the confidence, and brings a threshold of its own. Without a rewriter
        follow-up questions are taken as they stand. Sentences that their quotes do not support are marked, or left
        out; one without a quote that still stands always is. ``uses`` says what is made of what a reader found.
        A generator writes in the house's voice; without one, or where it fails, the answer is in quotes.
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
        self._writer = Writer(generator, self._judge, voice=voice) if generator else None

    def answer(self, question: Question) -> Answer:
        """The finished answer."""
        *_, last = self.stream(question)
        assert isinstance(last, AnswerDone)
        return last.answer

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        """PassagesFound, each sentence as soon as it is checked, AnswerDone. To close the iterator stops the rest.

        It stands in the generator's line from the first step on, which raises Busy where that is full.
        """
        ticket = self._writer.ticket() if self._writer else None
        try:
            yield from self._stream(question, ticket)
        finally:
            if ticket:
                ticket.leave()

    def _stream(self, question: Question, ticket: Ticket | None) -> Iterator[AnswerEvent]:
        began = self._clock.monotonic()
        asked = standing(question, self._rewriter) if self._rewriter else question
        looked_for = asked.text if asked.text != question.text else ""
        passages = self._retriever.retrieve(asked, self._top)
        found = self._clock.monotonic()
        yield PassagesFound(passages=passages, looked_for=looked_for)
        pages = self._store.pages((p.document.id, p.chunk.page) for p in passages)
        evidence = weigh(asked, self._pointing(passages), self._embedder, pages)
        confidence = self._confidence(asked.text, evidence, passages)
        reply = _Reply(writer=self.name)
        if confidence >= self._threshold:
            reply = yield from self._reply(
                replace(asked, history=question.history), passages, evidence, ticket
            )
        ended = self._clock.monotonic()
        ms = {"retrieve": found - began, "generate": ended - found, "total": ended - began}
        finished = self._finish(question, reply, passages, confidence, ms)
        against = conflicts(asked, finished.sentences)
        yield AnswerDone(answer=replace(finished, conflicts=against, looked_for=looked_for))

    def _pointing(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        """Without what a reader found in them, where its words are not to be used."""
        return passages if Use.WORDS in self._uses else tuple(replace(p, found=None) for p in passages)

    def _confidence(self, question: str, evidence: Evidence, passages: Sequence[Passage]) -> float:
        found = likeliest(passages) if Use.CONFIDENCE in self._uses else None
        raw = abstain.confidence(question, evidence, found)
        return self._calibration.apply(raw) if self._calibration else raw

    def _reply(
        self, asked: Question, passages: tuple[Passage, ...], evidence: Evidence, ticket: Ticket | None
    ) -> Generator[AnswerEvent, None, _Reply]:
        """In the words of a generator, where there is one and what it says stands; else in quotes."""
        notice = ""
        if self._writer is not None:
            written = yield from self._written(self._writer, self._writer.write(asked, passages, ticket))
            if written.sentences:
                return written
            notice = written.notice
        quoted: list[Sentence] = []
        for sentence in choose(asked, evidence):
            checked = support.check(sentence, self._page, self._judge)
            if checked.citations and self._keeps(checked):
                quoted.append(checked)
                yield SentenceChecked(sentence=checked)
        return _Reply(writer=self.name, sentences=tuple(quoted), notice=notice)

    def _written(
        self, writer: Writer, events: Iterator[Queued | Drafted | SentenceChecked]
    ) -> Generator[AnswerEvent, None, _Reply]:
        """No sentences where not one of them is borne out, and a notice where it could not be finished."""
        kept, notice = list[Sentence](), ""
        try:
            for happened in events:
                if isinstance(happened, SentenceChecked):
                    sentence = self._standing(happened.sentence)
                    if self._keeps(sentence):
                        kept.append(sentence)
                        yield SentenceChecked(sentence=sentence)
                else:
                    yield happened
        except GeneratorFailed as failed:
            notice = str(failed)
        if all(sentence.support is Support.UNSUPPORTED for sentence in kept):
            return _Reply(writer=writer.name, notice=f"{notice or NOT_BORNE_OUT} {IN_QUOTES}")
        ending = f"{notice} {BROKE_OFF}" if notice else ""
        return _Reply(writer=writer.name, sentences=tuple(kept), notice=ending)

    def _standing(self, sentence: Sentence) -> Sentence:
        """Checked again, where a document changed while the sentence was written."""
        if all(stands(citation, self._page(citation)) for citation in sentence.citations):
            return sentence
        return support.check(sentence, self._page, self._judge)

    def _keeps(self, sentence: Sentence) -> bool:
        return self._keep_unsupported or sentence.support is not Support.UNSUPPORTED

    def _page(self, citation: Citation) -> Page | None:
        try:
            return self._store.page(citation.document.id, citation.page)
        except NotFound:
            return None

    def _finish(
        self,
        question: Question,
        reply: _Reply,
        passages: tuple[Passage, ...],
        confidence: float,
        seconds: Mapping[str, float],
    ) -> Answer:
        nothing = NOTHING_FOUND if passages else NOTHING_STORED
        return Answer(
            id=uuid.uuid4().hex,
            question=question,
            outcome=Outcome.ANSWERED if reply.sentences else Outcome.NOT_FOUND,
            sentences=reply.sentences,
            passages=passages,
            confidence=confidence,
            generator=reply.writer,
            ms={name: round(value * 1000, 1) for name, value in seconds.items()},
            notice=reply.notice if reply.sentences else nothing,
        )
