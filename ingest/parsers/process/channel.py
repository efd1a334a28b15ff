"""What passes between a parser's process and its parent: plain data in frames, and one open file.

The child may have been taken over by the document that it read. So its answer is JSON, checked against the types
and laws of a document on arrival: it can hold nothing that a document could not say, and nothing that runs.
"""

import socket
import struct
import time
import zlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from ingest.parsers.reading import OverLimit, Reading
from rag.errors import (
    EncryptedDocument,
    FootnoteError,
    NoText,
    RetryableError,
    UnreadableDocument,
    UnsupportedType,
)
from rag.types import Page, Parsed

if TYPE_CHECKING:
    from pydantic import TypeAdapter

MAX_ANSWER = 512 << 20  # bytes
MAX_REASON = 2_000  # characters
MAX_ORIGIN = 500  # characters
OUT_OF_MEMORY = "MemoryError"  # the kind of failure that is no error of ours

_LENGTH = struct.Struct(">Q")
_BLOCK = 1 << 20  # bytes received at a time
_BOX_BYTES = 24  # of one word's box, unpacked; see rag.boxes
_PNG = b"\x89PNG\r\n\x1a\n"
_KINDS: dict[str, type[FootnoteError]] = {
    kind.__name__: kind
    for kind in (UnreadableDocument, UnsupportedType, EncryptedDocument, NoText, OverLimit, RetryableError)
}
_STRICT: Any = {"strict": True, "extra": "forbid", "ser_json_bytes": "base64", "val_json_bytes": "base64"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to make of the file that comes along: its pages, or the picture of one of them."""

    __pydantic_config__: ClassVar[Any] = _STRICT
    name: str  # what its owner calls it
    reading: Reading
    picture: int = 0  # the page, from 1, to draw instead of reading; 0 reads
    scale: float = 1.0  # of the picture, in pixels a point


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why there is no result: the name of an error's class and the words for its owner."""

    kind: str
    reason: str
    origin: str = ""  # for the log, of a mistake in the reader: the class of what was raised, and where

    def error(self) -> FootnoteError | MemoryError:
        """The error itself."""
        return MemoryError() if self.kind == OUT_OF_MEMORY else _KINDS[self.kind](self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a request: exactly one of the three."""

    __pydantic_config__: ClassVar[Any] = _STRICT
    parsed: Parsed | None = None
    picture: bytes = b""  # PNG
    failure: Failure | None = None


def failed(error: FootnoteError | MemoryError, origin: str = "") -> Answer:
    """The answer that tells of an error, as the nearest kind of error that may travel."""
    if isinstance(error, MemoryError):
        return Answer(failure=Failure(kind=OUT_OF_MEMORY, reason=""))
    names = (kind.__name__ for kind in type(error).__mro__)
    kind = next((name for name in names if name in _KINDS), UnreadableDocument.__name__)
    reason, origin = str(error)[:MAX_REASON], origin[-MAX_ORIGIN:]
    return Answer(failure=Failure(kind=kind, reason=reason, origin=origin))


def encode(message: Request | Answer) -> bytes:
    """A message as JSON. Raises ValueError for text that is no text."""
    if isinstance(message, Request):
        return _requests().dump_json(message)
    return _answers().dump_json(message)


def decode_request(data: bytes) -> Request:
    """A request, as encoded. Raises ValueError."""
    return _requests().validate_json(data)


def decode_answer(data: bytes, request: Request) -> Answer:
    """An answer to the request, or a failure, that keeps the laws of a document. Raises ValueError."""
    answer = _answers().validate_json(data)
    if not (_fits(answer, request) and _lawful(answer)):
        raise ValueError("the answer breaks a law")
    return answer


def send(to: socket.socket, data: bytes, *files: int) -> None:
    """Send a frame, and open files with it. Raises OSError when the other side is gone."""
    socket.send_fds(to, [_LENGTH.pack(len(data))], files)
    to.sendall(data)


def receive(source: socket.socket, seconds: float | None = None, most: int = MAX_ANSWER) -> bytes:
    """The next frame. Raises TimeoutError after `seconds`, EOFError, OSError, and ValueError above `most` bytes."""
    until = None if seconds is None else time.monotonic() + seconds
    (length,) = _LENGTH.unpack(_exactly(source, _LENGTH.size, until))
    if length > most:
        raise ValueError(f"an answer of {length} bytes")
    return _exactly(source, length, until)


def receive_with_file(source: socket.socket) -> tuple[bytes, int]:
    """The next frame and the descriptor of the file that came with it. Raises EOFError and OSError."""
    header, files, _, _ = socket.recv_fds(source, _LENGTH.size, 1)
    if len(header) < _LENGTH.size or len(files) != 1:
        raise EOFError
    (length,) = _LENGTH.unpack(header)
    return _exactly(source, length, None), files[0]


def _exactly(source: socket.socket, count: int, until: float | None) -> bytes:
    data = bytearray()
    while len(data) < count:
        source.settimeout(_left(until))
        block = source.recv(min(count - len(data), _BLOCK))
        if not block:
            raise EOFError
        data += block
    return bytes(data)


def _left(until: float | None) -> float | None:
    if until is None:
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@cache
def _requests() -> "TypeAdapter[Request]":
    from pydantic import TypeAdapter

    return TypeAdapter(Request)


@cache
def _answers() -> "TypeAdapter[Answer]":
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)


def _fits(answer: Answer, request: Request) -> bool:
    """Whether it says one thing, and one that can be said to the request."""
    given = (answer.parsed is not None, bool(answer.picture), answer.failure is not None)
    if answer.failure is not None:
        return sum(given) == 1 and answer.failure.kind in {*_KINDS, OUT_OF_MEMORY}
    return given == (not request.picture, bool(request.picture), False)


def _lawful(answer: Answer) -> bool:
    """Whether a picture is one, and pages are numbered in order and hold what they may."""
    if answer.picture:
        return answer.picture.startswith(_PNG)
    if answer.parsed is None:
        return True
    numbers = [page.number for page in answer.parsed.pages]
    in_order = all(a < b for a, b in zip([0, *numbers], numbers, strict=False))
    return in_order and all(_blocks_fit(page) and _words_fit(page) for page in answer.parsed.pages)


def _blocks_fit(page: Page) -> bool:
    """Whether blocks follow each other within the text."""
    at = 0
    for block in page.blocks:
        if not at <= block.start <= block.end <= len(page.text):
            return False
        at = block.end
    return True


def _words_fit(page: Page) -> bool:
    """Whether the packed boxes unpack to no more than one for each character."""
    most = _BOX_BYTES * len(page.text)
    try:
        return not page.words or len(zlib.decompressobj().decompress(page.words[1:], most + 1)) <= most
    except zlib.error:
        return False
