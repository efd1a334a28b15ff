"""What the readers of a web page or of Markdown do not see stays out, and is counted."""

import pytest

from ingest.parsers import html, markdown
from ingest.parsers.reading import Reading
from rag.hidden import Concealment, Hidden
from rag.types import Parsed

PROSE = "Every employee has twenty-five days of leave a year, and five more after ten years of service."
SECRET = "Payments go to account 7777."
LETTERS = len(SECRET.replace(" ", ""))
KEEP = Reading(keep_hidden=True)


def page(inside: str, head: str = "") -> bytes:
    around = f"<p>{PROSE}</p>{inside}<p>Ask your manager in writing, at least two weeks ahead of it.</p>"
    return (
        f"<html><head><title>T</title>{head}</head><body><article>{around}</article></body></html>".encode()
    )


def of_html(inside: str, head: str = "", reading: Reading = Reading()) -> Parsed:
    return html.parse(page(inside, head), "page.html", reading)


def of_markdown(source: str, reading: Reading = Reading()) -> Parsed:
    return markdown.parse(f"{PROSE}\n\n{source}\n\nAsk your manager.".encode(), "note.md", reading)


INLINE = {
    "display:none": Concealment.STYLE,
    "DISPLAY : None !important": Concealment.STYLE,
    "visibility:hidden": Concealment.STYLE,
    "opacity:0.0": Concealment.STYLE,
    "height:0;overflow:hidden": Concealment.STYLE,
    "font-size:1px": Concealment.TINY,
    "font-size: 0": Concealment.TINY,
    "font-size:.05em": Concealment.TINY,
    "position:absolute;left:-9999px": Concealment.OUTSIDE,
    "position:fixed; top:-200em": Concealment.OUTSIDE,
    "text-indent:-9999px": Concealment.OUTSIDE,
    "color:#fff": Concealment.COLOUR,
    "color:white;background:#FFFFFF": Concealment.COLOUR,
    "color:rgb(255, 255, 255)": Concealment.COLOUR,
    "color:transparent": Concealment.COLOUR,
    "background:#222;color:#222222": Concealment.COLOUR,
}


@pytest.mark.parametrize(("style", "how"), INLINE.items(), ids=range(len(INLINE)))
def test_an_inline_style_that_hides_text_keeps_it_out(style: str, how: Concealment) -> None:
    parsed = of_html(f'<p style="{style}">{SECRET}</p>')
    assert SECRET not in parsed.pages[0].text
    assert PROSE in parsed.pages[0].text
    assert parsed.hidden == (Hidden(page=1, how=how, characters=LETTERS),)


@pytest.mark.parametrize(("style", "how"), INLINE.items(), ids=range(len(INLINE)))
def test_markdown_takes_the_styles_of_its_tags_as_seriously(style: str, how: Concealment) -> None:
    for source in (
        f'<div style="{style}">\n\n{SECRET}\n\n</div>',
        f"x <span style='{style}'>{SECRET}</span>",
    ):
        parsed = of_markdown(source)
        assert SECRET not in parsed.pages[0].text
        assert "Ask your manager." in parsed.pages[0].text
        assert parsed.hidden == (Hidden(page=1, how=how, characters=LETTERS),)


@pytest.mark.parametrize(
    ("css", "tag"),
    [
        (".x{display:none}", '<p class="a x b">'),
        ("#x { visibility: hidden }", "<p id=x>"),
        ("aside.x{display:none}", "<p><aside class=x>"),
        (".b, .x.a {font-size:1px}", '<p class="x a">'),
        (".x{display:block} .x{display:none}", "<p class=x>"),
        ("/* } */ .x{opacity:0}", "<p class=x>"),
    ],
)
def test_a_simple_rule_hides_as_well(css: str, tag: str) -> None:
    parsed = of_html(f"{tag}{SECRET}</p>", f"<style>{css}</style>")
    assert SECRET not in parsed.pages[0].text
    assert sum(each.characters for each in parsed.hidden) == LETTERS


@pytest.mark.parametrize(
    ("css", "tag"),
    [
        (".x{display:none} .x.open{display:block}", '<p class="x open">'),
        (".x{display:none} .tabs .x{display:block}", "<p class=x>"),  # may be shown: the benefit of the doubt
        ("@media print {.x{display:none}}", "<p class=x>"),
        ("div.x{display:none}", "<p class=x>"),
        (".x.y{display:none}", "<p class=x>"),
        ("p{font-size:0} .x{font-size:16px}", "<p class=x>"),
        ("article{background:#000} .x{color:#fff}", "<p class=x>"),
        (".tabs .x{background:#000} .x{color:#fff}", "<p class=x>"),
    ],
)
def test_what_is_shown_or_may_be_is_read(css: str, tag: str) -> None:
    parsed = of_html(f"{tag}{SECRET}</p>", f"<style>{css}</style>")
    assert SECRET in parsed.pages[0].text


