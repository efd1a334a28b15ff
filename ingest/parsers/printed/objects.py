"""What a PDF's page is drawn with, object by object: texts with their ink, and whatever lies over or below them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.parsers.printed.calls import ADDRESS, INT, LONG, NUMBER, address, fill, function

Matrix = NDArray[np.float64]  # (3, 2): a point's row (x, y, 1) times it
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]
Inks = NDArray[np.int16]  # (n, 3): red, green, blue, each to 255

MOST = 20_000  # objects of a page that are looked at
_DEPTH = 8  # of forms within forms
_LEAST = 3.0  # points: a narrower or lower thing hides no words
_BLACK = (0, 0, 0, 255)  # the ink of what PDFium knows none of
_NO_TEXT = -1  # what PDFium answers when asked how a thing is drawn that is no text
_CORNERS = ((0, 1), (0, 3), (2, 1), (2, 3))  # of a box, as its sides


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The n objects of text on a page, in the order in which they are drawn."""

    at: Integers  # their addresses
    order: Integers  # of each its place among all objects
    seen: Flags  # False where it is drawn with no ink at all
    ink: Inks


@dataclass(frozen=True, slots=True, kw_only=True)
class Paints:
    """The n filled shapes, pictures and shadings on a page, in the order in which they are drawn."""

    order: Integers  # of each its place among all objects
    shape: Flags
    ink: Inks  # of shapes
    pixels: Integers  # of pictures, at least 1; 0 of all else
    boxes: NDArray[np.float64]  # (n, 4): left, bottom, right, top, on the page's own axes

    def __len__(self) -> int:
        return len(self.order)

    def only(self, kept: Flags) -> "Paints":
        """Those paints alone."""
        return Paints(
            order=self.order[kept],
            shape=self.shape[kept],
            ink=self.ink[kept],
            pixels=self.pixels[kept],
            boxes=self.boxes[kept],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """All that a page is drawn with, as far as it matters here."""

    texts: Texts
    paints: Paints


def drawn(page: Any) -> Objects | None:
    """The page's texts and all else that could hide one; None where it has too many objects to be looked at."""
    try:
        runs = list(_Walk().runs("FPDFPage", address(page.raw), np.eye(3, 2)))
    except _TooManyObjects:
        return None
    at, modes = (np.concatenate(each) for each in zip(*((run.at, run.modes) for run in runs), strict=True))
    others = np.flatnonzero(modes == _NO_TEXT)
    axes = np.repeat(np.arange(len(runs)), [len(run.at) for run in runs])[others]
    matrices = np.array([run.matrix for run in runs])[axes]
    return Objects(texts=_texts(at, modes), paints=_paints(at[others], others, matrices))


def owners(raw: Any, letters: Integers) -> Integers:
    """The address of the object that each letter of a page of text belongs to, 0 where it has none."""
    get = function("FPDFText_GetTextObject", NUMBER, ADDRESS, INT)
    return np.fromiter(map(get, repeat(address(raw)), letters.tolist()), np.int64, len(letters))


def activate(at: int, active: bool) -> None:
    """Have the object at an address drawn, or left out."""
    function("FPDFPageObj_SetIsActive", INT, ADDRESS, INT)(at, active)


class _TooManyObjects(Exception):
    pass


class _Run(NamedTuple):
    """Objects that are drawn one after the other, on the same axes."""

    at: Integers  # their addresses
    modes: Integers  # how texts are drawn
    matrix: Matrix  # from their axes to the page's


class _Walk:
    """Goes through the objects of a page, and into its forms."""

    def __init__(self) -> None:
        self._left = MOST

    def runs(self, kind: str, parent: int, matrix: Matrix, depth: int = 1) -> Iterator[_Run]:
        """The objects of a page or form in the order in which they are drawn."""
        at = self._children(kind, parent, depth)
        mode = function("FPDFTextObj_GetTextRenderMode", INT, ADDRESS)
        modes = np.fromiter(map(mode, at.tolist()), np.int64, len(at))
        start = 0
        for form in _forms(at, modes):
            yield _Run(at[start:form], modes[start:form], matrix)
            yield from self.runs("FPDFFormObj", int(at[form]), _within(int(at[form]), matrix), depth + 1)
            start = form + 1
        yield _Run(at[start:], modes[start:], matrix)

    def _children(self, kind: str, parent: int, depth: int) -> Integers:
        count = function(f"{kind}_CountObjects", INT, ADDRESS)(parent)
        self._left -= count
        if self._left < 0 or (count > 0 and depth > _DEPTH):
            raise _TooManyObjects
        get = function(f"{kind}_GetObject", NUMBER, ADDRESS, LONG)
        return np.fromiter(map(get, repeat(parent), range(count)), np.int64, count)


def _forms(at: Integers, modes: Integers) -> list[int]:
    """The indexes of those objects that are forms."""
    import pypdfium2.raw as pdfium

    others = np.flatnonzero(modes == _NO_TEXT)
    forms: list[int] = others[_kinds(at[others]) == pdfium.FPDF_PAGEOBJ_FORM].tolist()
    return forms


def _kinds(at: Integers) -> Integers:
    return np.fromiter(map(function("FPDFPageObj_GetType", INT, ADDRESS), at.tolist()), np.int64, len(at))


def _within(form: int, outer: Matrix) -> Matrix:
    """From a form's own axes to the page's."""
    inner = np.eye(3, 2, dtype=np.float32)  # an FS_MATRIX: a, b, c, d, e, f
    function("FPDFPageObj_GetMatrix", INT, ADDRESS, ADDRESS)(form, inner.ctypes.data)
    moved: Matrix = inner @ outer[:2] + np.array(((0.0, 0.0), (0.0, 0.0), outer[2]))
    return moved


def _texts(at: Integers, modes: Integers) -> Texts:
    import pypdfium2.raw as pdfium

    order = np.flatnonzero(modes != _NO_TEXT)
    at, modes = at[order], modes[order]
    colours = _colours("FPDFPageObj_GetFillColor", at)
    stroked = np.isin(modes, (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP))
    colours[stroked] = _colours("FPDFPageObj_GetStrokeColor", at[stroked])
    unseen = np.isin(modes, (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP))
    return Texts(
        at=at,
        order=order,
        seen=(colours[:, 3] > 0) & ~unseen,
        ink=colours[:, :3],
    )


def _colours(name: str, at: Integers) -> Inks:
    """The ink of each object, and in a fourth column how opaque it is, to 255."""
    rows = np.zeros((len(at), 4), np.uint32)
    known = fill(rows, 4, function(name, INT, *[ADDRESS] * 5), at.tolist())
    rows[~known] = _BLACK
    return rows.astype(np.int16)


def _paints(at: Integers, order: Integers, matrices: NDArray[np.float64]) -> Paints:
    """What of those objects can hide a word: not the narrow or low ones, nor shapes without a filling."""
    import pypdfium2.raw as pdfium

    boxes = _boxes(at, matrices)
    large = ~(boxes[:, 2:] - boxes[:, :2] < _LEAST).any(axis=1)
    at = at[large]
    kinds = _kinds(at)
    shape = kinds == pdfium.FPDF_PAGEOBJ_PATH
    draws, sides = np.zeros((2, len(at), 2), np.uint32)
    fill(draws, 2, function("FPDFPath_GetDrawMode", INT, *[ADDRESS] * 3), at.tolist())
    fill(sides, 2, function("FPDFImageObj_GetImagePixelSize", INT, *[ADDRESS] * 3), at.tolist())
    colours = _colours("FPDFPageObj_GetFillColor", at)
    pixels = np.maximum(1, sides.astype(np.int64).prod(axis=1))
    every = Paints(
        order=order[large],
        shape=shape,
        ink=colours[:, :3],
        pixels=np.where(kinds == pdfium.FPDF_PAGEOBJ_IMAGE, pixels, 0),
        boxes=boxes[large],
    )
    return every.only(~shape | ((draws[:, 0] > 0) & (colours[:, 3] > 0)))


def _boxes(at: Integers, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
    """The boxes of objects, on the page's own axes."""
    rows = np.zeros((len(at), 4), np.float32)
    fill(rows, 4, function("FPDFPageObj_GetBounds", INT, *[ADDRESS] * 5), at.tolist())
    corners = rows.astype(np.float64)[:, _CORNERS] @ matrices[:, :2] + matrices[:, 2:]
    return np.hstack((corners.min(axis=1), corners.max(axis=1)))
