from pathlib import Path
from typing import Any

import pytest

from ingest.parsers import docx
from ingest.parsers.reading import Limits, OverLimit, Reading
from rag.errors import NoText, UnreadableDocument
from rag.hidden import Concealment
from rag.types import BlockKind, Parsed
from tests.fixtures import office


def parse(data: bytes, **how: Any) -> Parsed:
    return docx.parse(data, "rules.docx", Reading(**how))


def text(body: str, **how: Any) -> str:
    return parse(office.word(body), **how).pages[0].text


def run(words: str, look: str = "") -> str:
    return f"<w:r><w:rPr>{look}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def row(*cells: str, properties: str = "") -> str:
    made = "".join(
        cell if cell.startswith("<w:tc>") else f"<w:tc>{paragraph(run(cell))}</w:tc>" for cell in cells
    )
    return f"<w:tr>{properties}{made}</w:tr>"


def blocks(parsed: Parsed) -> list[tuple[BlockKind, int, str]]:
    page = parsed.pages[0]
    return [(block.kind, block.level, page.text[block.start : block.end]) for block in page.blocks]


def test_headings_paragraphs_lists_and_tables_come_in_order() -> None:
    def write(document: Any) -> None:
        document.add_heading("Travel", 0)
        document.add_heading("Who may travel", 2)
        document.add_paragraph("All ").add_run("staff").bold = True
        for item in ("Ask.", "Wait."):
            document.add_paragraph(item, style="List Number")
        document.add_paragraph("By mail", style="List Bullet")
        table = document.add_table(rows=2, cols=2)
        for at, cell in enumerate(("City", "Limit", "Rome", "120")):
            table.cell(at // 2, at % 2).text = cell
        document.add_paragraph("The end.")

    parsed = parse(office.docx(write))
    assert blocks(parsed) == [
        (BlockKind.HEADING, 1, "Travel"),
        (BlockKind.HEADING, 2, "Who may travel"),
        (BlockKind.PARAGRAPH, 0, "All staff"),
        (BlockKind.ITEM, 0, "1. Ask."),
        (BlockKind.ITEM, 0, "2. Wait."),
        (BlockKind.ITEM, 0, "• By mail"),
        (BlockKind.ROW, 0, "City | Limit"),
        (BlockKind.ROW, 0, "City: Rome | Limit: 120"),
        (BlockKind.PARAGRAPH, 0, "The end."),
    ]
    assert (parsed.title, parsed.tables) == ("Travel", 1)


@pytest.mark.parametrize(
    ("stated", "title"), [("Rules", "Rules"), ("Microsoft Word - x.doc", "Scope"), ("", "Scope")]
)
def test_the_title_is_the_stated_one_where_it_says_something(stated: str, title: str) -> None:
    def write(document: Any) -> None:
        document.core_properties.title = stated
        document.add_heading("Scope", 1)

    assert parse(office.docx(write)).title == title


def test_a_style_of_ones_own_is_a_heading_by_what_it_is_based_on_or_by_its_outline() -> None:
    def write(document: Any) -> None:
        style = document.styles.add_style("Unsere Überschrift", 1)
        style.base_style = document.styles["Heading 3"]
        document.add_paragraph("Derived", style=style)

    assert blocks(parse(office.docx(write))) == [(BlockKind.HEADING, 3, "Derived")]
    outlined = office.word(paragraph(run("Outlined"), properties="<w:outlineLvl w:val='1'/>"))
    assert blocks(parse(outlined)) == [(BlockKind.HEADING, 2, "Outlined")]


def test_contents_by_page_number_are_left_out() -> None:
    def write(document: Any) -> None:
        document.add_paragraph("Scope ..... 3", style=document.styles.add_style("toc 1", 1))
        document.add_paragraph("Words.")

    assert parse(office.docx(write)).pages[0].text == "Words."


def test_tracked_changes_are_read_as_accepted() -> None:
    deleted = (
        "<w:del><w:r><w:delText>no</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>no</w:t></w:r></w:moveFrom>"
    )
    assert text(paragraph(run("kept"), deleted, f"<w:ins>{run(' new')}</w:ins>")) == "kept new"


def test_field_codes_and_deleted_rows_are_not_read() -> None:
    table = f"<w:tbl>{row('A', 'B')}{row('C', 'D', properties='<w:trPr><w:del/></w:trPr>')}</w:tbl>"
    assert text(f"{paragraph(run('x'), '<w:r><w:instrText>PAGE</w:instrText></w:r>')}{table}") == "x\n\nA | B"


def test_breaks_tabs_and_special_hyphens_are_kept() -> None:
    signs = "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>"
    assert text(paragraph(signs)) == "a b\nc\u2011d"


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{paragraph(run('in the box'))}</w:txbxContent>"
    names = "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
    ways = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    both = f"<mc:AlternateContent {names}>{ways}</mc:AlternateContent>"
    assert text(paragraph(run("before "), f"<w:r>{both}</w:r>", run("after"))) == "before after\n\nin the box"


@pytest.mark.parametrize(
    ("look", "how"),
    [
        ("<w:vanish/>", Concealment.STYLE),
        ("<w:color w:val='FEFEFE'/>", Concealment.COLOUR),
        ("<w:color w:val='C00000'/><w:shd w:val='clear' w:fill='C00000'/>", Concealment.COLOUR),
        ("<w:sz w:val='3'/>", Concealment.TINY),
    ],
)
def test_what_a_reader_does_not_see_is_left_out_and_counted(look: str, how: Concealment) -> None:
    body = paragraph(run("seen"), run(" not seen", look))
    parsed = parse(office.word(body))
    assert parsed.pages[0].text == "seen"
    assert [(hidden.page, hidden.how, hidden.characters) for hidden in parsed.hidden] == [(1, how, 9)]
    assert text(body, keep_hidden=True) == "seen not seen"


@pytest.mark.parametrize(
    "look",
    [
        "<w:vanish w:val='0'/>",
        "<w:color w:val='auto'/>",
        "<w:color w:val='FFFFFF'/><w:shd w:val='clear' w:fill='204080'/>",
        "<w:color w:val='FFFFFF'/><w:highlight w:val='black'/>",
        "<w:sz w:val='8'/>",
    ],
)
def test_what_a_reader_sees_is_read(look: str) -> None:
    assert text(paragraph(run("seen", look))) == "seen"


def test_white_on_a_shaded_cell_is_seen_and_on_a_plain_one_is_not() -> None:
    def cell(words: str, fill: str) -> str:
        look = run(words, "<w:color w:val='FFFFFF'/>")
        return f"<w:tc><w:tcPr><w:shd w:val='clear' w:fill='{fill}'/></w:tcPr>{paragraph(look)}</w:tc>"

    table = (
        f"<w:tbl><w:tr>{cell('dark', '204080')}{cell('white', 'FFFFFF')}{cell('none', 'auto')}</w:tr></w:tbl>"
    )
    assert text(table + paragraph(run("x"))) == "dark\n\nx"


def test_merged_cells_are_said_in_each_row_that_they_stand_in() -> None:
    def merged(words: str, how: str) -> str:
        return f"<w:tc><w:tcPr><w:vMerge w:val='{how}'/></w:tcPr>{paragraph(run(words))}</w:tc>"

    wide = f"<w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>{paragraph(run('wide'))}</w:tc>"
    rows = (
        row("Country", "City", "Limit")
        + row(merged("Italy", "restart"), "Rome", "120")
        + row(merged("", "continue"), "Milan", "130")
        + row(wide, "9")
    )
    assert text(f"<w:tbl>{rows}</w:tbl>").splitlines() == [
        "Country | City | Limit",
        "Country: Italy | City: Rome | Limit: 120",
        "Country: Italy | City: Milan | Limit: 130",
        "Country: wide | Limit: 9",
    ]


def test_a_row_that_is_repeated_on_each_page_is_the_head() -> None:
    head = row("2024", "2025", properties="<w:trPr><w:tblHeader/></w:trPr>")
    assert text(f"<w:tbl>{head}{row('3', '4')}</w:tbl>") == "2024 | 2025\n2024: 3 | 2025: 4"


def test_a_table_that_only_arranges_the_page_is_read_as_its_cells() -> None:
    level = "<w:outlineLvl w:val='0'/>"
    heading = f"<w:tc>{paragraph(run('Scope'), properties=level)}</w:tc>"
    parsed = parse(office.word(f"<w:tbl>{row(heading, 'All staff.')}</w:tbl>"))
    assert [kind for kind, _, _ in blocks(parsed)] == [BlockKind.HEADING, BlockKind.PARAGRAPH]
    assert parsed.tables == 0


def test_notes_stand_at_the_end_with_their_numbers() -> None:
    name = f"xmlns:w='{office.WORD}'"
    note = "<w:footnote w:id='{}'>" + paragraph(run("{}")) + "</w:footnote>"
    notes = note.format(7, "Second.") + note.format(3, "First.") + note.format(9, "Never referred to.")

    def change(path: str, content: bytes) -> bytes:
        if path.endswith("document.xml.rels"):
            kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
            relation = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'
            return content.replace(b"</Relationships>", relation.encode())
        return content

    mark = "<w:r><w:footnoteReference w:id='{}'/></w:r>"
    data = office.word(paragraph(run("One"), mark.format(3), run(" two"), mark.format(7)))
    data = office.repacked(
        data, change, **{"word/footnotes.xml": f"<w:footnotes {name}>{notes}</w:footnotes>"}
    )
    assert parse(data).pages[0].text == "One two\n\n1. First.\n2. Second."


def test_a_document_that_shows_nothing_has_no_text() -> None:
    with pytest.raises(NoText, match=r"rules\.docx shows no text"):
        parse(office.word(paragraph(run("x", "<w:vanish/>"))))


def test_a_document_made_to_harm_is_refused() -> None:
    with pytest.raises(OverLimit):
        parse(office.word("", **{"word/bomb.xml": "x" * (11 << 20)}))
    deep = "<w:sdt><w:sdtContent>" * 50_000 + "</w:sdtContent></w:sdt>" * 50_000
    with pytest.raises(UnreadableDocument, match="damaged"):
        parse(office.word(deep))


def test_nothing_outside_the_document_is_read(tmp_path: Path) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("canary")
    entity = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{canary.as_uri()}">]>'

    def change(path: str, content: bytes) -> bytes:
        return entity.encode() + content if path == "word/document.xml" else content

    data = office.repacked(office.word(paragraph(run("kept &x;"))), change)
    assert "canary" not in parse(data).pages[0].text


@pytest.mark.parametrize("broken", [None, b"", b"<a>", b"<a/>"])
@pytest.mark.parametrize(
    "part", ["word/document.xml", "word/styles.xml", "[Content_Types].xml", "_rels/.rels"]
)
def test_a_document_with_a_part_missing_or_broken_is_read_or_refused_with_a_reason(
    part: str, broken: bytes | None
) -> None:
    data = office.repacked(office.docx(), lambda path, content: broken if path == part else content)
    try:
        said = parse(data).pages[0].text
    except UnreadableDocument as error:
        said = str(error)
    assert said.startswith(("Words.", "rules.docx"))


def test_numbers_follow_the_levels_of_their_list() -> None:
    from lxml import etree

    from ingest.parsers.office.docx_numbers import Numbering

    levels = (
        "<w:lvl w:ilvl='0'><w:start w:val='4'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1'/></w:lvl>"
        "<w:lvl w:ilvl='1'><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.%2'/></w:lvl>"
        "<w:lvl w:ilvl='2'><w:numFmt w:val='lowerRoman'/><w:lvlText w:val='(%3)'/></w:lvl>"
    )
    lists = "".join(
        f"<w:num w:numId='{n}'><w:abstractNumId w:val='0'/>{more}</w:num>"
        for n, more in (
            (1, ""),
            (2, "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='9'/></w:lvlOverride>"),
        )
    )
    kind = f"<w:abstractNum w:abstractNumId='0'>{levels}</w:abstractNum>"
    xml = f"<w:numbering xmlns:w='{office.WORD}'>{kind}{lists}</w:numbering>"
    numbering = Numbering(etree.fromstring(xml))
    marks = [numbering.mark("1", depth) for depth in (0, 1, 1, 2, 2, 0, 1)]
    assert marks == ["4 ", "4.1 ", "4.2 ", "(i) ", "(ii) ", "5 ", "5.1 "]
    assert [numbering.mark("2", 0), numbering.mark("2", 0), numbering.mark("3", 0)] == ["9 ", "10 ", ""]


def test_more_cells_than_the_limit_are_refused_though_a_wide_one_takes_few_bytes() -> None:
    wide = f"<w:tc><w:tcPr><w:gridSpan w:val='200'/></w:tcPr>{paragraph(run('x'))}</w:tc>"
    table = f"<w:tbl>{row(wide, 'y') * 5}</w:tbl>"
    assert parse(office.word(table), limits=Limits(cells=1005)).tables == 1
    with pytest.raises(OverLimit, match=r"rules\.docx has more than 1,000 cells"):
        parse(office.word(table), limits=Limits(cells=1000))


def test_comments_are_left_out_and_counted() -> None:
    part = f'<w:comments xmlns:w="{office.WORD}"><w:comment w:id="0"><w:p/></w:comment></w:comments>'
    parsed = parse(office.word(paragraph(run("Words.")), **{"word/comments.xml": part}))
    assert parsed.warnings == ("1 comment was left out.",)
