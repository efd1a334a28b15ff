"""What a PDF's page is drawn with, object by object: texts with their ink, and whatever lies over or below them.

A page may have thousands of objects of one letter each, so PDFium's functions are called with plain addresses,
at half the price of pypdfium2's typed pointers.
"""

import ctypes
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]  # (3, 2): a point's row (x, y, 1) times it
Ink = tuple[int, int, int]  # red, green, blue, each to 255
Box = tuple[float, float, float, float]  # left, bottom, right, top, on the page's own axes

MOST = 20_000  # objects of a page that are looked at
_DEPTH = 8  # of forms within forms
_LEAST = 3.0  # points: a narrower or lower thing hides no words
_BLACK = (0, 0, 0)  # the ink of a text that PDFium knows none of
_ADDRESS, _INT = ctypes.c_void_p, ctypes.c_int


class TooManyObjects(Exception):
    """A page has more objects than are looked at, or nests them too deeply."""


class Text(NamedTuple):
    """An object of text. `seen` is False where it is drawn with no ink at all."""

    order: int  # in which it is drawn
    seen: bool
    ink: Ink


class Paint(NamedTuple):
    """A filled shape (`ink` set), or a picture (`pixels` set) or shading (neither)."""

    order: int
    pixels: int
    ink: Ink | None
    box: Box


def texts_and_paints(page: Any) -> tuple[dict[int, Text], list[Paint]]:
    """The page's texts by address, and all else that could hide one. Raises TooManyObjects."""
    import pypdfium2.raw as pdfium

    texts: dict[int, Text] = {}
    paints: list[Paint] = []
    inks, text_kind = _Inks(), pdfium.FPDF_PAGEOBJ_TEXT
    for order, (at, kind, matrix) in enumerate(_all(page)):
        if kind == text_kind:
            texts[at] = inks.text(at, order)
        elif (paint := _paint(at, kind, order, matrix, inks)) is not None:
            paints.append(paint)
    return texts, paints


def owner(textpage: Any) -> Callable[[int], int]:
    """What gives the address of the object that a letter of a page belongs to, 0 where it has none."""
    get = _function("FPDFText_GetTextObject", _ADDRESS, _ADDRESS, _INT)
    raw = _address(textpage)
    return lambda index: get(raw, index) or 0


def activate(at: int, active: bool) -> None:
    """Have the object at an address drawn, or left out."""
    _function("FPDFPageObj_SetIsActive", _INT, _ADDRESS, _INT)(at, active)


@cache
def _function(name: str, result: Any, *arguments: Any) -> Any:
    """One of PDFium's functions, taking addresses as numbers."""
    import pypdfium2.raw as pdfium

    return ctypes.CFUNCTYPE(result, *arguments)(_address(getattr(pdfium, name)))


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, _ADDRESS).value or 0


def _all(page: Any) -> Iterator[tuple[int, int, Matrix | None]]:
    """The address, kind and axes of each object, those within forms too."""
    import pypdfium2.raw as pdfium

    kind_of, form_kind = _function("FPDFPageObj_GetType", _INT, _ADDRESS), pdfium.FPDF_PAGEOBJ_FORM
    left = MOST
    levels: list[tuple[Iterator[int], Matrix | None]] = [(_children("FPDFPage", _address(page.raw)), None)]
    while levels:
        children, matrix = levels[-1]
        for at in children:
            left -= 1
            if left < 0 or len(levels) > _DEPTH:
                raise TooManyObjects
            kind = kind_of(at)
            if kind == form_kind:
                levels.append((_children("FPDFFormObj", at), _within(at, matrix)))
                break
            yield at, kind, matrix
        else:
            levels.pop()


def _children(kind: str, parent: int) -> Iterator[int]:
    """The objects of a page or form."""
    count = _function(f"{kind}_CountObjects", _INT, _ADDRESS)(parent)
    get = _function(f"{kind}_GetObject", _ADDRESS, _ADDRESS, ctypes.c_ulong)
    return (at for index in range(count) if (at := get(parent, index)))


