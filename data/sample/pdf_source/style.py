"""Typefaces, sizes and colours of the sample PDFs, and where long words may break."""

import re

from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from .parts import Table

ACCENT: Color = HexColor("#0b6e74")
TINT: Color = HexColor("#e6f2f2")
GREY: Color = HexColor("#5b6770")
RULE: Color = HexColor("#b9c6c8")

FACES = {
    "Helvetica": ("Helvetica", "Helvetica-Bold"),
    "Times": ("Times-Roman", "Times-Bold"),
    "Vera": ("Vera", "Vera-Bold"),
}
SIZES = {"Helvetica": 11.0, "Times": 12.0, "Vera": 10.0}  # points, of the running text
FILES = {"Vera": "Vera.ttf", "Vera-Bold": "VeraBd.ttf"}  # Bitstream Vera comes with reportlab

# Where a long word may break at the end of a line, as a typesetter's dictionary would say.
BREAKS = (
    "ac-know-ledg-ment agree-ment ap-proval ap-prox-i-mate-ly au-then-ti-ca-tion avail-able car-tridge "
    "car-tridges cer-tif-i-cate cer-tif-i-cates clean-ing com-mis-sion-ing com-pa-ny con-fi-den-tial "
    "con-fi-den-ti-al-i-ty con-firm con-firmed con-nec-tion con-tinue con-trac-tor cus-tomer cus-tomers "
    "de-duc-tion de-liv-ery de-part-ment de-vel-op-ment dis-pens-er dis-pens-ers doc-u-ment em-ploy-ee "
    "em-ploy-ees em-ploy-er equip-ment fil-tra-tion house-hold im-me-di-ate-ly in-for-ma-tion in-stal-la-tion "
    "in-ves-ti-ga-tion lab-o-ra-to-ry main-te-nance man-age-ment man-u-fac-tur-ing mem-ber-ship min-utes "
    "op-er-a-tion or-der pack-ag-ing per-for-mance pre-vi-ous pro-ce-dure pro-duc-tion pro-fi-cien-cy "
    "qual-i-ty quar-ter re-cov-ery re-frig-er-ant re-im-bursed re-place-ment re-quest re-spon-si-ble "
    "sat-is-fac-tion se-cu-ri-ty spec-i-fi-ca-tion spec-i-fi-ca-tions sup-pli-er sup-pli-ers "
    "tem-per-a-ture trav-el-lers ver-i-fi-ca-tion work-ing"
)
HYPHENATED = {word.replace("-", ""): word.replace("-", "\u00ad") for word in BREAKS.split()}
LIGATURES = {"fi": "\ufb01", "fl": "\ufb02"}


class Look:
    """The styles of one typeface."""

    def __init__(self, typeface: str) -> None:
        """Make the styles; an embedded typeface is registered with reportlab first."""
        self.regular, self.bold = FACES[typeface]
        self.embedded = typeface == "Vera"
        self.size = SIZES[typeface]
        if self.embedded:
            _register()
        self._running_text()
        self._headings()
        self._tables()

    def _running_text(self) -> None:
        style = ParagraphStyle("base", fontName=self.regular, fontSize=self.size, leading=self.size * 1.45)
        box = {"backColor": TINT, "borderPadding": 6, "leftIndent": 6, "rightIndent": 6}
        self.text = ParagraphStyle("text", style, alignment=TA_JUSTIFY, spaceAfter=6, embeddedHyphenation=1)
        self.item = ParagraphStyle("item", style, spaceAfter=2, embeddedHyphenation=1)
        self.note = ParagraphStyle("note", style, spaceBefore=8, spaceAfter=14, **box)
        self.below = ParagraphStyle("below", style, textColor=GREY, spaceAfter=12)

    def _headings(self) -> None:
        style = ParagraphStyle("strong", fontName=self.bold, textColor=ACCENT, keepWithNext=1)
        self.title = ParagraphStyle("title", style, fontSize=22, leading=27, spaceAfter=2)
        self.headings = {
            1: ParagraphStyle("h1", style, fontSize=15.5, leading=19, spaceBefore=8, spaceAfter=5),
            2: ParagraphStyle("h2", style, fontSize=12, leading=15, spaceBefore=6, spaceAfter=3),
        }

    def _tables(self) -> None:
        size = self.size - 1
        self.cell = ParagraphStyle("cell", fontName=self.regular, fontSize=size, leading=self.size * 1.25)
        self.head = ParagraphStyle("head", self.cell, fontName=self.bold, textColor=white, alignment=TA_LEFT)
        self.caption = ParagraphStyle("caption", self.cell, fontName=self.bold, spaceBefore=4, spaceAfter=3)

    def prepare(self, text: str) -> str:
        """Mark where long words may break and, in the embedded typeface, set real ligatures."""
        text = re.sub(r"[a-z]{5,}", lambda word: HYPHENATED.get(word[0], word[0]), text)
        if self.embedded:
            text = re.sub(r"fi|fl", lambda pair: LIGATURES[pair[0]], text)
        return text

    def grid(self, table: Table) -> list[tuple[object, ...]]:
        """Rules, header colours and merged cells of a table."""
        last = table.header_rows - 1
        rules: list[tuple[object, ...]] = [
            ("BACKGROUND", (0, 0), (-1, last), ACCENT),
            ("LINEBELOW", (0, last), (-1, -1), 0.4, RULE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ("ROWBACKGROUNDS", (0, table.header_rows), (-1, -1), (white, TINT)),
        ]
        return rules + [("SPAN", (first, row), (end, row)) for row, first, end in table.spans]


def _register() -> None:
    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, file))
    pdfmetrics.registerFontFamily(
        "Vera", normal="Vera", bold="Vera-Bold", italic="Vera", boldItalic="Vera-Bold"
    )
