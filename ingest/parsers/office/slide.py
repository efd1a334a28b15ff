"""One slide as text: its title, texts, tables, charts and diagrams in reading order, then the speaker's notes."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.parsers.draft import Draft
from ingest.parsers.hiding import TINY, alike
from ingest.parsers.office.slide_colours import background, colour, fill
from ingest.parsers.office.slide_shapes import Box, Placed, in_order, placed
from ingest.parsers.reading import Reading
from ingest.parsers.record import labelled, lines
from rag.hidden import Concealment
from rag.types import BlockKind

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_D = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BULLETED = ("BODY", "OBJECT", "VERTICAL_BODY", "VERTICAL_OBJECT")  # placeholders whose paragraphs are items


@dataclass(slots=True)
class Slide:
    """Writes a slide of python-pptx, and counts what somebody who looks at it would not see."""

    slide: Any
    screen: Box
    reading: Reading
    draft: Draft = field(default_factory=Draft)
    hidden: Counter[Concealment] = field(default_factory=Counter)  # characters left out
    tables: int = 0

    def read(self) -> None:
        """Append what the slide shows to the draft."""
        shapes = list(placed(self.slide.shapes))
        layout = self.slide.slide_layout
        furniture = [*placed(layout.slide_master.shapes), *placed(layout.shapes)]
        furniture = [each for each in furniture if not each.shape.is_placeholder]
        depth = {id(each): at for at, each in enumerate(shapes)}
        for each in in_order(shapes, self.slide.shapes.title, self.screen.bottom):
            self._write(each, _Behind(self.slide, each, furniture, shapes[: depth[id(each)]]))
        self._notes()

    def _write(self, each: Placed, behind: "_Behind") -> None:
        shape, how = each.shape, self._concealed(each)
        if how and not self.reading.keep_hidden:
            self.hidden[how] += sum(len(text.text or "") for text in shape._element.iter(f"{_A}t"))
        elif shape.has_text_frame:
            self._paragraphs(shape, behind)
        elif shape.has_table:
            self._table(shape.table)
        elif shape.has_chart:
            self._chart(shape.chart)
        else:
            for text in _diagram(shape):
                self.draft.add(BlockKind.ITEM, text, 0, "• ")

    def _concealed(self, each: Placed) -> Concealment | None:
        if each.hidden:
            return Concealment.STYLE
        outside = each.box is not None and not each.box.meets(self.screen)
        return Concealment.OUTSIDE if outside else None

    def _paragraphs(self, shape: Any, behind: "_Behind") -> None:
        title = self.slide.shapes.title
        counts: dict[int, int] = defaultdict(int)
        for paragraph in shape.text_frame.paragraphs:
            text = self._seen(paragraph, behind)
            if title is not None and title.shape_id == shape.shape_id:
                self.draft.add(BlockKind.HEADING, text.replace("\n", " "), 1)
            elif text.strip() and (mark := _mark(shape, paragraph, counts)):
                self.draft.add(BlockKind.ITEM, text, paragraph.level, mark)
            else:
                self.draft.add(BlockKind.PARAGRAPH, text)

    def _seen(self, paragraph: Any, behind: "_Behind") -> str:
        """The paragraph's text without what is too small or has no colour of its own."""
        pieces = []
        for element in paragraph._p.content_children:
            text = element.text.replace("\v", "\n")
            how = None if self.reading.keep_hidden else _how(element.find(f"{_A}rPr"), behind)
            if how and text.strip():
                self.hidden[how] += len(text)
            else:
                pieces.append(text)
        return "".join(pieces)

    def _table(self, table: Any) -> None:
        """Append a table, each row with the names of its columns where it has such."""
        self.tables += 1
        rows = ([None if cell._tc.vMerge else _flat(cell.text) for cell in row.cells] for row in table.rows)
        for number, text in enumerate(lines(rows, headed=table.first_row), 1):
            self.draft.add(BlockKind.ROW, text, number)

    def _chart(self, chart: Any) -> None:
        """Append a chart's title and the values of all its series, category by category."""
        space = chart._chartSpace
        title = space.find(f"{_C}chart/{_C}title")
        if title is not None:
            self.draft.add(BlockKind.PARAGRAPH, "".join(t.text or "" for t in title.iter(f"{_A}t")))
        rows: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for series in space.iter(f"{_C}ser"):
            name = " ".join(_points(series.find(f"{_C}tx")).values())
            for at, category in _points(series.find(f"{_C}cat")).items():
                rows[at] = rows[at] or [("", category)]
            for at, value in _points(series.find(f"{_C}val")).items():
                rows[at].append((name, value))
        for at in sorted(rows):
            self.draft.add(BlockKind.ROW, labelled(rows[at]), at + 1)

    def _notes(self) -> None:
        frame = self.slide.notes_slide.notes_text_frame if self.slide.has_notes_slide else None
        if frame is None or not frame.text.strip():
            return
        self.draft.add(BlockKind.HEADING, "Notes", 2)
        for paragraph in frame.paragraphs:
            self.draft.add(BlockKind.PARAGRAPH, paragraph.text.replace("\v", "\n"))


@dataclass(slots=True)
class _Behind:
    """What a shape's text stands on."""

    slide: Any
    placed: Placed
    furniture: Sequence[Placed]  # of layout and master
    shapes: Sequence[Placed]  # of the slide, further back

    def colour(self) -> str | None:
        """The one colour behind the text; None where there are several or it is not known."""
        filled, own = fill(self.placed.shape, self.slide)
        if filled:
            return own
        box = self.placed.box
        for each in (*self.furniture, *self.shapes):
            meets = box is None or each.box is None or each.box.meets(box)
            if meets and fill(each.shape, self.slide)[0]:
                return None
        return background(self.slide)


def _how(properties: Any, behind: _Behind) -> Concealment | None:
    """How a run of text is kept from being seen, by its own properties."""
    if properties is None:
        return None
    size = properties.get("sz") or ""
    if size.isdecimal() and int(size) < 100 * TINY:
        return Concealment.TINY
    own = colour(properties.find(f"{_A}solidFill"), behind.slide)
    return Concealment.COLOUR if own and alike(own, behind.colour()) else None


def _mark(shape: Any, paragraph: Any, counts: dict[int, int]) -> str:
    """What stands before an item, "• " or its number; empty for what is no item."""
    properties = paragraph._p.pPr
    level = paragraph.level

    def has(kind: str) -> bool:
        return properties is not None and properties.find(f"{_A}{kind}") is not None

    if has("buAutoNum"):
        counts[level] += 1
        return f"{counts[level]}. "
    counts[level] = 0
    body = shape.is_placeholder and shape.placeholder_format.type.name in _BULLETED
    return "• " if has("buChar") or (body and not has("buNone")) else ""


def _points(data: Any) -> dict[int, str]:
    """The values that are stored with a chart, by their places; its own library looks each up anew."""
    points = data.iter(f"{_C}pt") if data is not None else ()
    return {int(point.get("idx") or 0): _flat(point.findtext(f"{_C}v") or "") for point in points}


def _flat(text: str) -> str:
    return " ".join(text.split())


def _diagram(shape: Any) -> Iterator[str]:
    """The texts of a diagram (SmartArt), which python-pptx does not know."""
    from pptx.oxml import parse_xml

    for link in shape._element.iter(f"{_D}relIds"):
        model = parse_xml(shape.part.related_part(link.get(f"{_R}dm")).blob)
        for point in model.iter(f"{_D}pt"):
            yield "".join(text.text or "" for text in point.iter(f"{_A}t"))
