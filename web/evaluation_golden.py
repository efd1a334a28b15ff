"""A home's golden questions as a set to evaluate: they ask about what the home has read."""

from collections.abc import Iterator

from rag.errors import NotFound, UsageError
from rag.golden import Golden, Quote
from rag.measure import Gold, Place
from rag.store import Store
from rag.types import Document, Question
from web.evaluation_gold import LOST
from web.evaluation_set import Asked, EvaluationSet

NAME = "golden"


def golden_set(golden: list[Golden], store: Store) -> EvaluationSet:
    """The questions whose documents are there still, their quotes found anew. Raises UsageError without any."""
    documents = {document.id: document for document in store.documents()}
    kept = [each for each in golden if each.quotes or not each.answerable]
    if not kept:
        raise UsageError(
            'There are no golden questions yet. Press "This answer was right" below some answers in the chat first.'
        )
    return EvaluationSet(
        name=NAME,
        texts=(),
        folder=None,
        files=(),
        questions=tuple(_asked(each, documents, store) for each in kept),
        stored={known: known for known in documents},
    )


def _asked(golden: Golden, documents: dict[str, Document], store: Store) -> Asked:
    spans = tuple(_place(quote, documents[quote.document_id], store) for quote in golden.quotes)
    return Asked(
        id=golden.id,
        question=Question(text=golden.question, collections=golden.collections),
        gold=Gold(
            answerable=golden.answerable,
            documents=frozenset(span.document for span in spans),
            pages=frozenset((span.document, span.page) for span in spans if span.page),
            spans=spans,
        ),
    )


def _place(quote: Quote, document: Document, store: Store) -> Place:
    """Where the quote stands now: a new version of its document may have moved it, or lost it."""
    for number, text in _pages(quote, document, store):
        same = quote.start if text.startswith(quote.text, quote.start) else text.find(quote.text)
        if same >= 0:
            page = number if document.paged else None
            return Place(document=document.id, page=page, start=same, end=same + len(quote.text))
    return Place(document=document.id, page=LOST, start=quote.start, end=quote.end)


def _pages(quote: Quote, document: Document, store: Store) -> Iterator[tuple[int, str]]:
    """The page where it stood first, then the others."""
    for number in sorted(range(1, document.pages + 1), key=lambda n: (n != quote.page, n)):
        try:
            yield number, store.page(document.id, number).text
        except NotFound:  # a newer version has fewer
            return