def _within(form: int, outer: Matrix | None) -> Matrix:
    """From a form's own axes to the page's."""
    import pypdfium2.raw as pdfium

    m = pdfium.FS_MATRIX(1, 0, 0, 1, 0, 0)
    _function("FPDFPageObj_GetMatrix", _INT, _ADDRESS, _ADDRESS)(form, ctypes.byref(m))
    inner = np.array(((m.a, m.b), (m.c, m.d), (m.e, m.f)))
    if outer is None:
        return inner
    return inner @ outer[:2] + np.array(((0.0, 0.0), (0.0, 0.0), tuple(outer[2])))


class _Inks:
    """Asks for the inks of texts, thousands a page: functions and room for their answers are made once."""

    def __init__(self) -> None:
        import pypdfium2.raw as pdfium

        self._mode = _function("FPDFTextObj_GetTextRenderMode", _INT, _ADDRESS)
        self._fill = _function("FPDFPageObj_GetFillColor", _INT, *[_ADDRESS] * 5)
        self._stroke = _function("FPDFPageObj_GetStrokeColor", _INT, *[_ADDRESS] * 5)
        self._stroked = (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP)
        self._unseen = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
        self._rgba = (ctypes.c_uint * 4)()
        first = ctypes.addressof(self._rgba)
        self._places = tuple(ctypes.c_void_p(first + 4 * channel) for channel in range(4))

    def text(self, at: int, order: int) -> Text:
        """The text at an address."""
        mode = self._mode(at)
        ink, alpha = self._colour(self._stroke if mode in self._stroked else self._fill, at)
        return Text(order, alpha > 0 and mode not in self._unseen, ink)

    def fill(self, at: int) -> tuple[Ink, int]:
        """What the path at an address is filled with: red, green and blue, and how opaque, each to 255."""
        return self._colour(self._fill, at)

    def _colour(self, get: Any, at: int) -> tuple[Ink, int]:
        if not get(at, *self._places):
            return _BLACK, 255
        red, green, blue, alpha = self._rgba[:]
        return (red, green, blue), alpha


def _paint(at: int, kind: int, order: int, matrix: Matrix | None, inks: _Inks) -> Paint | None:
    import pypdfium2.raw as pdfium

    box = _box(at, matrix)
    if box[2] - box[0] < _LEAST or box[3] - box[1] < _LEAST:
        return None
    if kind != pdfium.FPDF_PAGEOBJ_PATH:
        return Paint(order, _pixels(at) if kind == pdfium.FPDF_PAGEOBJ_IMAGE else 0, None, box)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    draws = _function("FPDFPath_GetDrawMode", _INT, _ADDRESS, _ADDRESS, _ADDRESS)
    draws(at, ctypes.byref(fill), ctypes.byref(stroke))
    if not fill.value:
        return None
    ink, alpha = inks.fill(at)
    return Paint(order, 0, ink, box) if alpha else None


def _pixels(at: int) -> int:
    """How many pixels a picture says that it has, at least 1."""
    width, height = ctypes.c_uint(), ctypes.c_uint()
    get = _function("FPDFImageObj_GetImagePixelSize", _INT, _ADDRESS, _ADDRESS, _ADDRESS)
    get(at, ctypes.byref(width), ctypes.byref(height))
    return max(1, width.value * height.value)


def _box(at: int, matrix: Matrix | None) -> Box:
    sides = (ctypes.c_float * 4)()
    first = ctypes.addressof(sides)
    get = _function("FPDFPageObj_GetBounds", _INT, *[_ADDRESS] * 5)
    get(at, first, first + 4, first + 8, first + 12)
    left, bottom, right, top = sides
    if matrix is None:
        return left, bottom, right, top
    corners = np.array([(x, y, 1.0) for x in (left, right) for y in (bottom, top)]) @ matrix
    (a, b), (c, d) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return a, b, c, d
