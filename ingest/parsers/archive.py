"""ZIP files, looked at whole before anything in them is used. Members are read into memory, never to disk."""

import io
import stat
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from ingest.parsers.reading import Limits, OverLimit, Reading, over, over_unpacked
from rag.errors import EncryptedDocument, FootnoteError, UnreadableDocument

_ENTRY = b"PK\x01\x02"  # what each entry of the directory begins with
_LOCAL = b"PK\x03\x04"
_LOCAL_BYTES = 30  # of a member's own header, before its name
_ENCRYPTED = 1
_STEP = 1 << 16  # bytes unpacked at a time
_SUSPECT = 10 << 20  # a member may shrink to any ratio below this size
_RATIO = 200  # and no further above it; documents stay below 100


def members(data: bytes, name: str, reading: Reading) -> Mapping[str, bytes]:
    """The members of an archive by their paths, each unpacked when it is asked for.

    They are looked over first, so that a library which knows no limits may open the archive afterwards.

    Raises:
        OverLimit: it has more members, or unpacks to more, than the limits allow.
        EncryptedDocument: a member needs a password.
        UnreadableDocument: it is damaged, or made to harm: members that overlap, point outside, or hold more
            than they declare.
    """
    archive = directory(data, name, reading.limits)
    infos = archive.infolist()
    _check_names(infos, name)
    _check_declared(infos, name, reading.limits)
    for info, raw in _spans(data, infos, name):
        if info.compress_type == ZIP_DEFLATED and _unpacked(raw, info.file_size) > info.file_size:
            raise _harmful(name, f"its member {info.filename} holds more than it declares")
    return _Members(archive, name)


def directory(data: bytes, name: str, limits: Limits) -> ZipFile:
    """The archive with only its list of members read.

    Raises:
        OverLimit: the list is too long.
        UnreadableDocument: there is no sound list.
    """
    if data.count(_ENTRY) > limits.members:  # whatever the archive says it holds
        raise over(name, "files packed into it", limits.members, "FOOTNOTE_PARSE_MEMBERS")
    with sound(name, "a ZIP archive"):
        return ZipFile(io.BytesIO(data))


@contextmanager
def sound(name: str, kind: str) -> Iterator[None]:
    """Turn whatever a library raises on a damaged file of a kind ("a Word document") into one clear error."""
    try:
        yield
    except (
        FootnoteError,
        MemoryError,
        ImportError,
        PermissionError,
    ):  # the last two are no fault of the file's
        raise
    except Exception as error:
        raise UnreadableDocument(
            f"{name} is damaged: it looks like {kind} but cannot be read. "
            "Open it in the program that made it, save it again, and add that."
        ) from error


class _Members(Mapping[str, bytes]):
    def __init__(self, archive: ZipFile, name: str) -> None:
        self._archive = archive
        self._name = name

    def __getitem__(self, path: str) -> bytes:
        info = self._archive.getinfo(path)
        with sound(self._name, "a ZIP archive"):
            return self._archive.read(info)

    def __iter__(self) -> Iterator[str]:
        return iter(self._archive.namelist())

    def __len__(self) -> int:
        return len(self._archive.namelist())


def _check_names(infos: list[ZipInfo], name: str) -> None:
    for info in infos:
        if info.flag_bits & _ENCRYPTED:
            raise EncryptedDocument(f"{name} needs a password. Save it without one, and add that.")
        path = info.filename.replace("\\", "/")
        outside = path.startswith("/") or path[1:2] == ":" or ".." in path.split("/")
        if outside or stat.S_ISLNK(info.external_attr >> 16):
            raise _harmful(name, f"its member {info.filename} points outside of it")
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise _harmful(name, f"its member {info.filename} is packed in a way that documents are not")


def _check_declared(infos: list[ZipInfo], name: str, limits: Limits) -> None:
    if sum(info.file_size for info in infos) > limits.unpacked_bytes:
        raise over_unpacked(name, limits)
    for info in infos:
        if info.file_size > max(_SUSPECT, _RATIO * info.compress_size):
            raise OverLimit(
                f"{name} is packed more than {_RATIO} to 1, as files are that are made to fill a computer's "
                "memory. If you trust it, open it in the program that made it, save it again, and add that."
            )


def _spans(data: bytes, infos: list[ZipInfo], name: str) -> Iterator[tuple[ZipInfo, memoryview]]:
    """Each member with its bytes as packed; no two share any."""
    spans = sorted((_span(data, info, name), info.filename) for info in infos)
    for ((_, _, end), _), ((start, _, _), second) in pairwise(spans):
        if start < end:
            raise _harmful(name, f"its member {second} overlaps another")
    view = memoryview(data)
    for info in infos:
        _, start, end = _span(data, info, name)
        yield info, view[start:end]


def _span(data: bytes, info: ZipInfo, name: str) -> tuple[int, int, int]:
    """Where a member's header begins, where its content begins, and where that ends."""
    at = info.header_offset
    if at < 0 or data[at : at + 4] != _LOCAL or at + _LOCAL_BYTES > len(data):
        raise _harmful(name, f"its member {info.filename} is not where its list says")
    start = at + _LOCAL_BYTES + sum(struct.unpack_from("<HH", data, at + _LOCAL_BYTES - 4))
    end = start + info.compress_size
    if end > len(data):
        raise _harmful(name, f"its member {info.filename} is cut short")
    return at, start, end


def _unpacked(raw: memoryview, most: int) -> int:
    """How many bytes a deflated member unpacks to; no more is unpacked than shows that it is over `most`."""
    inflate, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    try:
        for start in range(0, len(raw), _STEP):
            piece: bytes | memoryview = raw[start : start + _STEP]
            while piece and size <= most:
                size += len(inflate.decompress(piece, _STEP))
                piece = inflate.unconsumed_tail
    except zlib.error:
        return size  # damaged: whoever reads the member finds out
    return size + (len(inflate.flush()) if size <= most else 0)


def _harmful(name: str, what: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name} cannot be read: {what}. It is damaged or made to do harm. "
        "Open it in the program that made it, save it again, and add that."
    )
