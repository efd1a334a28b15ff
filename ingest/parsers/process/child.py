"""The process that opens originals: takes one request after the other, and ends with its parent."""

import mimetypes
import os
import signal
import socket
import traceback
from contextlib import suppress

from ingest.parsers.process import channel
from ingest.parsers.process.channel import Answer, Request
from ingest.parsers.process.confine import confine
from rag.errors import FootnoteError, RetryableError, UnreadableDocument
from rag.types import Parsed

READY = b"ready"
MAX_NEWS = 500  # bytes of what a child says when it starts

_NO_MEMORY = "bad_alloc"  # what libraries in C++ say
_ITS_OWN = (ImportError, PermissionError)  # what goes wrong with the reader, whatever it reads


def serve(descriptor: int, memory_mb: int, seconds: int) -> None:
    """Answer requests from the socket until it ends. A file is given `seconds` at most."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    with socket.socket(fileno=descriptor) as parent, suppress(EOFError, OSError):
        channel.send(parent, _prepared(memory_mb))
        while True:
            asked, file = channel.receive_with_file(parent)
            signal.alarm(seconds)  # where nothing else ends a parser that hangs after its parent is gone
            answer = _answer(channel.decode_request(asked), file)
            signal.alarm(0)
            channel.send(parent, answer)


def _prepared(memory_mb: int) -> bytes:
    """READY, or what stands in the way."""
    try:
        mimetypes.init()  # reads lists that cannot be opened later, as parsers would do when they are imported
        confine(memory_mb)
        _import_parsers()
    except (ImportError, OSError, MemoryError) as error:
        return f"{type(error).__name__}: {error}".encode("ascii", "replace")[:MAX_NEWS]
    return READY


def _answer(request: Request, file: int) -> bytes:
    try:
        with os.fdopen(file, "rb") as original:
            data = original.read()
        return channel.encode(_done(request, data))
    except (FootnoteError, MemoryError) as error:
        return channel.encode(channel.failed(error))
    except Exception as error:  # noqa: BLE001  a parser's own mistake is this file's failure, not the program's
        return channel.encode(channel.failed(_mistake(request.name, error), _origin(error)))


def _mistake(name: str, error: Exception) -> FootnoteError | MemoryError:
    if _NO_MEMORY in str(error):
        return MemoryError()
    if isinstance(error, _ITS_OWN):
        return RetryableError(
            f"{name} could not be read: the reader itself failed ({type(error).__name__}). The file is not to blame, "
            "and is tried again; the log says where it failed."
        )
    return UnreadableDocument(
        f"{name} could not be read: it is damaged, or made in a way that the reader does not understand. "
        "Save it in another format, and add that."
    )


def _origin(error: Exception) -> str:
    """The error's class and the line of code that raised it."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return " in ".join([type(error).__name__, *(f"{frame.filename}:{frame.lineno}" for frame in last)])


def _done(request: Request, data: bytes) -> Answer:
    if request.picture:
        from ingest.picture import render

        return Answer(picture=render(data, request.picture, request.scale))
    return Answer(parsed=_parsed(data, request))


def _parsed(data: bytes, request: Request) -> Parsed:
    from ingest.clean import clean
    from ingest.parsers.registry import read
    from ingest.screen import screen

    return screen(clean(read(data, request.name, request.reading)))


def _import_parsers() -> None:
    """Load what most documents need, so that the first does not wait for it."""
    import logging

    import markdown_it  # noqa: F401
    import pypdf  # noqa: F401
    import pypdfium2  # noqa: F401
    import trafilatura  # noqa: F401

    import ingest.clean
    import ingest.parsers.registry
    import ingest.screen  # noqa: F401

    logging.disable(logging.CRITICAL)
