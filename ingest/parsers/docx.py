"""Word documents: the body in order as its readers see it, then the notes. Running heads and feet stay out."""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.parsers import archive
from ingest.parsers.budget import Budget
from ingest.parsers.draft import Draft
from ingest.parsers.hiding import PAPER, comments, left_out
from ingest.parsers.office.docx_numbers import Numbering
from ingest.parsers.office.docx_styles import Properties, Styles, W, background
from ingest.parsers.office.look import UNKNOWN, concealment
from ingest.parsers.reading import Reading, textless
from ingest.parsers.record import lines
from ingest.parsers.title import meaningful
from ingest.parsers.xml_tree import local, root
from rag.hidden import Concealment
from rag.types import BlockKind, MediaType, Parsed

_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_WRAPPERS = frozenset(
    "sdt sdtContent ins moveTo customXml smartTag AlternateContent Choice hyperlink fldSimple".split()
)
_UNSEEN = frozenset(  # deleted, moved away, said twice, or about the text; a ruby's reading is beside it
    "del moveFrom Fallback pPr rPr tblPr tcPr trPr sdtPr instrText delText rt".split()
)
_WIDEST = 200  # columns; no cell spans more
_NOTES = ("footnote", "endnote")


def parse(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:
    """Read a Word document: one page. Deleted text, comments and tables of contents are left out.

    Raises:
        NoText: it shows no text.
        EncryptedDocument, OverLimit, UnreadableDocument: see `archive.members`.
    """
    import docx

    members = archive.members(data, name, reading)
    with archive.sound(name, "a Word document"):
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
        reader = _Reader(
            draft=Draft(),
            styles=Styles(document.styles.element),
            numbering=Numbering(_part(document, "numbering", name)),
            behind=PAPER if document.element.find(f"{W}background") is None else UNKNOWN,
            budget=Budget(name, reading.limits),
            keep_hidden=reading.keep_hidden,
        )
        reader.body(body)
        for kind in _NOTES:
            reader.notes(kind, _part(document, f"{kind}s", name))
        title = meaningful(document.core_properties.title)
    return replace(_parsed(reader, title, name), warnings=comments(members))


def _parsed(reader: "_Reader", title: str, name: str) -> Parsed:
    if reader.draft.empty:
        raise textless(name)
    return Parsed(
        title=title or reader.draft.heading(),
        media_type=MediaType.DOCX,
        pages=(reader.draft.page(),),
        tables=reader.tally.tables,
        hidden=left_out(reader.tally.hidden),
    )


def _part(document: Any, kind: str, name: str) -> Any:
    """The root of a part beside the body ("numbering"), or None."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
            return root(relation.target_part.blob, name)
    return None


@dataclass(slots=True)
class _Tally:
    """What is counted over a whole document, the cells of its tables included."""

    tables: int = 0
    hidden: Counter[Concealment] = field(default_factory=Counter)
    notes: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in _NOTES})


@dataclass(slots=True)
class _Reader:
    """Walks the body's elements and writes blocks."""

    draft: Draft
    styles: Styles
    numbering: Numbering
    behind: str  # colour of the background
    budget: Budget
    keep_hidden: bool
    tally: _Tally = field(default_factory=_Tally)

    def body(self, element: Any) -> None:
        """Append what an element holds: the body's, a cell's, a text box's, a note's."""
        for child in _unwrapped(element):
            if local(child) == "p":
                self._paragraph(child)
            elif local(child) == "tbl":
                self._table(child)

    def notes(self, kind: str, part: Any) -> None:
        """Append the notes that the text refers to, numbered in the order in which it does."""
        found = {} if part is None else {each.get(f"{W}id"): each for each in part.iter(W + kind)}
        for number, key in enumerate(self.tally.notes[kind], start=1):
            if key in found:
                self.draft.add(BlockKind.ITEM, self._flat(found[key], self.behind), 0, f"{number}. ")

    def _paragraph(self, element: Any) -> None:
        look = self.styles.paragraph(element.find(f"{W}pPr"))
        boxes: list[Any] = []
        text = "".join(self._pieces(element, look, boxes))
        depth = _number(look, "depth")
        outline = _number(look, "outline") if "outline" in look else 9
        mark = self.numbering.mark(look["list"], depth) if "list" in look else ""
        if "contents" not in look:
            if outline < 9:
                self.draft.add(BlockKind.HEADING, text, outline + 1, mark)
            else:
                kind = BlockKind.ITEM if mark else BlockKind.PARAGRAPH
                self.draft.add(kind, text, depth if mark else 0, mark)
        for box in boxes:
            replace(self, behind=UNKNOWN).body(box)

    def _pieces(self, element: Any, look: Properties, boxes: list[Any]) -> Iterator[str]:
        """The text below an element that shows; text boxes are put aside, they stand beside the paragraph."""
        for child in element:
            match local(child):
                case "t":
                    yield self._shown(child.text or "", look)
                case "r":
                    yield from self._pieces(child, self.styles.run(child.find(f"{W}rPr"), look), boxes)
                case "txbxContent":
                    boxes.append(child)
                case "footnoteReference" | "endnoteReference" as kind:
                    self.tally.notes[kind.removesuffix("Reference")].append(child.get(f"{W}id"))
                case sign if sign in _SIGNS:
                    yield _SIGNS[sign]
                case name if name and name not in _UNSEEN:
                    yield from self._pieces(child, look, boxes)

    def _shown(self, text: str, look: Properties) -> str:
        how = concealment(look, self.behind) if text.strip() else None
        if how is None:
            return text
        self.tally.hidden[how] += len(text)
        return text if self.keep_hidden else ""

    def _table(self, element: Any) -> None:
        rows = [row for row in _unwrapped(element) if local(row) == "tr" and not _deleted(row)]
        cells = [[cell for cell in _unwrapped(row) if local(cell) == "tc"] for row in rows]
        style = element.find(f"{W}tblPr/{W}tblStyle")
        shaded = style is not None and self.styles.shaded(style.get(f"{W}val", ""))
        behind = UNKNOWN if shaded else self.behind
        if max(map(len, cells), default=0) < 2 or self._lays_out(element):
            for cell in (cell for row in cells for cell in row):
                replace(self, behind=background(cell.find(f"{W}tcPr"), behind)).body(cell)
            return
        self.tally.tables += 1
        texts = [self._row(row, behind) for row in cells]
        for text in lines(texts, headed=_repeated(rows[0]) or None):
            self.draft.add(BlockKind.ROW, text)

    def _lays_out(self, table: Any) -> bool:
        """Whether a table only arranges the page: headings stand in its cells."""
        paragraphs = (each.find(f"{W}pPr") for each in table.iter(f"{W}p"))
        return any("outline" in self.styles.paragraph(each) for each in paragraphs if each is not None)

    def _row(self, row: list[Any], behind: str) -> list[str | None]:
        cells: list[str | None] = []
        for element in row:
            properties = element.find(f"{W}tcPr")
            span, merged = _spans(properties)
            text = None if merged else self._flat(element, background(properties, behind))
            cells += [text, *[""] * (span - 1)]
        self.budget.take(len(cells))
        return cells

    def _flat(self, element: Any, behind: str) -> str:
        """What an element holds, as one line."""
        inner = replace(self, draft=Draft(), behind=behind)
        inner.body(element)
        return " ".join(inner.draft.page().text.split())


def _unwrapped(element: Any) -> Iterator[Any]:
    """Children, with those of wrappers around some of them in place of the wrappers."""
    for child in element:
        if local(child) in _WRAPPERS:
            yield from _unwrapped(child)
        elif local(child) not in _UNSEEN:
            yield child


def _spans(properties: Any) -> tuple[int, bool]:
    """How many columns a cell takes, and whether it continues the one above."""
    if properties is None:
        return 1, False
    span, merge = properties.find(f"{W}gridSpan"), properties.find(f"{W}vMerge")
    width = span.get(f"{W}val", "1") if span is not None else "1"
    merged = merge is not None and merge.get(f"{W}val", "continue") == "continue"
    return min(max(int(width), 1), _WIDEST) if width.isdecimal() else 1, merged


def _deleted(row: Any) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _repeated(row: Any) -> bool:
    """Whether a row is said to be the head that is repeated on each page."""
    return row.find(f"{W}trPr/{W}tblHeader") is not None


def _number(look: Properties, key: str) -> int:
    value = look.get(key, "0")
    return min(int(value), 9) if value.isdecimal() else 0
