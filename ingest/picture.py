"""Pictures of a PDF's pages, as PNG, for showing where a quote stands."""

import struct
import threading
import zlib
from collections import OrderedDict
from pathlib import Path
from typing import Any

from rag.errors import UnreadableDocument

SIDE = 2600  # pixels, the longest that a picture may have
KEPT = 24  # pictures in memory
LEVEL = 5  # of zlib: twice as fast as 9, 6 % larger

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _COLOUR = 0, 2  # PNG colour types


class Pictures:
    """Draws pages and keeps the latest. One at a time, because PDFium must not be entered twice."""

    def __init__(self, kept: int = KEPT) -> None:
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
                self._pictures[key] = render(path, page, scale)
            self._pictures.move_to_end(key)
            while len(self._pictures) > self._kept:
                self._pictures.popitem(last=False)
            return self._pictures[key]


def render(path: Path, page: int, scale: float) -> bytes:
    """A page as PNG, a huge one drawn smaller. Raises UnreadableDocument. Not to be run twice at once."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as document:
            drawn = document[page - 1]
            longest = max(drawn.get_size())
            bitmap = drawn.render(scale=min(scale, SIDE / longest), rev_byteorder=True, prefer_bgrx=False)
            return _png(bitmap)
    except (pypdfium2.PdfiumError, IndexError, ValueError, ZeroDivisionError) as error:
        raise UnreadableDocument(
            f"Page {page} cannot be drawn. Its text is shown below; the original can be downloaded."
        ) from error


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
