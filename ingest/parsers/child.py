"""The process that opens originals: takes one request after the other, and ends with its parent."""

import os
import signal
import socket
from contextlib import suppress

from ingest.parsers import channel
from ingest.parsers.channel import Answer, Request
from ingest.parsers.confine import confine
from rag.errors import FootnoteError, UnreadableDocument
from rag.types import Parsed

READY = b"ready"


def serve(descriptor: int, memory_mb: int, seconds: int) -> None:
    """Answer requests from the socket until it ends. A file is given `seconds` at most."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    confine(memory_mb)
    _import_parsers()
    with socket.socket(fileno=descriptor) as parent, suppress(EOFError, OSError):
        channel.send(parent, READY)
        while True:
            asked, file = channel.receive_with_file(parent)
            signal.alarm(seconds)  # where nothing else ends a parser that hangs after its parent is gone
            answer = _answer(channel.decode_request(asked), file)
            signal.alarm(0)
            channel.send(parent, answer)


def _answer(request: Request, file: int) -> bytes:
    try:
        with os.fdopen(file, "rb") as original:
            data = original.read()
        return channel.encode(_done(request, data))
    except (FootnoteError, MemoryError) as error:
        return channel.encode(channel.failed(error))
    except Exception:  # noqa: BLE001  a parser's own mistake is this file's failure, not the program's
        return channel.encode(channel.failed(UnreadableDocument(
            f"{request.name} could not be read: it is damaged, or made in a way that the reader does not understand. "
            "Save it in another format, and add that."
        )))  # fmt: skip


def _done(request: Request, data: bytes) -> Answer:
    if request.picture:
        from ingest.picture import render

        return Answer(picture=render(data, request.picture, request.scale))
    return Answer(parsed=_parsed(data, request))


def _parsed(data: bytes, request: Request) -> Parsed:
    from ingest.clean import clean
    from ingest.parsers.detect import media_type
    from ingest.parsers.registry import parser_for
    from ingest.screen import screen

    parser = parser_for(media_type(data, request.name))
    return screen(clean(parser(data, request.name, request.reading)))


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
