"""Where the letters of a PDF's page stand, as PDFium tells."""

import ctypes
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.parsers.printed.calls import ADDRESS, INT, address, fill, function
from rag.boxes import Boxes, Spans

Indexes = NDArray[np.int64]  # indexes in PDFium's own list of a page's letters

_PER_POINT = 1000  # device pixels a point, when PDFium is asked where a point is displayed


def displayed(page: Any, raw: Any, where: Indexes, spans: Spans) -> Boxes:
    """Boxes of spans of the page's text as displayed, points; `where` has the index of each of its characters."""
    return turned(page, _corners(raw, where[np.stack((spans[:, 0], spans[:, 1] - 1), axis=1)]))


def turned(page: Any, boxes: Boxes) -> Boxes:
    """Boxes on the page's own axes as PDFium draws them: rotated, cropped, origin top left."""
    origin = np.array(_device(page, 0, 0))
    axes = np.array((_device(page, 1000, 0), _device(page, 0, 1000)))
    turn = (axes - origin) / 1000
    one = boxes[:, [0, 1]] @ turn + origin
    other = boxes[:, [2, 3]] @ turn + origin
    return np.hstack((np.minimum(one, other), np.maximum(one, other)))


def within(spans: Spans) -> NDArray[np.int64]:
    """The places of all letters of spans of a text, one after the other."""
    counts = spans[:, 1] - spans[:, 0]
    places: NDArray[np.int64] = np.arange(counts.sum()) + np.repeat(spans[:, 1] - counts.cumsum(), counts)
    return places


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


def _corners(raw: Any, ends: Indexes) -> Boxes:
    """Boxes of runs on PDF's own axes, from those of their first and last letters."""
    rows = np.zeros((ends.size, 4), np.float32)  # an FS_RECTF each: left, top, right, bottom
    get = function("FPDFText_GetLooseCharBox", INT, ADDRESS, INT, ADDRESS)
    fill(rows, 1, get, repeat(address(raw)), ends.ravel().tolist())
    table = rows.astype(np.float64).reshape(-1, 2, 4)
    low, high = table.min(axis=1), table.max(axis=1)
    return np.stack((low[:, 0], high[:, 1], high[:, 2], low[:, 3]), axis=1)


def _device(page: Any, x: float, y: float) -> tuple[float, float]:
    """Where PDFium displays a point of the page's own axes, in points from the top left."""
    import pypdfium2.raw as pdfium

    width, height = (round(side * _PER_POINT) for side in page.get_size())
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, across, down)
    return across.value / _PER_POINT, down.value / _PER_POINT
