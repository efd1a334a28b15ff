"""A page of a document as the template of the source shows it, opened at a quote or at what was looked for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from rag.boxes import Rect, covering_each
from rag.types import Document, Page
from web.reading.about import About
from web.reading.find import Hits, spans
from web.reading.parts import Layout, layout
from web.reading.pieces import Mark, Marked
from web.reading.view import pictured, view

MARGIN = 1.5  # points that a highlight stands out around its words
HIGHLIGHTED = 500  # hits of one page


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What a link says that it quotes, as the page bears it out."""

    start: int = 0
    end: int = 0
    text: str = ""  # empty where nothing was asked for, or where it stands no longer
    digest: str = ""
    changed: bool = False  # the page no longer has the quote where the link says


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """A rectangle on the page's picture, in points, and what it is over."""

    rect: Rect
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page as its template shows it."""

    document: Document
    about: About
    page: Page
    layout: Layout
    pictured: bool  # whether its picture is shown
    lights: tuple[Light, ...]
    quoted: Quoted = Quoted()
    hits: Hits | None = None  # of what was looked for
    hit: int = 0  # which of this page's is looked at, from 1; 0 where it has none

    @property
    def query(self) -> str:
        """What was looked for."""
        return self.hits.query if self.hits else ""

    @property
    def beside(self) -> tuple[str, str]:
        """Where the hits before and after this one are; empty where there is none."""
        if self.hits is None:
            return "", ""
        before, after = self.hits.beside(self.page.number, self.hit)
        return self._at(before), self._at(after)

    @property
    def link(self) -> str:
        """The address of just this."""
        path = f"/source/{self.document.id}/{self.page.number}"
        if self.quoted.text:
            q = self.quoted
            return f"{path}?{urlencode({'start': q.start, 'end': q.end, 'quote': q.digest})}#quote"
        return self._at((self.page.number, self.hit)) if self.hits else path

    def _at(self, place: tuple[int, int] | None) -> str:
        return place_url(self.document, place[0], self.query, place[1]) if place else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The places of a document where something stands, as their template shows them."""

    document: Document
    about: About
    query: str
    hits: Hits | None  # None before anything was looked for

    def url(self, page: int, hit: int) -> str:
        """Where one of them opens."""
        return place_url(self.document, page, self.query, hit)


def place_url(document: Document, page: int, query: str, hit: int) -> str:
    """Where a hit of what was looked for opens."""
    return f"/source/{document.id}/{page}?{urlencode({'q': query, 'hit': hit})}#quote"


def quoted(document: Document, page: Page, head: About, quote: Quoted) -> Source:
    """A page with a quote highlighted, if it is there."""
    marks = [Mark(start=quote.start, end=quote.end)] if quote.text else []
    return _source(document, page, head, marks, quoted=quote)


def searched(document: Document, page: Page, head: About, hits: Hits, hit: int) -> Source:
    """A page with all places highlighted where something stands, opened at one of them."""
    found = spans(hits.query, page.text, most=max(HIGHLIGHTED, hit))
    here = min(hit, len(found))
    marks = [
        Mark(start=start, end=end, kind=Marked.CURRENT if n == here else Marked.HIT)
        for n, (start, end) in enumerate(found, 1)
        if n <= HIGHLIGHTED or n == here
    ]
    return _source(document, page, head, marks, hits=hits, hit=here)


def _source(
    document: Document,
    page: Page,
    head: About,
    marks: Sequence[Mark],
    *,
    quoted: Quoted = Quoted(),
    hits: Hits | None = None,
    hit: int = 0,
) -> Source:
    return Source(
        document=document,
        about=head,
        page=page,
        layout=layout(view(page, marks), document.media_type, page.label),
        pictured=pictured(document, page),
        lights=tuple(_lights(page, marks)),
        quoted=quoted,
        hits=hits,
        hit=hit,
    )


def _lights(page: Page, marks: Sequence[Mark]) -> list[Light]:
    over = covering_each(page.words, [(mark.start, mark.end) for mark in marks])
    return [
        Light(rect=_wider(rect), mark=mark.kind)
        for mark, rects in zip(marks, over, strict=True)
        for rect in rects
    ]


def _wider(rect: Rect) -> Rect:
    return Rect(
        left=rect.left - MARGIN,
        top=rect.top - MARGIN,
        right=rect.right + MARGIN,
        bottom=rect.bottom + MARGIN,
    )