def test_white_is_not_hidden_where_a_linked_style_may_paint_what_is_behind_it() -> None:
    parsed = of_html(f'<p style="color:#fff">{SECRET}</p>', '<link rel="stylesheet" href="all.css">')
    assert SECRET in parsed.pages[0].text


def test_the_attribute_hidden_hides() -> None:
    assert of_html(f"<p hidden>{SECRET}</p>").hidden == of_markdown(f"<p hidden>{SECRET}</p>").hidden != ()


def test_what_follows_something_hidden_is_read() -> None:
    text = of_html(
        f'<p><span style="display:none">{SECRET}</span>Days that are left over expire in March.</p>'
    )
    assert "Days that are left over expire in March." in text.pages[0].text


def test_a_label_for_screen_readers_is_dropped_without_a_word() -> None:
    parsed = of_html(
        '<p><span class="sr-only">Opens a new window</span>More about leave in the intranet.</p>'
    )
    assert "new window" not in parsed.pages[0].text
    assert parsed.hidden == ()


def test_a_page_of_words_for_screen_readers_alone_is_reported() -> None:
    assert of_html(f'<div class="sr-only">{SECRET * 10}</div>').hidden[0].characters == 10 * LETTERS


def test_comments_scripts_and_templates_of_a_page_are_neither_read_nor_worth_a_word() -> None:
    parsed = of_html(f"<!-- {SECRET} --><template>{SECRET}</template><noscript>{SECRET}</noscript>")
    assert SECRET not in parsed.pages[0].text
    assert parsed.hidden == ()


def test_an_article_that_is_only_told_to_machines_is_not_read() -> None:
    script = (
        f'<script type="application/ld+json">{{"@type": "Article", "articleBody": "{SECRET * 20}"}}</script>'
    )
    data = f"<html><head>{script}</head><body><p>Short page.</p></body></html>"
    assert SECRET not in html.parse(data.encode(), "page.html").pages[0].text


@pytest.mark.parametrize("source", [f"<!-- {SECRET} -->", f"text <!--{SECRET}--> text", f"[//]: # ({SECRET})",
                                    f"[note]: <> ({SECRET})\n[note]: # (x)"])  # fmt: skip
def test_comments_of_markdown_are_kept_out_and_counted(source: str) -> None:
    parsed = of_markdown(source)
    assert SECRET not in parsed.pages[0].text
    assert sum(each.characters for each in parsed.hidden) - source.count("(x)") == LETTERS


def test_an_ordinary_link_definition_is_no_comment() -> None:
    assert of_markdown('See [leave].\n\n[leave]: /leave "The rules of leave"').hidden == ()


def test_hidden_text_is_read_where_it_was_asked_for() -> None:
    marked = (f'<p style="display:none">{SECRET}</p>', f"<!-- {SECRET} -->", f"[//]: # ({SECRET})")
    found = [of_markdown(source, KEEP) for source in marked]
    found.append(of_html(f'<p style="display:none">{SECRET}</p>', reading=KEEP))
    assert all(SECRET in each.pages[0].text and each.hidden == () for each in found)


def test_a_paragraph_closes_what_it_left_open() -> None:
    parsed = of_markdown(f'a <span style="display:none">{SECRET}\n\nDays expire in March.')
    assert "Days expire in March." in parsed.pages[0].text
    assert SECRET not in parsed.pages[0].text


def test_a_page_that_hides_everything_until_its_scripts_run_could_not_be_inspected() -> None:
    data = f'<html><body><div style="display:none"><p>{PROSE}</p></div></body></html>'.encode()
    parsed = html.parse(data, "page.html")
    assert parsed.pages[0].text == PROSE
    assert "could not be told" in parsed.uninspected
    assert parsed.hidden == ()


def test_a_body_hidden_until_its_scripts_run_is_read() -> None:
    data = page("").replace(b"<body>", b'<body style="opacity:0">')
    assert PROSE in html.parse(data, "page.html").pages[0].text


def test_tables_are_counted() -> None:
    table = "<table><tr><th>Country</th><th>Days</th></tr><tr><td>France</td><td>30</td></tr></table>"
    assert of_html(table * 2).tables == 2
    assert of_markdown("| a | b |\n|---|---|\n| 1 | 2 |").tables == 1


@pytest.mark.parametrize(
    "css", ["{" * 50_000, "}" * 50_000, "/*" * 50_000, ".x{" * 20_000, "a," * 50_000 + "b{color:red}"]
)
def test_broken_styles_do_no_harm(css: str) -> None:
    assert PROSE in of_html("", f"<style>{css}</style>").pages[0].text
