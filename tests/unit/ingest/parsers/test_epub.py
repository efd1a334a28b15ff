from pathlib import Path

import pytest

from ingest.parsers import epub
from ingest.parsers.reading import Limits, OverLimit, Reading
from rag.errors import EncryptedDocument, NoText, UnreadableDocument
from rag.hidden import Concealment
from rag.types import BlockKind, Page
from tests.fixtures import office
from tests.fixtures.office import chapter


def page(body: str) -> Page:
    return epub.parse(office.epub(chapter(body)), "book.epub").pages[0]


def blocks(body: str) -> list[tuple[BlockKind, int, str]]:
    found = page(body)
    return [(block.kind, block.level, found.text[block.start : block.end]) for block in found.blocks]


def test_chapters_are_pages_in_reading_order_called_by_their_headings() -> None:
    data = office.epub(chapter("<h2>One</h2><p>First.</p>"), chapter("<p>Second.</p>"), title="The book")
    parsed = epub.parse(data, "book.epub")
    assert parsed.title == "The book"
    assert [(each.number, each.label, each.text) for each in parsed.pages] == [
        (1, "One", "One\n\nFirst."),
        (2, "Chapter 2", "Second."),
    ]


def test_all_that_a_chapter_shows_is_read_block_by_block() -> None:
    assert blocks(
        "<h1>One &amp; <i>two</i></h1><div>loose <b>words</b><p>Whole&nbsp;words.</p> after</div>"
        "<ol><li><p>Ask.</p><ul><li>By mail</li></ul></li><li>Wait<br/>longer.</li></ol>"
        "<table><tr><th>City</th><th>Limit</th></tr><tr><td><p>Rome</p></td><td>120<p>euros</p></td></tr></table>"
        "<pre>a\n  b</pre>"
    ) == [
        (BlockKind.HEADING, 1, "One & two"),
        (BlockKind.PARAGRAPH, 0, "loose words"),
        (BlockKind.PARAGRAPH, 0, "Whole words."),
        (BlockKind.PARAGRAPH, 0, "after"),
        (BlockKind.ITEM, 0, "1. Ask."),
        (BlockKind.ITEM, 1, "• By mail"),
        (BlockKind.ITEM, 0, "2. Wait\nlonger."),
        (BlockKind.ROW, 0, "City | Limit"),
        (BlockKind.ROW, 0, "City: Rome | Limit: 120 euros"),
        (BlockKind.CODE, 0, "a\n  b"),
    ]


@pytest.mark.parametrize("hiding", ["hidden=''", "style='display: none'", "style='visibility:hidden'"])
def test_what_a_reader_does_not_see_is_left_out_and_counted(hiding: str) -> None:
    data = office.epub(chapter(f"<div>seen<div {hiding}>not <b>seen</b></div> too</div>"))
    parsed = epub.parse(data, "book.epub")
    assert parsed.pages[0].text == "seen too"
    assert [(hidden.how, hidden.characters) for hidden in parsed.hidden] == [(Concealment.STYLE, 8)]
    kept = epub.parse(data, "book.epub", Reading(keep_hidden=True))
    assert kept.pages[0].text == "seen\n\nnot seen\n\ntoo"


@pytest.mark.parametrize(
    ("hiding", "how"),
    [
        ("opacity:0", Concealment.STYLE),
        ("position:absolute;left:-9999px", Concealment.OUTSIDE),
        ("font-size:0.5px", Concealment.TINY),
    ],
)
def test_what_hides_on_a_web_page_hides_in_a_book(hiding: str, how: Concealment) -> None:
    data = office.epub(chapter(f"<p>seen</p><p style='{hiding}'>not seen</p>"))
    parsed = epub.parse(data, "book.epub")
    assert parsed.pages[0].text == "seen"
    assert [(hidden.how, hidden.characters) for hidden in parsed.hidden] == [(how, 8)]


def test_scripts_styles_and_drawings_are_not_read() -> None:
    assert (
        page("<script>no</script><style>no</style><svg><text>no</text></svg><p>yes<!-- no --> !</p>").text
        == "yes !"
    )


def test_a_chapter_that_is_no_xml_is_read_all_the_same() -> None:
    assert page("<p>one<br>two <b>three").text == "one\ntwo three"


def test_a_chapter_that_is_missing_is_reported() -> None:
    data = office.epub(chapter("<p>First.</p>"), chapter("<p>Second.</p>"))
    data = office.repacked(data, lambda path, content: None if "c 2" in path else content)
    parsed = epub.parse(data, "book.epub")
    assert parsed.unreadable == (2,)
    assert parsed.warnings == ("1 of its chapters are damaged or missing.",)


def encryption(algorithm: str) -> dict[str, str]:
    method = f'<EncryptionMethod Algorithm="{algorithm}"/>'
    return {"META-INF/encryption.xml": f"<encryption><EncryptedData>{method}</EncryptedData></encryption>"}


def test_copy_protection_is_named_and_garbled_fonts_do_not_matter() -> None:
    protected = encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc")
    with pytest.raises(EncryptedDocument, match="copy-protected"):
        epub.parse(office.epub(chapter("<p>x</p>"), **protected), "book.epub")
    fonts = encryption("http://www.idpf.org/2008/embedding")
    assert epub.parse(office.epub(chapter("<p>x</p>"), **fonts), "book.epub").pages[0].text == "x"


def test_a_book_that_shows_nothing_has_no_text() -> None:
    with pytest.raises(NoText):
        epub.parse(office.epub(chapter("<p> </p>")), "book.epub")


def test_more_chapters_than_the_limit_are_refused() -> None:
    with pytest.raises(OverLimit, match="more than 1 chapters"):
        epub.parse(office.epub(chapter("a"), chapter("b")), "b.epub", Reading(limits=Limits(pages=1)))


@pytest.mark.parametrize("part", ["META-INF/container.xml", "OEBPS/book.opf"])
@pytest.mark.parametrize("broken", [None, b"", b"<a>", b"<a/>"])
def test_a_book_without_a_sound_list_is_refused_with_a_reason(part: str, broken: bytes | None) -> None:
    data = office.repacked(
        office.epub(chapter("x")), lambda path, content: broken if path == part else content
    )
    with pytest.raises(UnreadableDocument, match=r"book\.epub"):
        epub.parse(data, "book.epub")


def test_deep_nesting_costs_neither_time_nor_the_program() -> None:
    depth = 50_000
    data = office.epub(chapter("<p>kept</p>"), chapter("<div>" * depth + "x" + "</div>" * depth))
    assert epub.parse(data, "book.epub").pages[0].text == "kept"


def test_nothing_outside_the_book_is_read(tmp_path: Path) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("canary")
    entity = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{canary.as_uri()}">]>'
    data = office.epub(f"{entity}<html><body><p>kept &x;</p><iframe src='{canary.as_uri()}'/></body></html>")
    assert epub.parse(data, "book.epub").pages[0].text == "kept"
