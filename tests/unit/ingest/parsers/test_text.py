import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.invisible import without
from ingest.parsers import text
from rag.errors import NoText
from rag.types import BlockKind, Page


def parse(data: bytes) -> Page:
    return text.parse(data, "note.txt").pages[0]


@given(st.text(min_size=1).filter(lambda said: without(said).strip()))  # what shows nothing is empty
def test_offsets_of_a_clean_file_are_those_of_the_page(content: str) -> None:
    if content.startswith("\ufeff") or "\r" in content or "\0" in content:
        return
    assert parse(content.encode()).text == content


@given(st.binary())
def test_any_bytes_are_decoded_to_what_can_be_stored(data: bytes) -> None:
    decoded = text.decode(data)
    decoded.encode("utf-8")
    assert "\0" not in decoded
    assert "\r" not in decoded


@given(st.text())
def test_blocks_hold_all_letters_in_order(content: str) -> None:
    found = text.blocks(content)
    bounds = [bound for block in found for bound in (block.start, block.end)]
    assert bounds == sorted(bounds)
    held = "".join(content[block.start : block.end] for block in found)
    assert "".join(held.split()) == "".join(content.split())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding_and_goes(encoding: str) -> None:
    assert parse("Größe\r\nzwei".encode(encoding)).text == "Größe\nzwei"


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("Die Größe der Übung ist für alle schön gewählt, außer für Müller.", "cp1252"),
        ("Каждый сотрудник имеет право на отпуск и может взять его летом.", "cp1251"),
    ],
)
def test_other_encodings_are_guessed(words: str, encoding: str) -> None:
    assert parse(words.encode(encoding)).text == words


def test_one_broken_byte_does_not_cost_the_rest() -> None:
    words = "Größe für Größe " * 40
    data = words.encode()
    parsed = text.parse(data[:20] + b"\xff" + data[20:], "note.txt")
    assert parsed.pages[0].text.count("\ufffd") == 1
    assert parsed.pages[0].text.replace("\ufffd", "") == words
    assert len(parsed.warnings) == 1


def test_nul_and_lone_surrogates_are_replaced() -> None:
    assert text.storable("a\0b\ud800c") == "a\ufffdb\ufffdc"


def test_paragraphs_items_and_headings_are_told_apart() -> None:
    page = parse(
        b"Opening hours\n\nWe open at nine\nand close at five.\n\n- one\n  more\n    - two\n\nThe end.\n"
    )
    assert [(b.kind, b.level, page.text[b.start : b.end]) for b in page.blocks] == [
        (BlockKind.HEADING, 1, "Opening hours"),
        (BlockKind.PARAGRAPH, 0, "We open at nine\nand close at five."),
        (BlockKind.ITEM, 0, "- one\n  more"),
        (BlockKind.ITEM, 1, "    - two"),
        (BlockKind.PARAGRAPH, 0, "The end."),
    ]


def test_a_first_heading_is_the_title() -> None:
    assert text.parse(b"Opening hours\n\nNine to five.", "note.txt").title == "Opening hours"
    assert text.parse(b"Nine to five.", "note.txt").title == ""


@pytest.mark.parametrize("data", [b"", b" \n\t ", codecs.BOM_UTF8])
def test_blanks_alone_are_no_text(data: bytes) -> None:
    with pytest.raises(NoText):
        parse(data)
