"""What a server of chat completions says, read as it comes: the text in it, and where it breaks off. Pure.

A server is another program and may say anything: lines without end, half letters, errors in place of an answer.
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from rag.errors import GeneratorFailed

LINE = 1 << 20  # characters of one line: a piece of an answer has a few hundred
SHOWN = 200  # characters of a complaint that are passed on
_ENDS = re.compile(r"\r\n|\r|\n")  # of lines, as server-sent events have it: other breaks stand within a text
_WHOLE = ("stop", "eos_token", "stop_sequence", "tool_calls", "function_call")  # why a model is done


def pieces(received: Iterable[bytes]) -> Iterator[str]:
    """The text in server-sent events of chat completions; empty where something came that holds none.

    Raises GeneratorFailed where the server says that it failed, or what is no completion, and where the answer ends
    before the model is done.
    """
    done = False
    for line in _lines(received):
        name, _, data = line.partition(":")
        if name != "data" or not data.strip():
            yield ""
        elif data.strip() == "[DONE]":
            return
        else:
            piece, ending = _said(data)
            yield piece
            _refuse_half(ending)
            done = done or ending is not None
    if not done:
        raise GeneratorFailed("The language model's server ended in the middle of its answer.")


def complaint(text: str) -> str:
    """What a server complains of, in one line that is not too long; empty where it says nothing."""
    try:
        told = json.loads(text)
        told = told.get("error", told)
        told = told.get("message", told) if isinstance(told, dict) else told
    except (ValueError, AttributeError):
        told = text
    return " ".join(str(told).split())[:SHOWN]


def _lines(received: Iterable[bytes]) -> Iterator[str]:
    """The lines of what comes, wherever it was cut; the last one too, though nothing ends it."""
    decoder, begun = codecs.getincrementaldecoder("utf-8")("replace"), ""
    for some in received:
        *whole, begun = _ENDS.split(begun + decoder.decode(some))
        yield from whole
        if len(begun) > LINE:
            raise _strange()
        yield ""  # so that whoever reads may look at the clock
    yield begun + decoder.decode(b"", final=True)


def _said(data: str) -> tuple[str, Any]:
    """The text of one event, and why it is the last one, if it is."""
    try:
        event = json.loads(data)
        if "error" in event:
            raise GeneratorFailed(f"The language model broke off: {complaint(data)}.")
        choice = event["choices"][0] if event.get("choices") else {"delta": {}}
        piece, ending = choice["delta"].get("content"), choice.get("finish_reason")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _strange() from error
    if not isinstance(piece, str | None):
        raise _strange()
    return piece or "", ending


def _refuse_half(ending: Any) -> None:
    """Raises GeneratorFailed for an answer that ends before the model is done."""
    if ending == "length":
        raise GeneratorFailed("The language model reached its limit of tokens.")
    if ending is not None and ending not in _WHOLE:
        raise GeneratorFailed("The language model's server held back the rest of the answer.")


def _strange() -> GeneratorFailed:
    return GeneratorFailed("The language model's server said what is no chat completion.")
