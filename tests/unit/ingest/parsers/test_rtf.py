import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsers import rtf
from ingest.parsers.reading import Limits, OverLimit, Reading
from rag.errors import NoText, UnreadableDocument
from rag.hidden import Concealment
from rag.types import BlockKind
from tests.fixtures.office import RTF


def text(body: bytes) -> str:
    return rtf.parse(b"{\\rtf1\\ansi " + body + b"}", "rules.rtf").pages[0].text


def test_headings_paragraphs_items_and_rows_come_in_order() -> None:
    parsed = rtf.parse(RTF, "rules.rtf")
    page = parsed.pages[0]
    assert [(block.kind, page.text[block.start : block.end]) for block in page.blocks] == [
        (BlockKind.HEADING, "Scope"),
        (BlockKind.PARAGRAPH, "One | two shown."),
        (BlockKind.PARAGRAPH, "link text"),
        (BlockKind.ROW, "City | Limit"),
        (BlockKind.ROW, "City: Rome | Limit: 120"),
        (BlockKind.PARAGRAPH, "10 € for cafés 😀"),
        (BlockKind.ITEM, "• dot item"),
        (BlockKind.ITEM, "2. second"),
    ]
    assert (parsed.title, parsed.tables) == ("Travel rules", 1)


def test_hidden_text_is_left_out_and_counted() -> None:
    parsed = rtf.parse(RTF, "rules.rtf")
    assert [(hidden.how, hidden.characters) for hidden in parsed.hidden] == [(Concealment.STYLE, 23)]
    kept = rtf.parse(RTF, "rules.rtf", Reading(keep_hidden=True))
    assert "One | two secret wordsshownmore secret." in kept.pages[0].text


def test_a_table_ends_where_text_stands_between_its_rows() -> None:
    row = b"\\trowd\\cellx1 1\\cell 2\\cell\\row\n"
    assert rtf.parse(b"{\\rtf1 " + row * 2 + b"\\pard between\\par " + row + b"}", "x.rtf").tables == 2


def test_embedded_bytes_are_skipped() -> None:
    assert text(b"a {\\pict\\wmetafile8\\bin8 }}}}{{{{} b") == "a b"
    assert text(b"a {\\pict\\pngblip " + b"0a" * 100_000 + b"} b") == "a b"


@pytest.mark.parametrize("data", [b"{\\rtf1", b"{\\rtf1 {\\v hidden}}", b"{\\rtf1 {\\info{\\title x}}}"])
def test_a_document_that_shows_nothing_has_no_text(data: bytes) -> None:
    with pytest.raises(NoText):
        rtf.parse(data, "x.rtf")


def test_more_cells_than_the_limit_are_refused() -> None:
    row = b"\\trowd 1\\cell 2\\cell\\row "
    with pytest.raises(OverLimit, match="cells"):
        rtf.parse(b"{\\rtf1 " + row * 100 + b"}", "x.rtf", Reading(limits=Limits(cells=100)))


@pytest.mark.parametrize("data", [b"{" * 100_000 + b"x", b"}" * 100_000, b"{\\field{\\*\\fldinst{" * 20_000])
def test_braces_without_end_are_read_or_refused(data: bytes) -> None:
    try:
        said = text(data)
    except UnreadableDocument as error:
        said = str(error)
    assert said


@given(
    st.lists(
        st.sampled_from([b"{", b"}", b"\\v ", b"\\v0 ", b"\\cell ", b"\\row ", b"\\trowd ", b"\\par ", b"x"])
    )
)
def test_any_order_of_controls_is_read_or_refused(parts: list[bytes]) -> None:
    try:
        said = rtf.parse(b"{\\rtf1 " + b"".join(parts) + b"}", "x.rtf").pages[0].text
    except UnreadableDocument as error:
        said = str(error)
    assert said
    assert not any(0xE8F0 <= ord(character) <= 0xE8FF for character in said)


def test_each_font_has_its_own_letters() -> None:
    fonts = b"{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fnil\\fcharset204{\\*\\fname A;}Arial Cyr;}}"
    assert text(fonts + b"\\f0 caf\\'e9 \\f1\\'cf\\'f0\\f0 .") == "café Пр."


def test_a_table_of_fonts_without_end_costs_no_time() -> None:
    assert text(b"{\\fonttbl" + b"\\f1 \\fcharset0 " * 100_000 + b"}words") == "words"
