"""Ask a set's questions and measure what came back: what ``footnote eval`` prints."""

import re
import time
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Protocol

from rag import measure
from rag.errors import FootnoteError
from rag.measure import Estimate, Gold, Observed, Pair, Place
from rag.types import Answer, Document, Outcome, Page, Passage, Question
from web.evaluation_home import Home, Ingest, Progress
from web.evaluation_set import EvaluationSet, spread
from web.wiring import Services

HITS = 10  # as many as `footnote search` shows
LOST = 0  # a page that no citation can lie on

Json = dict[str, Any]


class Product(Protocol):
    """What is evaluated, as its doors use it, with the set's documents read."""

    def search(self, question: Question, top: int) -> Sequence[Passage]:
        """The best passages, best first."""

    def ask(self, question: Question) -> Answer:
        """A finished answer."""

    def documents(self) -> Iterable[Document]:
        """Everything that was read."""

    def page(self, document_id: str, number: int) -> Page:
        """A stored page."""


class Alignment:
    """Carries spans of a text to its stored form, where blanks may differ and parts may be gone."""

    def __init__(self, text: str, stored: str) -> None:
        """Linear in both texts."""
        self._text, self._stored = "".join(text.split()), "".join(stored.split())
        self._from = [at for at, char in enumerate(text) if not char.isspace()]
        self._to = [at for at, char in enumerate(stored) if not char.isspace()]

    def carry(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the span's characters stand in the stored text, nearest to where they are due, if at all."""
        due = bisect_left(self._from, start)
        wanted = self._text[due : bisect_left(self._from, end)]
        places = (found.start() for found in re.finditer(f"(?={re.escape(wanted)})", self._stored))
        first = min(places, key=lambda place: abs(place - due), default=None) if wanted else None
        return None if first is None else (self._to[first], self._to[first + len(wanted) - 1] + 1)


def evaluate(
    services: Services,
    given: EvaluationSet,
    *,
    limit: int | None = None,
    filled: bool = False,
    progress: Progress = lambda _stage, _done, _all: None,
) -> Json:
    """Read the set's documents, unless the home is ``filled`` already, and examine it."""
    home = Home(services)
    ingest = None if filled else home.fill(given, progress)
    return examine(home, given, limit=limit, ingest=ingest, progress=progress)


def examine(
    product: Product,
    given: EvaluationSet,
    *,
    limit: int | None = None,
    ingest: Ingest | None = None,
    progress: Progress = lambda _stage, _done, _all: None,
) -> Json:
    """Search and ask each question of the set, or ``limit`` spread evenly; the contract's ``eval`` document.

    Beside the contract's keys: ``intervals``, the 95 % bootstrap interval of each mean; ``errors``, questions
    that ended in one; ``spans_lost``, gold spans that do not stand in the stored text, so that nothing can
    cite them; ``failed``, documents that could not be read. ``ingest`` is null where they were there already.
    """
    names = _names(product, given)
    asked = spread(given.questions, limit)
    golds = carried([question.gold for question in asked], given, product, names)
    pairs: list[Pair] = []
    for gold, question in zip(golds, asked, strict=True):
        pairs.append((gold, observe(product, question.question, names)))
        progress("asking", len(pairs), len(asked))
    return _counts(given, pairs) | _measures(pairs) | _ingest(ingest)


def observe(product: Product, question: Question, names: Mapping[str, str]) -> Observed:
    """What the product does with a question; ``names`` are the set's, by document id."""
    began = time.perf_counter()
    try:
        passages = product.search(question, HITS)
        searched = time.perf_counter()
        answer = product.ask(question)
    except FootnoteError:
        return Observed()
    citations = (citation for sentence in answer.sentences for citation in sentence.citations)
    return Observed(
        hits=tuple(_place(p.document, p.chunk.page, p.chunk.start, p.chunk.end, names) for p in passages),
        answer=" ".join(sentence.text for sentence in answer.sentences),
        citations=tuple(_place(c.document, c.page, c.start, c.end, names) for c in citations),
        answered=answer.outcome is Outcome.ANSWERED,
        declined=answer.outcome in (Outcome.NOT_FOUND, Outcome.REFUSED),
        confidence=answer.confidence,
        search_ms=(searched - began) * 1000,
        ask_ms=(time.perf_counter() - searched) * 1000,
    )


def carried(
    golds: Sequence[Gold], given: EvaluationSet, product: Product, names: Mapping[str, str]
) -> list[Gold]:
    """The gold with its spans as offsets into stored text; a span that is not there stays, beyond reach."""
    texts = {text.name: text.text for text in given.texts}
    ids = {name: document_id for document_id, name in names.items()}
    wanted = {span.document for gold in golds for span in gold.spans} & texts.keys() & ids.keys()
    alignments = {name: Alignment(texts[name], product.page(ids[name], 1).text) for name in wanted}
    return [replace(gold, spans=tuple(_carried(span, alignments) for span in gold.spans)) for gold in golds]


def _carried(span: Place, alignments: Mapping[str, Alignment]) -> Place:
    if span.document not in alignments:
        return span  # given in stored offsets, or its document could not be read
    found = alignments[span.document].carry(span.start, span.end)
    return replace(span, start=found[0], end=found[1]) if found else replace(span, page=LOST)


def _names(product: Product, given: EvaluationSet) -> dict[str, str]:
    """The set's name of each document by its id; its source where the set does not know it."""
    known = given.aliases
    named = ((document.id, document.source) for document in product.documents())
    return {key: known.get(source) or known.get(source.rsplit("/", 1)[-1], source) for key, source in named}


def _place(document: Document, page: int, start: int, end: int, names: Mapping[str, str]) -> Place:
    name = names.get(document.id, document.source)
    return Place(document=name, page=page if document.paged else None, start=start, end=end)


def _counts(given: EvaluationSet, pairs: Sequence[Pair]) -> Json:
    return {
        "set": given.name,
        "documents": len(given.names),
        "questions": len(pairs),
        "errors": sum(not seen.answered and not seen.declined for _, seen in pairs),
        "spans_lost": sum(span.page == LOST for gold, _ in pairs for span in gold.spans),
    }


def _measures(pairs: Sequence[Pair]) -> Json:
    groups: dict[str, Any] = {
        "retrieval": measure.retrieval(pairs),
        "answers": measure.answers(pairs),
        "citations": measure.citations(pairs),
        "declining": measure.declining(pairs),
    }
    named = {
        group: {field.name.replace("_at_", "@"): getattr(found, field.name) for field in fields(found)}
        for group, found in groups.items()
    }
    values = {group: {name: _value(it) for name, it in found.items()} for group, found in named.items()}
    intervals = {group: {name: _interval(it) for name, it in found.items()} for group, found in named.items()}
    return {**values, "intervals": intervals, "ms": _milliseconds([seen for _, seen in pairs])}


def _value(found: Estimate | float | None) -> float | None:
    value = found.value if isinstance(found, Estimate) else found
    return None if value is None else round(value, 4)


def _interval(found: Estimate | float | None) -> list[float] | None:
    return [round(found.low, 4), round(found.high, 4)] if isinstance(found, Estimate) else None


def _milliseconds(seen: Sequence[Observed]) -> Json:
    took = {"search": [one.search_ms for one in seen], "ask": [one.ask_ms for one in seen]}
    return {
        f"{name}_p{percent}": _value(measure.percentile(values, percent))
        for name, values in took.items()
        for percent in (50, 95)
    }


def _ingest(ingest: Ingest | None) -> Json:
    if ingest is None:
        return {"ingest": dict.fromkeys(("seconds", "pages_per_s", "chunks_per_s", "peak_mb")), "failed": []}
    seconds = max(ingest.seconds, 1e-9)
    figures = {
        "seconds": ingest.seconds,
        "pages_per_s": ingest.pages / seconds,
        "chunks_per_s": ingest.chunks / seconds,
        "peak_mb": ingest.peak_mb,
    }
    return {
        "ingest": {name: round(value, 2) for name, value in figures.items()},
        "failed": list(ingest.failed),
    }


def markdown_table(results: Sequence[Json]) -> str:
    """The results side by side: a row for each measure, a column for each set, – where it has no gold."""
    head = ["measure", *(result["set"] for result in results)]
    rows = [head, ["---"] * len(head)]
    rows += [[name, *(_cell(result[name]) for result in results)] for name in ("documents", "questions")]
    for group in ("retrieval", "answers", "citations", "declining", "ms", "ingest"):
        for name in results[0][group] if results else ():
            rows.append([f"{group} {name}", *(_cell(result[group][name]) for result in results)])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}" if value > 1 else f"{value:.3f}"
