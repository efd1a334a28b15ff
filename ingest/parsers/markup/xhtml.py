"""Pages of an e-book: all their text block by block, for there is nothing around it that had to be left out."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ingest.parsers.draft import Draft
from ingest.parsers.markup import style
from ingest.parsers.markup.items import Items
from ingest.parsers.record import lines
from ingest.parsers.xml_tree import local
from rag.hidden import Concealment
from rag.types import BlockKind

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BREAKING = frozenset(
    "address article aside blockquote body caption center dd details div dl dt figcaption figure footer form "
    "header hr main nav ol p section summary table tbody tfoot thead title ul".split()
)
_SKIPPED = frozenset(
    "head script style template noscript svg math iframe object audio video select rt rp".split()
)
_BLANKS = re.compile(r"\s+")


@dataclass(slots=True)
class Walker:
    """Writes what a page shows to a draft, and counts what it does not."""

    draft: Draft
    keep_hidden: bool = False
    hidden: Counter[Concealment] = field(default_factory=Counter)  # characters
    tables: int = 0
    _buffer: list[str] = field(default_factory=list)
    _items: Items = field(default_factory=Items)
    _rows: list[list[str]] = field(default_factory=list)  # of the table being read
    _within: Counter[str] = field(default_factory=Counter)  # elements of a name that are being read

    def read(self, page: Any) -> None:
        """Append what a page's tree holds."""
        from lxml import etree

        walk = etree.iterwalk(page, events=("start", "end"))
        skipped = None
        for event, element in walk:
            if event == "start" and self._unseen(element):
                walk.skip_subtree()
                skipped = element
            elif event == "start":
                self._open(local(element))
                self._say(element.text)
            else:
                if element is not skipped:
                    self._close(local(element))
                self._say(element.tail)
        self._flush()

    def _unseen(self, element: Any) -> bool:
        name = local(element)
        return not name or name in _SKIPPED or (self._hides(element) and not self.keep_hidden)

    def _hides(self, element: Any) -> bool:
        how = _how(element)
        if how is not None:
            self.hidden[how] += len(" ".join("".join(element.itertext()).split()))
        return how is not None

    def _say(self, text: str | None) -> None:
        if text:
            self._buffer.append(text if self._within["pre"] else _BLANKS.sub(" ", text))

    def _open(self, tag: str) -> None:
        if tag == "br":
            self._buffer.append("\n")
        elif tag in ("td", "th", "tr") or self._within["td"] or self._within["th"]:
            self._open_cell(tag)
        elif tag in _BREAKING or tag in _HEADINGS or tag in ("li", "pre"):
            self._flush()
            if tag in ("ol", "ul"):
                self._items.open_list(1 if tag == "ol" else None)
            if tag == "li":
                self._items.open()
        self._within[tag] += 1

    def _open_cell(self, tag: str) -> None:
        """Within a row: what would break a line elsewhere is a blank in a cell."""
        inner = self._within["td"] or self._within["th"]
        if tag == "tr" and not inner:
            self._flush()
            self._rows.append([])
        elif inner and (tag in _BREAKING or tag in ("li", "td", "th", "tr")):
            self._buffer.append(" ")

    def _close(self, tag: str) -> None:
        if self._within["td"] + self._within["th"] - (tag in ("td", "th")):
            self._buffer.append(" " if tag in _BREAKING or tag in ("li", "td", "th") else "")
        elif tag in ("td", "th"):
            self._rows = self._rows or [[]]
            self._rows[-1].append(" ".join("".join(self._buffer).split()))
            self._buffer.clear()
        elif tag == "table":
            self._flush_rows()
        elif tag in _BREAKING or tag in _HEADINGS or tag in ("li", "pre"):
            self._flush()
            self._leave(tag)
        self._within[tag] -= 1

    def _leave(self, tag: str) -> None:
        if tag in ("ol", "ul"):
            self._items.close_list()
        elif tag == "li":
            self._items.close()

    def _flush(self) -> None:
        text = "".join(self._buffer)
        self._buffer.clear()
        if not text.strip():
            return
        level = next((level for tag, level in _HEADINGS.items() if self._within[tag]), 0)
        if level:
            self.draft.add(BlockKind.HEADING, text, level)
        elif self._within["pre"]:
            self.draft.add(BlockKind.CODE, text)
        elif self._items.mark:
            self.draft.add(BlockKind.ITEM, text, self._items.level, self._items.take())
        else:
            self.draft.add(BlockKind.PARAGRAPH, text)

    def _flush_rows(self) -> None:
        self._flush()
        for text in lines(self._rows):
            self.draft.add(BlockKind.ROW, text)
        self.tables += bool(self._rows)
        self._rows = []


def _how(element: Any) -> Concealment | None:
    """How an element is hidden with all that is in it."""
    said = style.declarations(element.get("style") or "")
    if style.tiny(said):
        return Concealment.TINY
    return style.gone(said) or (Concealment.STYLE if element.get("hidden") is not None else None)
