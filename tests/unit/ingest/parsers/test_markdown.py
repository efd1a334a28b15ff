import pytest

from ingest.parsers import markdown
from rag.errors import NoText
from rag.types import BlockKind, Parsed
from tests.fixtures.documents import MARKDOWN


def parse(source: str) -> Parsed:
    return markdown.parse(source.encode(), "folder/some-note.md")


def text(source: str) -> str:
    return parse(source).pages[0].text


def test_the_text_reads_without_markup() -> None:
    page = markdown.parse(MARKDOWN, "travel.md").pages[0]
    found = [(block.kind, block.level, page.text[block.start : block.end]) for block in page.blocks]
    assert found == [
        (BlockKind.HEADING, 1, "Travel"),
        (BlockKind.PARAGRAPH, 0, "Book with the agency before you leave."),
        (BlockKind.ITEM, 0, "• Keep every receipt"),
        (BlockKind.ITEM, 1, "• even small ones"),
        (BlockKind.ITEM, 0, "1. First"),
        (BlockKind.ITEM, 0, "2. Second"),
        (BlockKind.ROW, 0, "City | Limit"),
        (BlockKind.ROW, 0, "Rome | 120"),
    ]


def test_the_title_is_the_front_matters_else_the_first_headings_else_the_files() -> None:
    assert markdown.parse(MARKDOWN, "travel.md").title == "Travel: the rules"
    assert parse("## Small\n\n# Large\n\ntext").title == "Large"
    assert parse("only text").title == "some-note"


def test_front_matter_is_left_out() -> None:
    assert text("---\ntags: [a]\n---\nBody") == "Body"


def test_a_rule_is_not_front_matter() -> None:
    assert text("Above\n\n---\n\nBelow") == "Above\n\nBelow"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a <b>bold</b> word<br>next", "a bold word\nnext"),
        ("<div align=center>\n<p>Shown</p>\n</div>", "Shown"),
        ("<!-- hidden -->\n\nShown", "Shown"),
        ("<script>alert(1)</script>\n\nShown", "Shown"),
        ("![alt](x.png) Shown", "Shown"),
        ("{{< note >}}Shown{{< /note >}}", "Shown"),
        ("## Heading {#anchor}\n\nShown", "Heading\n\nShown"),
        ("one\ntwo", "one two"),
        ("AT&amp;T &lt;3", "AT&T <3"),
    ],
)
def test_what_is_not_text_is_left_out(source: str, expected: str) -> None:
    assert text(source) == expected


def test_code_stays_as_it_is() -> None:
    page = parse("Run:\n\n```sh\nmake  serve\n  now\n```\n").pages[0]
    assert page.blocks[1].kind is BlockKind.CODE
    assert page.text.endswith("make  serve\n  now")


def test_markup_alone_is_no_text() -> None:
    with pytest.raises(NoText):
        parse("---\ntitle: x\n---\n<br>\n")


def test_blocks_are_exact_and_in_order() -> None:
    page = parse("# A\n\n> quoted *words*\n\n1. x\n\n   more\n").pages[0]
    bounds = [bound for block in page.blocks for bound in (block.start, block.end)]
    assert bounds == sorted(bounds)
    assert [page.text[b.start : b.end] for b in page.blocks] == ["A", "quoted words", "1. x", "more"]
