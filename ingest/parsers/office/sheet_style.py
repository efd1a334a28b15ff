"""How a workbook's cells are styled: what that says about their numbers, and whether they can be seen."""

from dataclasses import dataclass
from typing import Any

from ingest.parsers.hiding import PAPER, TINY, alike
from ingest.parsers.office.sheet_values import GENERAL, NumberFormat, number_format, shows_nothing
from rag.hidden import Concealment

_WHITE_THEME = 0  # the place of the page's own colour in a theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One of a workbook's styles."""

    form: NumberFormat = GENERAL
    bold: bool = False
    how: Concealment | None = None  # how it hides what the cell holds


class Styles:
    """A sheet's styles by their numbers, each looked up once."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._known: dict[int, Style] = {}

    def __getitem__(self, number: int) -> Style:
        if number not in self._known:
            self._known[number] = self._read(number)
        return self._known[number]

    def _read(self, number: int) -> Style:
        from openpyxl.cell.read_only import ReadOnlyCell

        cell: Any = ReadOnlyCell(self._sheet, 1, 1, None, "n", number)
        try:
            code, font, fill = cell.number_format or "General", cell.font, cell.fill
        except IndexError:  # a style that the workbook does not have
            return Style()
        return Style(form=number_format(code), bold=bool(font.b), how=_concealed(code, font, fill))


def _concealed(code: str, font: Any, fill: Any) -> Concealment | None:
    if shows_nothing(code):
        return Concealment.STYLE
    if font.sz is not None and font.sz < TINY:
        return Concealment.TINY
    plain = getattr(fill, "patternType", "gradient") in (None, "none")
    return Concealment.COLOUR if plain and _white(font.color) else None


def _white(colour: Any) -> bool:
    if colour is None:
        return False
    if colour.type == "theme":
        return bool(colour.theme == _WHITE_THEME and not colour.tint)
    return colour.type == "rgb" and alike(str(colour.rgb)[-6:], PAPER)
