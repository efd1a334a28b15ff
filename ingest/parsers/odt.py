"""OpenDocument texts: the body in order as its readers see it, then the notes. Running heads and feet stay out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.parsers import archive
from ingest.parsers.budget import Budget
from ingest.parsers.draft import Draft
from ingest.parsers.hiding import PAPER, left_out
from ingest.parsers.office.look import UNKNOWN, concealment
from ingest.parsers.office.odt_styles import ODF, Style, Styles
from ingest.parsers.reading import Reading, textless
from ingest.parsers.record import lines
from ingest.parsers.title import meaningful
from ingest.parsers.xml_tree import local, root
from rag.errors import EncryptedDocument, UnreadableDocument
from rag.hidden import Concealment
from rag.types import BlockKind, MediaType, Parsed

_UNSEEN = frozenset(  # deleted, repeated from elsewhere, or about the text
    "tracked-changes annotation annotation-end table-of-content alphabetical-index illustration-index "
    "ruby-text hidden-text hidden-paragraph script title desc sequence-decls forms note-citation".split()
)
_MOST_SPACES = 100
_WIDEST = 200  # columns; empty cells beyond are not written out


def parse(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:
    """Read an OpenDocument text: one page. Deleted text, comments and tables of contents are left out.

    Raises:
        NoText: it shows no text.
        EncryptedDocument: it needs a password.
        OverLimit, UnreadableDocument: see `archive.checked`.
    """
    members = archive.members(data, name, reading)
    if b"encryption-data" in members.get("META-INF/manifest.xml", b""):
        raise EncryptedDocument(f"{name} needs a password. Save it without one, and add that.")
    if "content.xml" not in members:
        raise UnreadableDocument(f"{name} is damaged: it holds no text part. Save it again, and add that.")
    content = root(members["content.xml"], name)
    known = [root(members["styles.xml"], name)] if "styles.xml" in members else []
    reader = _Reader(
        draft=Draft(),
        styles=Styles([*known, content]),
        budget=Budget(name, reading.limits),
        keep_hidden=reading.keep_hidden,
    )
    with archive.sound(name, "an OpenDocument text"):
        for body in content.iter(f"{ODF}office:1.0}}text"):
            reader.body(body)
        reader.notes()
    if reader.draft.empty:
        raise textless(name)
    return _parsed(reader, _title(members, name))


def _parsed(reader: "_Reader", title: str) -> Parsed:
    return Parsed(
        title=title or reader.draft.heading(),
        media_type=MediaType.ODT,
        pages=(reader.draft.page(),),
        tables=reader.tally.tables,
        hidden=left_out(reader.tally.hidden),
    )


def _title(members: Mapping[str, bytes], name: str) -> str:
    if "meta.xml" not in members:
        return ""
    titles = root(members["meta.xml"], name).iter("{http://purl.org/dc/elements/1.1/}title")
    return meaningful(next((each.text for each in titles), ""))


@dataclass(slots=True)
class _Tally:
    """What is counted over a whole document."""

    tables: int = 0
    hidden: Counter[Concealment] = field(default_factory=Counter)
    notes: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """Walks the body's elements and writes blocks."""

    draft: Draft
    styles: Styles
    budget: Budget
    keep_hidden: bool
    behind: str = PAPER
    tally: _Tally = field(default_factory=_Tally)

    def body(self, element: Any, mark: str = "", depth: int = 0) -> None:
        """Append what an element holds; the first paragraph of a list's item bears its mark."""
        for child in element:
            match local(child):
                case "h" | "p":
                    self._paragraph(child, mark, depth)
                    mark = ""
                case "list":
                    self._list(child, depth + 1 if element.tag.endswith("list-item") else 0)
                case "table":
                    self._table(child)
                case name if name and name not in _UNSEEN:
                    self.body(child)

    def notes(self) -> None:
        """Append the notes that the text refers to, with their numbers."""
        for note in self.tally.notes:
            number = "".join(note.xpath("*[local-name()='note-citation']//text()")).strip()
            body = note.xpath("*[local-name()='note-body']")
            text = " ".join(self._flat(each, self.behind) for each in body)
            self.draft.add(BlockKind.ITEM, text, 0, f"{number}. " if number else "")

    def _paragraph(self, element: Any, mark: str, depth: int) -> None:
        style = self.styles.of("paragraph", _name(element))
        aside: list[Any] = []
        text = "".join(self._pieces(element, style, aside))
        level = element.get(f"{ODF}text:1.0}}outline-level", "1") if local(element) == "h" else ""
        if level or style.title:
            self.draft.add(BlockKind.HEADING, text, min(int(level or "1"), 9) if level.isdecimal() else 1)
        else:
            self.draft.add(BlockKind.ITEM if mark else BlockKind.PARAGRAPH, text, depth, mark)
        for box in aside:
            replace(self, behind=UNKNOWN).body(box)

    def _pieces(self, element: Any, style: Style, aside: list[Any]) -> Iterator[str]:
        """The text of a paragraph or a span that shows; text boxes and notes are put aside."""
        yield self._shown(element.text or "", style)
        for child in element:
            yield from self._piece(child, style, aside)
            yield self._shown(child.tail or "", style)

    def _piece(self, child: Any, style: Style, aside: list[Any]) -> Iterator[str]:
        match local(child):
            case "s":
                count = child.get(f"{ODF}text:1.0}}c", "1")
                yield " " * (min(int(count), _MOST_SPACES) if count.isdecimal() else 1)
            case "tab":
                yield "\t"
            case "line-break":
                yield "\n"
            case "note":
                self.tally.notes.append(child)
            case "text-box":
                aside.append(child)
            case "span":
                yield from self._pieces(child, self.styles.of("text", _name(child)).over(style), aside)
            case name if name and name not in _UNSEEN:
                yield from self._pieces(child, style, aside)

    def _shown(self, text: str, style: Style) -> str:
        text = text.replace("\n", " ")  # only an element breaks a line
        how = concealment(style.look, self.behind) if text.strip() else None
        if how is None:
            return text
        self.tally.hidden[how] += len(text)
        return text if self.keep_hidden else ""

    def _list(self, element: Any, depth: int) -> None:
        marks = self.styles.marks(_list_name(element), depth)
        for item in element:
            if local(item) == "list-item":
                self.body(item, next(marks), depth)
            elif local(item) == "list-header":
                self.body(item)

    def _table(self, element: Any) -> None:
        self.tally.tables += 1
        rows = list(_rows(element))
        headed = (bool(rows) and local(rows[0].getparent()) == "table-header-rows") or None
        for text in lines([self._row(row) for row in rows], headed=headed):
            self.draft.add(BlockKind.ROW, text)

    def _row(self, row: Any) -> list[str]:
        cells: list[str] = []
        for cell in row:
            if local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            style = self.styles.of("table-cell", _name(cell, "table"))
            text = self._flat(cell, style.look.get("shade", self.behind))
            times = cell.get(f"{ODF}table:1.0}}number-columns-repeated", "1")
            room = max(_WIDEST - len(cells), 0) if not text else _WIDEST
            cells += [text] * min(int(times) if times.isdecimal() else 1, room)
        self.budget.take(len(cells))
        return cells

    def _flat(self, element: Any, behind: str) -> str:
        """What an element holds, as one line."""
        inner = replace(self, draft=Draft(), behind=behind)
        inner.body(element)
        return " ".join(inner.draft.page().text.split())


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if local(child) == "table-row":
            yield child
        elif local(child) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child)


def _name(element: Any, family: str = "text") -> str:
    return str(element.get(f"{ODF}{family}:1.0}}style-name", ""))


def _list_name(element: Any) -> str:
    """The name of a list's style: its own, else that of the list around it."""
    while element is not None and local(element) in ("list", "list-item"):
        if local(element) == "list" and _name(element):
            return _name(element)
        element = element.getparent()
    return ""
