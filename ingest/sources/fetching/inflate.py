"""Opening compressed bytes piece by piece, so that a bomb is noticed while it is small."""

import zlib
from collections.abc import Iterator

PIECE = 65_536  # bytes, the most that comes out at once
_GZIP = 16 + zlib.MAX_WBITS
_EITHER = 32 + zlib.MAX_WBITS  # gzip or zlib, as its first bytes say
GZIP_START = b"\x1f\x8b"


class Inflater:
    """gzip (also several in a row) or zlib, opened as it comes in. Raises zlib.error on anything else."""

    def __init__(self) -> None:
        """Nothing read yet."""
        self._inner = zlib.decompressobj(_EITHER)

    @property
    def whole(self) -> bool:
        """Whether what came in has come to its end."""
        return self._inner.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What more input opens to, in pieces of at most PIECE bytes; stop asking when it was enough."""
        full = False
        while data or full:
            piece = self._inner.decompress(data, PIECE)
            data, full = self._inner.unconsumed_tail, len(piece) == PIECE
            if self._inner.eof:
                data, full = self._next(), False
            if piece:
                yield piece

    def _next(self) -> bytes:
        """Another gzip may stand behind the first; zeros and rubbish there are nobody's content."""
        rest = self._inner.unused_data
        if not rest.startswith(GZIP_START):
            return b""
        self._inner = zlib.decompressobj(_GZIP)
        return rest


def gunzip(data: bytes, limit: int) -> bytes:
    """The content of a gzip file. Raises ValueError where it is damaged, cut short, or longer than ``limit`` bytes."""
    inflater, content = Inflater(), bytearray()
    try:
        for piece in inflater.feed(data):
            content += piece
            if len(content) > limit:
                raise ValueError(f"it opens to more than {limit:,} bytes")
    except zlib.error as error:
        raise ValueError("it is damaged") from error
    if not inflater.whole:
        raise ValueError("it is cut short")
    return bytes(content)
