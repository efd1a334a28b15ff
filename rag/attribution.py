"""From a sentence somebody wrote over numbered passages to one with checked citations. Pure.

A sentence is cited as its writer says. One without a citation gets the first of the passages found for it, if the very
same check calls it SUPPORTED by that; else it stays without.
"""

from collections.abc import Iterator, Sequence

from rag.align import Text, align
from rag.cite import Cited
from rag.lead import bare
from rag.sentences import pieces
from rag.support import Judge
from rag.tokens import tokens
from rag.types import Citation, Passage, Sentence, Support

WINDOW = 3  # sentences of a passage that are quoted for one sentence at most
EACH = 0.6  # words of its own that a further sentence must add to the quote


def attribute(cited: Cited, passages: Sequence[Passage], judge: Judge) -> Sentence:
    """The sentence with its citations, and how far they carry it. ``passages`` are those that its writer was shown.

    Law: each quote is the exact slice of its page that its citation names.
    """
    given = tuple(quote(cited.text, passages[marker - 1], marker) for marker in cited.markers)
    citations = given or tuple(find(cited.text, passages, judge))
    around = " ".join(dict.fromkeys(citation.document.title for citation in citations))
    verdict = judge.judge(cited.text, [citation.quote for citation in citations], around)
    return Sentence(text=cited.text, citations=citations, support=verdict.support, reasons=verdict.reasons)


def find(text: str, passages: Sequence[Passage], judge: Judge) -> Iterator[Citation]:
    """A citation for a sentence that has none: the first passage, best first, that supports it whole; or nothing."""
    for marker, passage in enumerate(passages, start=1):
        citation = quote(text, passage, marker)
        if judge.judge(text, [citation.quote], passage.document.title).support is Support.SUPPORTED:
            yield citation
            return


def quote(text: str, passage: Passage, marker: int) -> Citation:
    """The sentences of a passage that speak most of what a sentence says, next to each other, at most WINDOW."""
    chunk = passage.chunk
    spans = [(piece.start, piece.end) for piece in pieces(chunk)] or [(0, len(chunk.text))]
    shown = Text(tokens(chunk.text))
    aligned = align(Text(tokens(bare(text))), shown)
    places = [[shown.tokens[place.at].start for place in found] for found in aligned.values()]

    def value(window: tuple[int, int]) -> float:
        start, end = spans[window[0]][0], spans[window[1]][1]
        held = sum(any(start <= at < end for at in found) for found in places)
        return held - EACH * (window[1] - window[0])

    windows = [(at, at + more) for at in range(len(spans)) for more in range(min(WINDOW, len(spans) - at))]
    first, last = max(windows, key=value)
    start, end = spans[first][0], spans[last][1]
    return Citation(
        marker=marker,
        document=passage.document,
        page=chunk.page,
        start=chunk.start + start,
        end=chunk.start + end,
        quote=chunk.text[start:end],
        place=passage.place(chunk.start + start),
    )
