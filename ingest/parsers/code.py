"""Source code and JSON, kept as they are: offsets into a UTF-8 file with LF line ends are offsets into the page."""

import re
from collections.abc import Iterator

from ingest.parsers.reading import Reading, empty
from ingest.parsers.text import decode
from rag.types import Block, BlockKind, MediaType, Page, Parsed

_STANZA = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")  # lines with no blank line between them
_LONGEST = 1_200  # characters of a block; longer ones are cut where a line begins at the left
_CUT = re.compile(r"\n(?=[^\s)\]}])|\n(?=[ \t]{0,4}[^\s)\]}])")


def parse(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:  # noqa: ARG001  all are called alike
    """Read source code: one page, verbatim.

    Raises:
        NoText: nothing but blanks.
    """
    return _verbatim(data, name, MediaType.CODE)


def parse_json(data: bytes, name: str, reading: Reading = Reading()) -> Parsed:  # noqa: ARG001
    """Read JSON as text, whether it is sound or not; how deep it is nested does not matter. Raises like `parse`."""
    return _verbatim(data, name, MediaType.JSON)


def _verbatim(data: bytes, name: str, kind: MediaType) -> Parsed:
    text = decode(data)
    if not text.strip():
        raise empty(name)
    page = Page(number=1, text=text, blocks=tuple(_blocks(text)))
    return Parsed(title="", media_type=kind, pages=(page,))


def _blocks(text: str) -> Iterator[Block]:
    for stanza in _STANZA.finditer(text):
        for start, end in _pieces(text, *stanza.span()):
            yield Block(start=start, end=end, kind=BlockKind.CODE)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stanza whole, or cut before lines that stand at or near the left once a piece is long enough."""
    if end - start > _LONGEST:
        for cut in _CUT.finditer(text, start, end):
            if cut.start() - start >= _LONGEST // 2:
                yield start, cut.start()
                start = cut.end()
    yield start, end
