"""Deep, long and repetitive texts end: with the text, or with an error that says what to do."""

import pytest

from ingest.parsers import html, markdown, text
from ingest.screen import screen
from rag.errors import UnreadableDocument
from tests.fixtures.quadratic import HTML, MARKDOWN, TEXT

SIZE = 20_000  # bytes; tests/benchmarks/linear.py measures how time grows
CASES = [
    *((text.parse, f"txt: {name}", repeated) for name, repeated in TEXT.items()),
    *((markdown.parse, f"md: {name}", repeated) for name, repeated in MARKDOWN.items()),
    *((html.parse, f"html: {name}", repeated) for name, repeated in HTML.items()),
]


@pytest.mark.parametrize(("parse", "name", "repeated"), CASES, ids=[name for _, name, _ in CASES])
def test_a_repetitive_text_is_read_or_refused(parse, name, repeated) -> None:
    try:
        parsed = screen(parse(repeated.of(SIZE), "some file"))
    except UnreadableDocument as error:
        assert str(error).startswith("some file ")  # noqa: PT017  both ends are fine, a traceback is not
    else:
        assert all(page.text for page in parsed.pages)


@pytest.mark.parametrize("tag", ["div", "b", "table", "ul", "span style='display:none'"])
def test_a_hundred_thousand_tags_within_each_other_do_no_harm(tag: str) -> None:
    data = f"<html><body><p>On top</p>{f'<{tag}>' * 100_000}At the bottom".encode()
    assert "On top" in html.parse(data, "deep.html").pages[0].text


@pytest.mark.parametrize("mark", [">", "- ", "[", "*", "<div>", "1. "])
def test_fifty_thousand_marks_of_markdown_do_no_harm(mark: str) -> None:
    assert (
        markdown.parse(f"On top\n\n{mark * 50_000}\n".encode(), "deep.md").pages[0].text.startswith("On top")
    )
