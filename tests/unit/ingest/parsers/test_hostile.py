"""Nothing that is thrown at the parsers crashes them, hangs them, or fails without a sentence that says why."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.parsers.process.isolate import ParserProcess
from rag.errors import ParserCrashed, UnreadableDocument
from rag.types import MediaType
from tests.fixtures.documents import SAMPLES

SHARED = Path(__file__).resolve().parents[4].parent / "shared" / "data"
PDF = SAMPLES[MediaType.PDF]
ENDINGS = ("pdf", "html", "md", "txt")
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared development data is not here")

BOMBS = {
    "deep html": b"<html><body>" + b"<div>" * 30_000 + b"words",
    "deep list": b"".join(b" " * 2 * depth + b"- x\n" for depth in range(400)),
    "deep quote": b">" * 20_000 + b" words",
    "brackets": b"[" * 20_000 + b"x",
    "open comments": b"<!--" * 5_000 + b"words",
    "one long word": b"x" * 2_000_000,
    "line ends": b"\n" * 1_000_000 + b"x",
    "odd bytes": b"words \xff\xfe\xfd \x80\x81",
    "a huge count": PDF.replace(b"/Count 1", b"/Count 99999"),
    "half a file": PDF[: len(PDF) // 2],
}


@pytest.fixture(scope="module")
def parser() -> Iterator[ParserProcess]:
    with ParserProcess(timeout=60, memory_mb=1024) as process:
        yield process


def read(parser: ParserProcess, path: Path, name: str) -> str:
    """The document's text, or the reason why there is none; anything else is raised."""
    try:
        pages = parser.parse(path, name).pages
    except UnreadableDocument as error:
        return reason(error, name)
    assert any(page.text for page in pages)
    for page in pages:
        page.text.encode()
        assert "\0" not in page.text
        assert all(0 <= block.start < block.end <= len(page.text) for block in page.blocks)
    return pages[0].text


def reason(error: UnreadableDocument, name: str) -> str:
    assert not isinstance(error, ParserCrashed)
    assert name in str(error)
    assert "Traceback" not in str(error)
    return str(error)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_read_or_refused(parser: ParserProcess, tmp_path: Path, bomb: str, ending: str) -> None:
    path = tmp_path / "original"
    path.write_bytes(BOMBS[bomb])
    assert read(parser, path, f"bomb.{ending}")


@needs_shared
def test_every_damaged_pdf_is_read_or_refused(parser: ParserProcess) -> None:
    files = sorted((SHARED / "pdf" / "damaged").glob("*.pdf"))
    assert len(files) == 67
    for path in files:
        read(parser, path, path.name)


@needs_shared
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("source", ["markup.json", "naughty_strings.json"])
def test_hostile_snippets_are_read_or_refused(
    parser: ParserProcess, tmp_path: Path, source: str, ending: str
) -> None:
    path = tmp_path / "original"
    for snippet in json.loads((SHARED / "hostile" / source).read_text()):
        path.write_bytes(str(snippet).encode("utf-8", "surrogatepass"))
        read(parser, path, f"snippet.{ending}")
