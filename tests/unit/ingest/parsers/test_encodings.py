"""Every way of writing a text down is read to the same text, or to one that can be stored and cited."""

import codecs
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean
from ingest.parsers import html, markdown, text
from ingest.screen import screen
from rag.errors import NoText
from rag.types import Parsed

Parse = Callable[[bytes, str], Parsed]
WORDS = "Größe, 東京, שלום עולם, می\u200cخواهم, 👩\u200d🔬 and 𝄞 cost €5"
PARSERS = {
    "txt": (text.parse, "{}"),
    "md": (markdown.parse, "# Heading\n\n{}\n"),
    "html": (html.parse, "<html><body><article><h1>Heading</h1><p>{}</p></article></body></html>"),
}
each_parser = pytest.mark.parametrize(("parse", "around"), PARSERS.values(), ids=PARSERS)


def read(parse: Parse, data: bytes) -> str:
    return screen(clean(parse(data, "some file"))).pages[0].text


@each_parser
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_unicode_encoding_reads_the_same(parse: Parse, around: str, encoding: str) -> None:
    assert WORDS in read(parse, around.format(WORDS).encode(encoding))


@each_parser
@pytest.mark.parametrize(
    ("mark", "encoding"), [(codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF16_LE, "utf-16-le")]
)
def test_either_order_of_bytes_is_told_by_its_mark(
    parse: Parse, around: str, mark: bytes, encoding: str
) -> None:
    assert WORDS in read(parse, mark + around.format(WORDS).encode(encoding))


@each_parser
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_told_by_its_empty_halves(parse: Parse, around: str, encoding: str) -> None:
    words = f"Grüße an alle in der Zentrale. {WORDS}. They cost five euro and come at noon."
    assert words in read(parse, around.format(words).encode(encoding))


@each_parser
@pytest.mark.parametrize(
    "broken",
    [
        b"\xff",
        b"\xc3",
        b"\xe2\x82",
        b"\xf0\x9f\x91",
        b"\xed\xa0\x80",
        b"\xc0\x80",
        b"\0",
        b"\xf5\x80\x80\x80",
    ],
    ids=["no start", "cut", "cut at two", "cut at three", "lone surrogate", "long NUL", "NUL", "beyond"],
)
def test_broken_bytes_cost_themselves_alone(parse: Parse, around: str, broken: bytes) -> None:
    before, after = around.format(f"{WORDS} |{WORDS}").encode().split(b"|")
    found = read(parse, before + broken + after)
    found.encode()
    assert "\0" not in found
    assert found.count(WORDS) == 2


@each_parser
@pytest.mark.parametrize("reference", ["&#0;", "&#xd800;", "&#x110000;", "&#65279;"])
def test_references_to_no_character_cannot_break_the_store(parse: Parse, around: str, reference: str) -> None:
    found = read(parse, around.format(f"{WORDS} {reference} {WORDS}").encode())
    found.encode()
    assert "\0" not in found


@each_parser
@given(st.text(min_size=1, max_size=60))
def test_any_text_can_be_stored_and_cited(parse: Parse, around: str, words: str) -> None:
    try:
        parsed = screen(clean(parse(around.format(words).encode("utf-8", "surrogatepass"), "some file")))
    except NoText:
        return
    page = parsed.pages[0]
    page.text.encode()
    assert "\0" not in page.text
    bounds = [bound for block in page.blocks for bound in (block.start, block.end)]
    assert bounds == sorted(bounds)
    assert all(page.text[block.start : block.end].strip() for block in page.blocks)
