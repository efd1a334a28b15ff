import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.fetching.inflate import PIECE, Inflater, gunzip


@given(st.lists(st.binary(max_size=300_000), min_size=1, max_size=3), st.integers(1, 5000))
def test_what_was_compressed_comes_back_however_it_arrives(parts: list[bytes], step: int) -> None:
    packed = b"".join(map(gzip.compress, parts))
    inflater, pieces = Inflater(), list[bytes]()
    for start in range(0, len(packed), step):
        pieces += inflater.feed(packed[start : start + step])
    assert b"".join(pieces) == b"".join(parts)
    assert inflater.whole
    assert all(len(piece) <= PIECE for piece in pieces)


def test_zlib_is_opened_too() -> None:
    assert b"".join(Inflater().feed(zlib.compress(b"text"))) == b"text"


def test_rubbish_behind_the_end_is_ignored() -> None:
    assert gunzip(gzip.compress(b"text") + b"\0\0rubbish", 100) == b"text"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (gzip.compress(b"0" * 50_000_000), "more than 1,000,000 bytes"),
        (gzip.compress(b"text")[:-9], "cut short"),
        (b"", "cut short"),
        (b"\x1f\x8b rubbish", "damaged"),
    ],
    ids=["bomb", "cut", "empty", "damaged"],
)
def test_what_cannot_be_opened_is_said(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        gunzip(data, 1_000_000)
