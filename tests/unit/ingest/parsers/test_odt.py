from pathlib import Path
from typing import Any

import pytest

from ingest.parsers import odt
from ingest.parsers.reading import Limits, OverLimit, Reading
from rag.errors import EncryptedDocument, NoText, UnreadableDocument
from rag.hidden import Concealment
from rag.types import BlockKind, Parsed
from tests.fixtures import office

STYLES = """
<style:style style:name="Plain" style:family="paragraph"/>
<style:style style:name="Mine" style:family="paragraph" style:parent-style-name="Title"/>
<style:style style:name="Title" style:family="paragraph"/>
<style:style style:name="Gone" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="White" style:family="text"><style:text-properties fo:color="#ffffff"/></style:style>
<style:style style:name="Tiny" style:family="text"><style:text-properties fo:font-size="1pt"/></style:style>
<style:style style:name="Dark" style:family="table-cell">
  <style:table-cell-properties fo:background-color="#204080"/></style:style>
<text:list-style style:name="Numbers"><text:list-level-style-number text:level="1" style:num-format="a"
  style:num-suffix=")" text:start-value="2"/><text:list-level-style-bullet text:level="2"/></text:list-style>
"""


def parse(body: str, **how: Any) -> Parsed:
    return odt.parse(office.odt(body, STYLES), "rules.odt", Reading(**how))


def text(body: str, **how: Any) -> str:
    return parse(body, **how).pages[0].text


def cell(words: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{words}</text:p></table:table-cell>"


def test_headings_paragraphs_lists_and_tables_come_in_order() -> None:
    inner = "<text:list><text:list-item><text:p>By mail</text:p></text:list-item></text:list>"
    items = f"<text:list-item><text:p>Ask.</text:p>{inner}</text:list-item>"
    items += "<text:list-item><text:p>Wait.</text:p><text:p>Longer.</text:p></text:list-item>"
    rows = "".join(
        f"<table:table-row>{cell(a)}{cell(b)}</table:table-row>"
        for a, b in (("City", "Limit"), ("Rome", "120"))
    )
    parsed = parse(
        '<text:p text:style-name="Mine">Travel</text:p><text:h text:outline-level="2">Scope</text:h>'
        "<text:section><text:p>All <text:span>staff</text:span></text:p></text:section>"
        f'<text:list text:style-name="Numbers">{items}</text:list><table:table>{rows}</table:table>'
    )
    page = parsed.pages[0]
    assert [(block.kind, block.level, page.text[block.start : block.end]) for block in page.blocks] == [
        (BlockKind.HEADING, 1, "Travel"),
        (BlockKind.HEADING, 2, "Scope"),
        (BlockKind.PARAGRAPH, 0, "All staff"),
        (BlockKind.ITEM, 0, "b) Ask."),
        (BlockKind.ITEM, 1, "• By mail"),
        (BlockKind.ITEM, 0, "c) Wait."),
        (BlockKind.PARAGRAPH, 0, "Longer."),
        (BlockKind.ROW, 0, "City | Limit"),
        (BlockKind.ROW, 0, "City: Rome | Limit: 120"),
    ]
    assert (parsed.title, parsed.tables) == ("Travel", 1)


def test_the_stated_title_comes_first() -> None:
    meta = '<m xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Rules</dc:title></m>'
    data = office.odt("<text:h>Scope</text:h>", **{"meta.xml": meta})
    assert odt.parse(data, "rules.odt").title == "Rules"


def test_blanks_tabs_and_breaks_are_kept_and_line_ends_of_the_file_are_not() -> None:
    assert text('<text:p>a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d\ne</text:p>') == "a b c\nd e"


def test_notes_stand_at_the_end_with_their_numbers() -> None:
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Below.</text:p>"
    assert text(f"<text:p>One{note}</text:note-body></text:note> two</text:p>") == "One two\n\n1. Below."


def test_deleted_text_comments_and_contents_are_left_out() -> None:
    assert (
        text(
            "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
            "<text:table-of-content><text:p>Scope 3</text:p></text:table-of-content>"
            "<text:p>kept<office:annotation><text:p>comment</text:p></office:annotation>.</text:p>"
        )
        == "kept."
    )


def test_a_text_box_is_read_after_its_paragraph() -> None:
    box = "<draw:frame><draw:text-box><text:p>in the box</text:p></draw:text-box></draw:frame>"
    assert text(f"<text:p>before {box}after</text:p>") == "before after\n\nin the box"


@pytest.mark.parametrize(
    ("style", "how"),
    [("Gone", Concealment.STYLE), ("White", Concealment.COLOUR), ("Tiny", Concealment.TINY)],
)
def test_what_a_reader_does_not_see_is_left_out_and_counted(style: str, how: Concealment) -> None:
    body = f'<text:p>seen<text:span text:style-name="{style}"> not seen</text:span></text:p>'
    parsed = parse(body)
    assert parsed.pages[0].text == "seen"
    assert [(hidden.how, hidden.characters) for hidden in parsed.hidden] == [(how, 9)]
    assert text(body, keep_hidden=True) == "seen not seen"


def test_white_on_a_dark_cell_is_seen() -> None:
    white = '<text:span text:style-name="White">Limit</text:span>'
    dark = cell(white, 'table:style-name="Dark"')
    assert text(f"<table:table><table:table-row>{dark}</table:table-row></table:table>") == "Limit"


def test_repeated_cells_are_counted_and_empty_ones_beyond_the_page_are_not_written_out() -> None:
    wide = '<table:table-cell table:number-columns-repeated="16000"/>'
    twice = cell("x", 'table:number-columns-repeated="2"')
    rows = f"<table:table-row>{twice}{wide}</table:table-row>"
    assert text(f"<table:table>{rows}</table:table>") == "x | x"
    with pytest.raises(OverLimit, match="cells"):
        text(f"<table:table>{rows * 20}</table:table>", limits=Limits(cells=1000))


def test_a_password_is_said_to_be_needed() -> None:
    data = office.odt("", **{"META-INF/manifest.xml": "<m><encryption-data/></m>"})
    with pytest.raises(EncryptedDocument, match="password"):
        odt.parse(data, "rules.odt")


def test_a_document_that_shows_nothing_has_no_text() -> None:
    with pytest.raises(NoText):
        parse("<text:p> </text:p>")


def test_a_document_without_a_text_part_is_damaged() -> None:
    with pytest.raises(UnreadableDocument, match="damaged"):
        odt.parse(office.packed({"mimetype": "x"}), "rules.odt")


def test_deep_nesting_is_refused_with_a_reason() -> None:
    with pytest.raises(UnreadableDocument, match="nested deeper"):
        parse("<text:section>" * 50_000 + "</text:section>" * 50_000)


def test_nothing_outside_the_document_is_read(tmp_path: Path) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("canary")
    entity = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{canary.as_uri()}">]>'

    def change(path: str, content: bytes) -> bytes:
        return entity.encode() + content if path == "content.xml" else content

    data = office.repacked(office.odt("<text:p>kept &x;</text:p>"), change)
    assert odt.parse(data, "rules.odt").pages[0].text == "kept"
