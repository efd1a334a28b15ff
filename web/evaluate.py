"""Ask a set's questions and measure what came back: what ``footnote eval`` prints."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rag.errors import FootnoteError, NotFound
from rag.measure import Gold, Observed, Place
from rag.scorecard import Scored, score
from rag.types import Answer, Document, Outcome, Page, Passage, Question
from web.evaluation_gold import LOST, FindPage, Stored
from web.evaluation_home import Home, Ingest, Progress
from web.evaluation_report import Curve, measures, reading, recall_curve, risk_curve
from web.evaluation_set import Asked, EvaluationSet, spread
from web.wiring import Services

HITS = 10  # as many as `footnote search` shows

Json = dict[str, Any]


class Product(Protocol):
    """What is evaluated, as its doors use it, with the set's documents read."""

    def search(self, question: Question, top: int) -> Sequence[Passage]:
        """The best passages, best first."""

    def ask(self, question: Question) -> Answer:
        """A finished answer."""

    def insist(self, question: Question) -> Answer:
        """What it would answer if it might not decline for want of confidence."""

    def documents(self) -> Iterable[Document]:
        """Everything that was read."""

    def page(self, document_id: str, number: int) -> Page:
        """A stored page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What an evaluation found."""

    result: Json  # the contract's `eval` document
    questions: tuple[tuple[Asked, Scored], ...]
    curves: Mapping[str, Curve]  # recall: depth, recall; risk: coverage, risk, threshold


def evaluate(
    services: Services,
    given: EvaluationSet,
    *,
    limit: int | None = None,
    filled: bool = False,
    raw: bool = False,
    progress: Progress = lambda _stage, _done, _all: None,
) -> Examined:
    """Read the set's documents, unless the home is ``filled`` already, and examine it, ``raw`` without calibration."""
    home = Home(services, raw=raw)
    ingest = None if filled else home.fill(given, progress)
    return examine(home, given, limit=limit, ingest=ingest, progress=progress)


def examine(
    product: Product,
    given: EvaluationSet,
    *,
    limit: int | None = None,
    ingest: Ingest | None = None,
    progress: Progress = lambda _stage, _done, _all: None,
) -> Examined:
    """Search and ask each question of the set, or ``limit`` spread evenly.

    Beside the contract's keys the result has ``intervals``, the 95 % bootstrap interval of each figure; ``errors``,
    questions that ended in one; ``spans_lost``, gold spans that do not stand in the stored text, so that nothing can
    cite them; ``failed``, documents that could not be read. ``ingest`` is null where they were there already.
    """
    names = given.named(product.documents())
    asked = spread(given.questions, limit)
    stored = Stored({text.name: text.text for text in given.texts}, _find_page(product, names))
    golds = [stored.gold(each.gold) for each in asked]
    pairs: list[tuple[Gold, Observed]] = []
    for gold, each in zip(golds, asked, strict=True):
        pairs.append((gold, observe(product, each, names)))
        progress("asking", len(pairs), len(asked))
    scored = [score(gold, seen) for gold, seen in pairs]
    return Examined(
        result=_counts(given, pairs) | measures(scored) | reading(ingest),
        questions=tuple(zip(asked, scored, strict=True)),
        curves={"recall": recall_curve(pairs), "risk": risk_curve(scored)},
    )


def observe(product: Product, asked: Asked, names: Mapping[str, str]) -> Observed:
    """What the product does with a question; ``names`` are the set's, by document id."""
    began = time.perf_counter()
    try:
        passages = product.search(asked.question, HITS)
        searched = time.perf_counter()
        answer = product.ask(asked.question)
        ended = time.perf_counter()
        declined = answer.outcome in (Outcome.NOT_FOUND, Outcome.REFUSED)
        said = product.insist(asked.question) if declined else answer
        written_out = product.search(asked.standalone, HITS) if asked.standalone else None
    except FootnoteError:
        return Observed()
    citations = (citation for sentence in said.sentences for citation in sentence.citations)
    return Observed(
        hits=_places(passages, names),
        standalone_hits=None if written_out is None else _places(written_out, names),
        answer=" ".join(sentence.text for sentence in said.sentences),
        citations=tuple(_place(c.document, c.page, c.start, c.end, names) for c in citations),
        answered=answer.outcome is Outcome.ANSWERED,
        declined=declined,
        confidence=answer.confidence,
        search_ms=(searched - began) * 1000,
        ask_ms=(ended - searched) * 1000,
    )


def _find_page(product: Product, names: Mapping[str, str]) -> FindPage:
    ids = {name: document_id for document_id, name in names.items()}

    def text(name: str, number: int | None) -> str:
        if name not in ids or number == LOST:
            raise NotFound(f"{name} was not read.")
        return product.page(ids[name], number or 1).text

    return text


def _places(passages: Sequence[Passage], names: Mapping[str, str]) -> tuple[Place, ...]:
    return tuple(_place(p.document, p.chunk.page, p.chunk.start, p.chunk.end, names) for p in passages)


def _place(document: Document, page: int, start: int, end: int, names: Mapping[str, str]) -> Place:
    name = names.get(document.id, document.source)
    return Place(document=name, page=page if document.paged else None, start=start, end=end)


def _counts(given: EvaluationSet, pairs: Sequence[tuple[Gold, Observed]]) -> Json:
    return {
        "set": given.name,
        "documents": len(given.names),
        "questions": len(pairs),
        "errors": sum(not seen.answered and not seen.declined for _, seen in pairs),
        "spans_lost": sum(span.page == LOST for gold, _ in pairs for span in gold.spans),
    }
