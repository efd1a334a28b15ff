"""Pictures of the pages of PDFs, PNGs, JPEGs and TIFFs, as PNG, for showing where a quote stands."""

import io
import struct
import threading
import warnings
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.errors import UnreadableDocument

SIDE = 3400  # pixels, the longest that a picture may have: A4 at 4 pixels a point
KEPT = 24  # pictures in memory
LEVEL = 5  # of zlib: twice as fast as 9, 6 % larger

PIXELS = 100_000_000  # of a picture that is decoded

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_FORMATS = ("PNG", "JPEG", "TIFF")
_BROKEN = (IndexError, ValueError, ZeroDivisionError, OSError, SyntaxError, EOFError, TypeError, KeyError)
_ORIENTATION, _ON_ITS_SIDE = 0x0112, 5  # EXIF: how the picture is to be turned, from 5 on by a quarter
_DOTS, _LEAST_DOTS, _MOST_DOTS = 150.0, 60, 2400  # an inch: assumed, and the ends of what is believed
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _COLOUR = 0, 2  # PNG colour types


class Pictures:
    """Has pages drawn, one at a time, and keeps the latest."""

    def __init__(self, draw: Callable[[Path, int, float], bytes], kept: int = KEPT) -> None:
        """``draw`` is ``render``, or what runs it where a hostile file can do no harm."""
        self._draw = draw
        self._lock = threading.Lock()
        self._pictures: OrderedDict[tuple[str, int, float], bytes] = OrderedDict()
        self._kept = kept

    def picture(self, path: Path, page: int, scale: float) -> bytes:
        """Page `page`, from 1, at `scale` pixels a point. The path must name its content, as originals do.

        Raises UnreadableDocument where the page cannot be drawn.
        """
        key = (path.name, page, scale)
        with self._lock:
            if key not in self._pictures:
                self._pictures[key] = self._draw(path, page, scale)
            self._pictures.move_to_end(key)
            while len(self._pictures) > self._kept:
                self._pictures.popitem(last=False)
            return self._pictures[key]


def render(source: Path | bytes, page: int, scale: float) -> bytes:
    """A page of a PDF, PNG, JPEG or TIFF as PNG, a huge one drawn smaller; `scale` is in pixels a point.

    Raises UnreadableDocument. Not to be run twice at once.
    """
    import pypdfium2
    from PIL import Image

    broken = (pypdfium2.PdfiumError, Image.DecompressionBombError, *_BROKEN)
    try:
        if _head(source).startswith(_PICTURES):
            return _of_image(source, page, scale)
        return _of_pdf(source, page, scale)
    except broken as error:
        raise UnreadableDocument(
            f"Page {page} cannot be drawn. Its text is shown below; the original can be downloaded."
        ) from error


@contextmanager
def opened(source: Path | bytes) -> Iterator[Any]:
    """The Pillow image of a PNG, JPEG or TIFF, of which only the header was read.

    Raises what Pillow does: OSError, ValueError, SyntaxError or DecompressionBombError.
    """
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what is damaged, and about sizes, which are checked here
        with Image.open(
            io.BytesIO(source) if isinstance(source, bytes) else source, formats=_FORMATS
        ) as image:
            yield image


def pages(image: Any) -> int:
    """How many pages an opened picture has: those of a TIFF, else one, whatever moves on it."""
    return int(image.n_frames) if image.format == "TIFF" else 1


def turn_to(image: Any, page: int) -> tuple[int, int, float]:
    """Go to page `page`, from 1: its width and height in pixels, as shown, and how many there are to an inch."""
    image.seek(page - 1)
    width, height = image.size
    lying = image.getexif().get(_ORIENTATION, 1) >= _ON_ITS_SIDE
    dots = image.info.get("dpi", (0, 0))[0]
    return (height if lying else width), (width if lying else height), _dots(dots)


def upright(image: Any, factor: float) -> Any:
    """The current page as an RGB image on white, turned as it is shown, and `factor` of its size."""
    from PIL import Image, ImageOps

    width, height = (max(1, round(side * factor)) for side in image.size)
    image.draft("RGB", (width, height))  # a JPEG is then decoded no larger than needed
    drawn = _plain(image)
    if drawn.size != (width, height):
        drawn = drawn.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    drawn.info["exif"] = image.info.get("exif", b"")
    turned = ImageOps.exif_transpose(drawn)
    if "A" in turned.getbands():
        paper = Image.new("RGBA", turned.size, "white")
        turned = Image.alpha_composite(paper, turned.convert("RGBA"))
    return turned.convert("RGB")


def _plain(image: Any) -> Any:
    """The image in a mode that can be made smaller and laid on white."""
    import numpy as np
    from PIL import Image

    if (
        image.mode.startswith("I") or image.mode == "F"
    ):  # more than 8 bits a point, which Pillow would cut off
        values = np.asarray(image, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        return Image.fromarray(((values - low) * (255 / max(high - low, 1.0))).astype(np.uint8))
    if image.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L") if image.mode == "1" else image


def _dots(given: Any) -> float:
    """Pixels an inch, where they are what a scanner or a camera may mean."""
    dots = float(given)
    return dots if _LEAST_DOTS <= dots <= _MOST_DOTS else _DOTS


def _head(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source[:16]
    with source.open("rb") as file:
        return file.read(16)


def _of_image(source: Path | bytes, page: int, scale: float) -> bytes:
    with opened(source) as image:
        if not 1 <= page <= pages(image):
            raise IndexError(page)
        width, height, dots = turn_to(image, page)
        if width * height > PIXELS:
            raise ValueError("too many pixels")
        out = io.BytesIO()
        factor = min(scale * 72 / dots, SIDE / max(width, height), 1.0)
        upright(image, factor).save(out, "PNG", compress_level=LEVEL)
        return out.getvalue()


def _of_pdf(source: Path | bytes, page: int, scale: float) -> bytes:
    import pypdfium2

    with pypdfium2.PdfDocument(source) as document:
        drawn = document[page - 1]
        longest = max(drawn.get_size())
        return _png(drawn.render(scale=min(scale, SIDE / longest), rev_byteorder=True, prefer_bgrx=False))


def _png(bitmap: Any) -> bytes:
    """The PNG of a PDFium bitmap of 1 or 3 channels (W3C, "Portable Network Graphics", 2003)."""
    colour = _GREY if bitmap.n_channels == 1 else _COLOUR
    header = struct.pack(">IIBBBBB", bitmap.width, bitmap.height, 8, colour, 0, 0, 0)
    rows = bitmap.to_numpy().reshape(bitmap.height, -1)
    lines = b"".join(b"\0" + row.tobytes() for row in rows)  # 0: the row is not filtered
    data = zlib.compress(lines, LEVEL)
    return _SIGNATURE + _part(b"IHDR", header) + _part(b"IDAT", data) + _part(b"IEND", b"")


def _part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
