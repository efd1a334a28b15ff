"""Where the letters of a PDF's page stand, as PDFium tells."""

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.boxes import Boxes

_PER_POINT = 1000  # device pixels a point, when PDFium is asked where a point is displayed


def displayed(page: Any, raw: Any, ends: Sequence[tuple[int, int]]) -> Boxes:
    """Boxes of runs of letters on the page as displayed, points; a run is given by its first and last letter."""
    return turned(page, _corners(raw, ends))


def turned(page: Any, boxes: Boxes) -> Boxes:
    """Boxes on the page's own axes as PDFium draws them: rotated, cropped, origin top left."""
    origin = np.array(_device(page, 0, 0))
    axes = np.array((_device(page, 1000, 0), _device(page, 0, 1000)))
    turn = (axes - origin) / 1000
    one = boxes[:, [0, 1]] @ turn + origin
    other = boxes[:, [2, 3]] @ turn + origin
    return np.hstack((np.minimum(one, other), np.maximum(one, other)))


def size(raw: Any, index: int) -> float:
    """The size of a letter's type as displayed, in points; 0 where PDFium does not know."""
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFText_GetMatrix(raw, index, matrix):
        return 0.0
    stretch = max(abs(matrix.a * matrix.d - matrix.b * matrix.c), 0.0) ** 0.5
    return float(pdfium.FPDFText_GetFontSize(raw, index) * stretch)


def height(raw: Any, index: int) -> float:
    """How high the drawn shape of a letter is on the page's own axes, in points."""
    import pypdfium2.raw as pdfium

    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(raw, index, left, right, bottom, top)
    return abs(top.value - bottom.value)


def _corners(raw: Any, ends: Sequence[tuple[int, int]]) -> Boxes:
    """Boxes of runs on PDF's own axes, from those of their first and last letters."""
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    at, get = ctypes.byref(box), pdfium.FPDFText_GetLooseCharBox
    rows = []
    for first, last in ends:
        get(raw, first, at)
        row = (box.left, box.top, box.right, box.bottom)
        get(raw, last, at)
        rows.append((*row, box.left, box.top, box.right, box.bottom))
    table = np.array(rows, dtype=np.float64).reshape(-1, 2, 4)
    low, high = table.min(axis=1), table.max(axis=1)
    return np.stack((low[:, 0], high[:, 1], high[:, 2], low[:, 3]), axis=1)


def _device(page: Any, x: float, y: float) -> tuple[float, float]:
    """Where PDFium displays a point of the page's own axes, in points from the top left."""
    import pypdfium2.raw as pdfium

    width, height = (round(side * _PER_POINT) for side in page.get_size())
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, across, down)
    return across.value / _PER_POINT, down.value / _PER_POINT
