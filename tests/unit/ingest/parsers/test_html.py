import pytest

from ingest.parsers import html
from rag.errors import NoText, UnreadableDocument
from rag.types import BlockKind, Parsed
from tests.fixtures.documents import HTML


def parse(data: bytes) -> Parsed:
    return html.parse(data, "page.html")


def body(text: str) -> str:
    return f"<html><head><title>T</title></head><body><article>{text}</article></body></html>"


def test_main_text_is_kept_and_boilerplate_left_out() -> None:
    text = parse(HTML).pages[0].text
    assert "Every employee has twenty-five days of leave a year, and five more" in text
    assert "Home" not in text
    assert "cookies" not in text


def test_blocks_tell_headings_items_and_rows() -> None:
    page = parse(HTML).pages[0]
    found = [(block.kind, block.level, page.text[block.start : block.end]) for block in page.blocks]
    assert found == [
        (BlockKind.HEADING, 1, "Leave policy"),
        (
            BlockKind.PARAGRAPH,
            0,
            "Every employee has twenty-five days of leave a year, and five more after ten years of service.",
        ),
        (BlockKind.HEADING, 2, "How to ask"),
        (BlockKind.ITEM, 0, "1. Ask your manager in writing."),
        (BlockKind.ITEM, 1, "• by mail"),
        (BlockKind.ITEM, 1, "• by chat"),
        (BlockKind.ITEM, 0, "2. Wait for the answer."),
        (BlockKind.ROW, 0, "Country | Days"),
        (BlockKind.ROW, 0, "France | 30"),
    ]


def test_a_short_page_is_not_thrown_together_with_its_menu() -> None:
    menu = "<div class=nav><a href=/>Home</a> <a href=/x>Jobs</a></div>"
    page = parse(
        f"<html><body>{menu}<h1>Hours</h1><p>We open at nine.</p><p>Closed in May.</p></body></html>".encode()
    )
    assert page.pages[0].text == "Hours\n\nWe open at nine.\n\nClosed in May."
    assert page.title == "Hours"


SENTENCE = "The boiler is checked once a year by the warden, who notes the pressure."


@pytest.mark.parametrize("frame", ["{}", "<main>{}</main>", "<article>{}</article>", "<div>{}</div>"])
def test_headings_lists_and_tables_are_kept_whatever_is_around_them(frame: str) -> None:
    part = "<h2>Part {0}</h2><p>{0}. {1}</p><ul><li>step {0} a</li><li>step {0} b</li></ul>"
    table = "<table><tr><th>Day</th><th>Hours</th></tr><tr><td>Monday</td><td>9-17</td></tr></table>"
    inner = "<h1>Boilers</h1>" + "".join(part.format(number, SENTENCE) for number in range(8)) + table
    page = parse(f"<html><body>{frame.format(inner)}</body></html>".encode()).pages[0]
    kinds = [block.kind for block in page.blocks]
    assert kinds.count(BlockKind.HEADING) == 9
    assert kinds.count(BlockKind.ITEM) == 16
    assert page.text.endswith("• step 7 b\n\nDay | Hours\nMonday | 9-17")


def test_bare_text_and_captions_within_the_main_text_are_kept() -> None:
    inner = f"<p>{SENTENCE}</p><div>Bare text.</div><figure><img><figcaption>A valve.</figcaption></figure>"
    page = parse(f"<html><body><main><h1>Boilers</h1>{inner}<p>The end.</p></main></body></html>".encode())
    assert page.pages[0].text == f"Boilers\n\n{SENTENCE}\n\nBare text.\n\nA valve.\n\nThe end."


def test_what_is_shown_but_not_read_aloud_is_kept() -> None:
    price = (
        '<p>It costs <span aria-hidden="true">120 euro</span> a year.</p><p aria-hidden="true">No more.</p>'
    )
    text = parse(body(f"<p>{SENTENCE}</p>{price}<p>The end.</p>").encode()).pages[0].text
    assert text.split("\n\n") == [SENTENCE, "It costs 120 euro a year.", "No more.", "The end."]


def test_entities_and_inclusions_reach_no_file() -> None:
    doctype = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    include = (
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    )
    page = parse(f"{doctype}{body(f'<p>{SENTENCE} &x; {include}</p>')}".encode()).pages[0]
    assert SENTENCE in page.text
    assert "root:" not in page.text


def test_the_title_is_found() -> None:
    assert parse(HTML).title == "Leave policy"


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("utf-8", "utf-8"), ("iso-8859-1", "cp1252"), ("windows-1251", "cp1251"), ("shift_jis", "shift_jis")],
)
def test_the_declared_encoding_is_believed(charset: str, encoding: str) -> None:
    words = {"cp1251": "Каждый сотрудник имеет отпуск", "shift_jis": "従業員は毎年休暇を取得できます"}.get(
        encoding, "Füße, “Anführungen” und € kosten"
    )
    page = body(f"<p>{words} {'x' * 80}.</p>").replace("<head>", f'<head><meta charset="{charset}">')
    assert words in parse(page.encode(encoding)).pages[0].text


def test_utf8_is_believed_over_a_wrong_declaration() -> None:
    page = body(f"<p>Füße und Hände {'x' * 80}.</p>").replace("<head>", '<head><meta charset="latin-1">')
    assert "Füße und Hände" in parse(page.encode()).pages[0].text


def test_scripts_never_become_text() -> None:
    page = body("<p>Harmless words stand here, and quite enough of them.</p><script>alert(1)</script>")
    assert "alert" not in parse(page.encode()).pages[0].text


def test_where_no_main_text_is_found_everything_shown_is_read_with_a_warning() -> None:
    parsed = parse(b"<html><body><footer><p>Only the foot of a page</p></footer></body></html>")
    assert parsed.pages[0].text == "Only the foot of a page"
    assert len(parsed.warnings) == 1


def test_a_page_that_shows_nothing_is_no_text() -> None:
    with pytest.raises(NoText, match=r"page\.html shows no text"):
        parse(b"<html><head><title>T</title></head><body><script>1</script></body></html>")


@pytest.mark.parametrize("depth", [255, 20_000, 100_000])
def test_what_is_nested_too_deep_is_refused_with_what_to_do(depth: int) -> None:
    deep = "<div>" * depth + "At the bottom of it all" + "</div>" * depth
    with pytest.raises(
        UnreadableDocument, match=r"^page\.html cannot be read: its elements are nested deeper"
    ):
        parse(f"<html><body>{deep}</body></html>".encode())


@pytest.mark.parametrize("depth", [255, 20_000])
def test_a_page_that_ends_too_deep_is_marked_partial(depth: int) -> None:
    deep = "<div>" * depth + "At the bottom of it all"
    parsed = parse(
        f"<html><body><article><p>{'Words on top. ' * 9}</p>{deep}</article></body></html>".encode()
    )
    assert parsed.pages[0].text.startswith("Words on top.")
    assert parsed.unreadable == (1,)
    assert "deeper than any web page needs" in parsed.warnings[-1]


def test_two_hundred_elements_within_each_other_are_read_to_the_bottom() -> None:
    deep = "<div>" * 200 + "<p>At the bottom of it all stand quite enough words.</p>" + "</div>" * 200
    parsed = parse(f"<html><body>{deep}</body></html>".encode())
    assert "bottom" in parsed.pages[0].text
    assert parsed.unreadable == ()


def test_code_keeps_its_lines() -> None:
    page = parse(
        body(f"<p>{'Some words before the code. ' * 5}</p><pre><code>a = 1\n  b = 2</code></pre>").encode()
    )
    assert "a = 1\n  b = 2" in page.pages[0].text
