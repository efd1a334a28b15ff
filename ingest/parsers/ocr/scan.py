"""Pages of a PDF, read from their text or, where that is of no use, from their picture."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ingest.parsers.ocr import engine
from ingest.parsers.ocr.eye import Eye, shrink
from ingest.parsers.ocr.recognised import Recognised
from ingest.parsers.printed import text_layer
from ingest.parsers.printed.lines import Line
from ingest.parsers.printed.reading_order import lines
from ingest.parsers.printed.text_layer import TextLayer
from ingest.parsers.reading import Reading
from rag.hidden import Concealment, Hidden

_DPI = 200  # dots an inch of the picture that is looked at, where the page is not too large
_SCAN = 0.5  # share of a page that pictures cover, from which the page is a picture
_STAMP = 12  # words: no more of them on a picture are its stamp or page number
_WRONG = (
    0.3  # share of invisible text that may differ from what the picture shows, for mistakes of recognition
)
_VEILS = (Concealment.INVISIBLE, Concealment.COLOUR)
_ODD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A page as it was found; `text` where it is known without its positions."""

    number: int
    layer: TextLayer | None = None
    lines: tuple[Line, ...] = ()
    text: str = ""


@dataclass(slots=True)
class Sheets:
    """Reads the pages of one document, and keeps account of what was found out about them."""

    reading: Reading
    recognised: list[int] = field(default_factory=list)  # pages read from their pictures
    huge: list[int] = field(default_factory=list)  # pages with a picture beyond the limit
    unlooked: list[int] = field(default_factory=list)  # pictures that were not to be looked at
    trusted: list[int] = field(default_factory=list)  # invisible text that was not compared with its picture
    uninspected: list[int] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    _late: list[int] = field(default_factory=list)
    _differs: bool = False  # whether invisible text said something else than its picture
    _eye: Eye = field(init=False)

    def __post_init__(self) -> None:
        self._eye = Eye(self.reading)

    @property
    def late(self) -> list[int]:
        """Pages that there was no time to look at, and that have no other text."""
        return [number for number in self._eye.late if number not in self.trusted]

    @property
    def unread(self) -> list[int]:
        """Pages that hold something which was beyond a limit."""
        return [*self.late, *self.huge]

    def read(self, sheet: Any, number: int, second: Callable[[int], str]) -> Drawn:
        """A ``pypdfium2.PdfPage``. `second` gives the text where PDFium makes no words of what is written."""
        keep = tuple(Concealment) if self.reading.keep_hidden else ()
        layer = text_layer.read(sheet, keep, self.reading.limits.pixels)
        if layer.suspect and (text := second(number)):
            return Drawn(number=number, layer=layer, text=text)
        if not layer.inspected:
            self.uninspected.append(number)
        if _is_picture(layer):
            return self._looked(sheet, number, layer)
        self._hide(number, layer.hidden)
        return _drawn(number, layer)

    def _looked(self, sheet: Any, number: int, layer: TextLayer) -> Drawn:
        """A page that is a picture, at least for the most part."""
        found = self._recognised(sheet, number, layer)
        if found is None and layer.veiled and not self._differs:
            self.trusted.append(number)
            return _drawn(number, text_layer.read(sheet, _VEILS, self.reading.limits.pixels))
        shown = found.layer.words if found else ()
        self._hide(number, {**layer.hidden, **self._differing(layer, shown)})
        if not found or not shown or (len(shown) <= len(layer.words) and not layer.garbled):
            return _drawn(number, layer)
        self.recognised.append(number)
        read = replace(found.layer, width=layer.width, height=layer.height)
        return Drawn(number=number, layer=read, lines=tuple(lines(found.upright)))

    def _recognised(self, sheet: Any, number: int, layer: TextLayer) -> Recognised | None:
        """What its picture shows; None where that could not be looked at."""
        if not self.reading.ocr:
            if not layer.words and not layer.veiled:
                self.unlooked.append(number)
            return None
        if layer.largest > self.reading.limits.pixels:
            self.huge.append(number)
            return None
        dots = _DPI / 72
        scale = dots * shrink(layer.width * dots, layer.height * dots)
        return self._eye.read(number, lambda: _picture(sheet, scale), 1 / scale)

    def _differing(self, layer: TextLayer, shown: tuple[str, ...]) -> dict[Concealment, int]:
        """The letters that are invisible on a picture which does not show them either."""
        if not layer.veiled:
            return {}
        seen = "".join(map(_folded, shown))
        wrong = sum(len(word) for word in layer.veiled if _folded(word) not in seen)
        if wrong <= _WRONG * sum(map(len, layer.veiled)):
            return dict.fromkeys(_VEILS, 0)
        self._differs = True
        return {**dict.fromkeys(_VEILS, 0), Concealment.INVISIBLE: wrong}

    def _hide(self, number: int, hidden: Any) -> None:
        self.hidden += [
            Hidden(page=number, how=how, characters=count) for how, count in hidden.items() if count
        ]


def _drawn(number: int, layer: TextLayer) -> Drawn:
    return Drawn(number=number, layer=layer, lines=tuple(lines(layer)))


def _is_picture(layer: TextLayer) -> bool:
    """Whether its text is of no use, or all invisible over a picture, and there is something to look at."""
    if not layer.words and not layer.veiled:
        return layer.drawn or layer.suspect
    if layer.garbled:
        return True
    return layer.pictures >= _SCAN and (bool(layer.veiled) or len(layer.words) <= _STAMP)


def _picture(sheet: Any, scale: float) -> engine.Picture:
    bitmap = sheet.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    picture = bitmap.to_numpy().reshape(bitmap.height, bitmap.width, -1)
    return np.repeat(picture, 3, axis=2) if picture.shape[2] == 1 else picture[:, :, :3]


def _folded(word: str) -> str:
    return _ODD.sub("", word.casefold())
