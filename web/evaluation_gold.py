"""Gold spans as they stand in stored text, and the sentences around them."""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rag.errors import NotFound
from rag.measure import Gold, Place
from rag.sentences import split

LOST = 0  # a page that no citation can lie on

FindPage = Callable[[str, int | None], str]  # name in the set and page -> stored text; raises NotFound


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


class Stored:
    """Gold in stored offsets. Each text is aligned and split once."""

    def __init__(self, texts: Mapping[str, str], page: FindPage) -> None:
        """``texts`` are those that the set's spans count in, by name; in other documents they count in pages."""
        self._texts = texts
        self._page = page
        self._alignments: dict[str, Alignment] = {}
        self._sentences: dict[tuple[str, int | None], list[tuple[int, int]]] = {}

    def gold(self, gold: Gold) -> Gold:
        """The spans as offsets into stored text, and their sentences; a span that is not there stays, beyond reach."""
        spans = tuple(self._carried(span) for span in gold.spans)
        around = {place: None for span in spans for place in self._around(span)}
        return replace(gold, spans=spans, sentences=tuple(around))

    def _carried(self, span: Place) -> Place:
        text = self._texts.get(span.document)
        if text is None:
            return span  # given in stored offsets
        if span.document not in self._alignments:
            try:
                stored = self._page(span.document, None)
            except NotFound:  # its document could not be read
                return span
            self._alignments[span.document] = Alignment(text, stored)
        found = self._alignments[span.document].carry(span.start, span.end)
        return replace(span, start=found[0], end=found[1]) if found else replace(span, page=LOST)

    def _around(self, span: Place) -> Sequence[Place]:
        key = span.document, span.page
        if key not in self._sentences:
            try:
                self._sentences[key] = split(self._page(*key))
            except NotFound:
                self._sentences[key] = []
        touched = ((s, e) for s, e in self._sentences[key] if max(s, span.start) < min(e, span.end))
        return [replace(span, start=start, end=end) for start, end in touched]
