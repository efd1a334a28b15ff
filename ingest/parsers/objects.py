"""What a PDF's page is drawn with, object by object: texts with their ink, and whatever lies over or below them."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]  # (3, 2): a point's row (x, y, 1) times it

MOST = 20_000  # objects of a page that are looked at
_DEPTH = 8  # of forms within forms
_LEAST = 3.0  # points: a narrower or lower thing hides no words


class TooManyObjects(Exception):
    """A page has more objects than are looked at, or nests them too deeply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An object of text. `seen` is False where it is drawn with no ink at all."""

    raw: Any
    address: int
    order: int  # in which it is drawn
    seen: bool
    ink: tuple[int, int, int]  # red, green, blue
    box: tuple[float, float, float, float]  # left, bottom, right, top, on the page's own axes


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """A filled shape (`ink` set), or a picture or shading (`ink` None)."""

    order: int
    picture: bool
    ink: tuple[int, int, int] | None
    box: tuple[float, float, float, float]


def texts_and_paints(page: Any) -> tuple[list[Text], list[Paint]]:
    """The page's objects of either kind, in the order in which they are drawn. Raises TooManyObjects."""
    import pypdfium2.raw as pdfium

    texts: list[Text] = []
    paints: list[Paint] = []
    for order, (raw, kind, matrix) in enumerate(_all(page)):
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            texts.append(_text(raw, order, matrix))
        elif (paint := _paint(raw, kind, order, matrix)) is not None:
            paints.append(paint)
    return texts, paints


def address(raw: Any) -> int:
    """What tells an object of a page from the others."""
    return ctypes.cast(raw, ctypes.c_void_p).value or 0


def _all(page: Any) -> Iterator[tuple[Any, int, Matrix | None]]:
    import pypdfium2.raw as pdfium

    left = MOST
    levels: list[tuple[Iterator[Any], Matrix | None]] = [(_children(page, None), None)]
    while levels:
        raw = next(levels[-1][0], None)
        if raw is None:
            levels.pop()
            continue
        left -= 1
        if left < 0 or len(levels) > _DEPTH:
            raise TooManyObjects
        kind, matrix = pdfium.FPDFPageObj_GetType(raw), levels[-1][1]
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            levels.append((_children(page, raw), _within(raw, matrix)))
        else:
            yield raw, kind, matrix


def _children(page: Any, form: Any) -> Iterator[Any]:
    import pypdfium2.raw as pdfium

    if form is None:
        return (pdfium.FPDFPage_GetObject(page.raw, at) for at in range(pdfium.FPDFPage_CountObjects(page.raw)))
    return (pdfium.FPDFFormObj_GetObject(form, at) for at in range(pdfium.FPDFFormObj_CountObjects(form)))


def _within(form: Any, outer: Matrix | None) -> Matrix:
    """From a form's own axes to the page's."""
    import pypdfium2.raw as pdfium

    m = pdfium.FS_MATRIX(1, 0, 0, 1, 0, 0)
    pdfium.FPDFPageObj_GetMatrix(form, m)
    inner = np.array(((m.a, m.b), (m.c, m.d), (m.e, m.f)))
    if outer is None:
        return inner
    return inner @ outer[:2] + np.array(((0.0, 0.0), (0.0, 0.0), tuple(outer[2])))


def _text(raw: Any, order: int, matrix: Matrix | None) -> Text:
    import pypdfium2.raw as pdfium

    mode = pdfium.FPDFTextObj_GetTextRenderMode(raw)
    stroked = mode in (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP)
    inked = mode not in (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
    *ink, alpha = _colour(pdfium.FPDFPageObj_GetStrokeColor if stroked else pdfium.FPDFPageObj_GetFillColor, raw)
    return Text(
        raw=raw,
        address=address(raw),
        order=order,
        seen=inked and alpha > 0,
        ink=(ink[0], ink[1], ink[2]),
        box=_box(raw, matrix),
    )


def _paint(raw: Any, kind: int, order: int, matrix: Matrix | None) -> Paint | None:
    import pypdfium2.raw as pdfium

    box = _box(raw, matrix)
    if box[2] - box[0] < _LEAST or box[3] - box[1] < _LEAST:
        return None
    if kind != pdfium.FPDF_PAGEOBJ_PATH:
        return Paint(order=order, picture=kind == pdfium.FPDF_PAGEOBJ_IMAGE, ink=None, box=box)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(raw, fill, stroke)
    if not fill.value:
        return None
    red, green, blue, alpha = _colour(pdfium.FPDFPageObj_GetFillColor, raw)
    return Paint(order=order, picture=False, ink=(red, green, blue), box=box) if alpha else None


def _colour(get: Any, raw: Any) -> tuple[int, int, int, int]:
    """Red, green, blue and how opaque, each to 255; black where PDFium does not know."""
    r, g, b, a = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(255)
    get(raw, r, g, b, a)
    return r.value, g.value, b.value, a.value


def _box(raw: Any, matrix: Matrix | None) -> tuple[float, float, float, float]:
    import pypdfium2.raw as pdfium

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(raw, left, bottom, right, top)
    box = left.value, bottom.value, right.value, top.value
    if matrix is None:
        return box
    corners = np.array([(x, y, 1.0) for x in box[::2] for y in box[1::2]]) @ matrix
    (a, b), (c, d) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return a, b, c, d
