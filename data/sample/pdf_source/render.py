"""Sets a paper as a PDF. Same paper, same bytes: dates and identifiers are fixed."""

from collections.abc import Callable
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    FrameBreak,
    KeepTogether,
    ListFlowable,
    ListItem,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)
from reportlab.platypus import Table as Grid

from .parts import Banner, Heading, Items, NewPage, NextColumn, Note, Paper, Part, Table, Text, Title
from .style import ACCENT, GREY, Look

COMPANY = "Quellmark Filtration"
MARGIN = 22 * mm
WIDTH, HEIGHT = A4
GUTTER = 8 * mm


class Sheet(BaseDocTemplate):  # type: ignore[misc]  # reportlab has no type hints
    """A document that notes every heading in the outline as it is placed."""

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802  (reportlab's name)
        """Add an outline entry for a heading that was just set."""
        level = getattr(flowable, "outline_level", None)
        if level is None:
            return
        self.canv.bookmarkPage(flowable.outline_key)
        self.canv.addOutlineEntry(flowable.getPlainText(), flowable.outline_key, level - 1, closed=False)


def write(paper: Paper, folder: Path) -> int:
    """Write ``folder / paper.file`` and return its number of pages.

    The paper is set twice: "Page 2 of 6" needs the total before the first page is drawn.
    """
    total = _build(paper, folder / paper.file, total=0)
    return _build(paper, folder / paper.file, total=total)


def _build(paper: Paper, path: Path, total: int) -> int:
    look = Look(paper.typeface)
    sheet = Sheet(
        str(path),
        pagesize=A4,
        title=paper.title,
        author=COMPANY,
        subject=paper.subject,
        keywords=list(paper.keywords),
        creator="make_pdfs.py",
        invariant=1,
        pageCompression=1,
        lang="en",
    )
    sheet.addPageTemplates(_templates(_margins(paper, look, total)))
    sheet.build(_story(paper, look))
    return int(sheet.page)


def _templates(margins: Callable[[Canvas, Sheet], None]) -> list[PageTemplate]:
    height = HEIGHT - 2 * MARGIN
    width = WIDTH - 2 * MARGIN
    column = (width - GUTTER) / 2
    banner = 14 * mm
    bare = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    one = [Frame(MARGIN, MARGIN, width, height, **bare)]
    two = [
        Frame(MARGIN, HEIGHT - MARGIN - banner, width, banner, **bare),
        Frame(MARGIN, MARGIN, column, height - banner, **bare),
        Frame(MARGIN + column + GUTTER, MARGIN, column, height - banner, **bare),
    ]
    return [PageTemplate("1", one, onPage=margins), PageTemplate("2", two, onPage=margins)]


def _margins(paper: Paper, look: Look, total: int) -> Callable[[Canvas, Sheet], None]:
    """Running header and footer, the same on every page but for its number."""

    def draw(canvas: Canvas, sheet: Sheet) -> None:
        canvas.saveState()
        canvas.setFont(look.regular, 8)
        canvas.setFillColor(GREY)
        canvas.drawString(MARGIN, HEIGHT - 13 * mm, COMPANY)
        canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 13 * mm, paper.header)
        canvas.drawString(MARGIN, 12 * mm, paper.footer)
        canvas.drawRightString(WIDTH - MARGIN, 12 * mm, f"Page {sheet.page} of {total}")
        canvas.setStrokeColor(ACCENT)
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, HEIGHT - 15 * mm, WIDTH - MARGIN, HEIGHT - 15 * mm)
        canvas.line(MARGIN, 16 * mm, WIDTH - MARGIN, 16 * mm)
        canvas.restoreState()

    return draw


def _story(paper: Paper, look: Look) -> list[Flowable]:
    story: list[Flowable] = []
    for number, part in enumerate(paper.parts):
        story.extend(_flow(part, look, f"part-{number}"))
    return story


def _flow(part: Part, look: Look, key: str) -> list[Flowable]:
    match part:
        case Title():
            return [Paragraph(part.text, look.title), Paragraph(part.below, look.below)]
        case Heading():
            return [CondPageBreak(28 * mm), _heading(part, look, key)]
        case Text() | Note():
            return [Paragraph(look.prepare(part.text), look.note if isinstance(part, Note) else look.text)]
        case Items():
            return [_list(part, look), Spacer(1, 2 * mm)]
        case Table():
            return [KeepTogether(_table(part, look))]
        case NewPage() | NextColumn():
            return _turn(part)
        case Banner():
            return [_heading(Heading(part.text), look, key)]


def _turn(part: NewPage | NextColumn) -> list[Flowable]:
    if isinstance(part, NextColumn):
        return [FrameBreak()]
    return [NextPageTemplate(str(part.columns)), PageBreak()]


def _heading(part: Heading, look: Look, key: str) -> Paragraph:
    paragraph = Paragraph(look.prepare(part.text), look.headings[part.level])
    paragraph.outline_level = part.level
    paragraph.outline_key = key
    return paragraph


def _list(part: Items, look: Look) -> ListFlowable:
    items = [ListItem(Paragraph(look.prepare(text), look.item)) for text in part.items]
    kind = (
        {"bulletType": "1", "bulletFormat": "%s."}
        if part.numbered
        else {"bulletType": "bullet", "start": "•"}
    )
    return ListFlowable(
        items,
        leftIndent=6 * mm,
        bulletFontName=look.regular,
        bulletFontSize=look.item.fontSize,
        bulletOffsetY=0,
        **kind,
    )


def _table(part: Table, look: Look) -> list[Flowable]:
    cells = [
        [Paragraph(look.prepare(cell), look.head if row < part.header_rows else look.cell) for cell in cells]
        for row, cells in enumerate(part.rows)
    ]
    widths = [width * mm for width in part.widths]
    grid = Grid(cells, colWidths=widths, repeatRows=part.header_rows, style=look.grid(part), hAlign="LEFT")
    above = [Paragraph(look.prepare(part.caption), look.caption)] if part.caption else []
    return [*above, grid, Spacer(1, 4 * mm)]
