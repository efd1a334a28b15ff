"""Does what a sentence cites carry it? For quotes: it is their very words, and they stand where it says."""

from collections.abc import Callable
from dataclasses import replace

from rag.cite import stands
from rag.types import Citation, Page, Sentence, Support

FindPage = Callable[[Citation], Page | None]


def check(sentence: Sentence, find_page: FindPage) -> Sentence:
    """The sentence with those of its citations that stand, and the support they give it."""
    standing = tuple(c for c in sentence.citations if stands(c, find_page(c)))
    said = " ".join(sentence.text.split())
    verbatim = any(said == " ".join(citation.quote.split()) for citation in standing)
    return replace(
        sentence, citations=standing, support=Support.SUPPORTED if verbatim else Support.UNSUPPORTED
    )
