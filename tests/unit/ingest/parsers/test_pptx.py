from typing import Any

import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingest.parsers import pptx
from ingest.parsers.reading import Limits, OverLimit, Reading
from rag.errors import NoText, UnreadableDocument
from rag.hidden import Concealment, Hidden
from rag.types import BlockKind, Parsed
from tests.fixtures.sheets import rewritten
from tests.fixtures.slides import BLANK, NAVY, TITLE_ONLY, WHITE, Change, presentation, text_box, titled


def parse(data: bytes, reading: Reading = Reading()) -> Parsed:
    return pptx.parse(data, "show.pptx", reading)


def lines(*slides: tuple[int, Change]) -> list[str]:
    return [line for line in parse(presentation(*slides)).pages[0].text.split("\n") if line]


def drawn(write: Change) -> bytes:
    """A blank slide, written on, behind one that says "open"."""
    return presentation((BLANK, lambda slide: text_box(slide.shapes, "open")), (BLANK, write))


def test_each_slide_is_a_page_with_its_number() -> None:
    parsed = parse(presentation(titled("One"), titled("Two")))
    assert [(page.number, page.label, page.text) for page in parsed.pages] == [
        (1, "Slide 1", "One"),
        (2, "Slide 2", "Two"),
    ]


def test_title_and_items_are_told_apart() -> None:
    page = parse(presentation(titled("Plan", "Hire", ("two people", 1), "Build"))).pages[0]
    assert [(b.kind, b.level, page.text[b.start : b.end]) for b in page.blocks] == [
        (BlockKind.HEADING, 1, "Plan"),
        (BlockKind.ITEM, 0, "• Hire"),
        (BlockKind.ITEM, 1, "• two people"),
        (BlockKind.ITEM, 0, "• Build"),
    ]


def test_the_title_is_the_one_in_the_properties_or_the_first_slide_s() -> None:
    assert parse(presentation(titled("Plan"), title="Plan for 2025")).title == "Plan for 2025"
    assert parse(presentation(titled("Plan"))).title == "Plan"
    assert parse(presentation(titled("Plan"), title="PowerPoint Presentation")).title == "Plan"


def test_texts_are_read_from_the_top_down_and_from_left_to_right() -> None:
    def write(slide: Any) -> None:
        text_box(slide.shapes, "below", 1, 5)
        text_box(slide.shapes, "right", 5, 2)
        text_box(slide.shapes, "left", 1, 2.05)
        slide.shapes.title.text = "Title"

    assert lines((TITLE_ONLY, write)) == ["Title", "left", "right", "below"]


def test_groups_are_read_where_they_stand() -> None:
    def write(slide: Any) -> None:
        text_box(slide.shapes, "first", 1, 1)
        group = slide.shapes.add_group_shape()
        text_box(group.shapes, "third", 1, 5)
        text_box(group.shapes, "second", 1, 3)

    assert lines((BLANK, write)) == ["first", "second", "third"]


def test_rows_of_a_table_can_be_understood_alone() -> None:
    def write(slide: Any) -> None:
        table = slide.shapes.add_table(3, 2, 0, 0, Inches(4), Inches(2)).table
        for at, text in enumerate(["City", "Nights", "Rome", "3", "Oslo", "2"]):
            table.cell(at // 2, at % 2).text = text

    assert lines((BLANK, write)) == ["City | Nights", "City: Rome | Nights: 3", "City: Oslo | Nights: 2"]
    assert parse(presentation((BLANK, write))).tables == 1


def test_merged_cells_stand_in_each_row() -> None:
    def write(slide: Any) -> None:
        table = slide.shapes.add_table(3, 2, 0, 0, Inches(4), Inches(2)).table
        for at, text in enumerate(["Country", "City", "Italy", "Rome", "", "Bari"]):
            table.cell(at // 2, at % 2).text = text
        table.cell(1, 0).merge(table.cell(2, 0))

    assert lines((BLANK, write))[-1] == "Country: Italy | City: Bari"


def test_a_chart_is_read_as_its_values() -> None:
    def write(slide: Any) -> None:
        data = CategoryChartData()
        data.categories = ["North", "South"]
        data.add_series("2024", (12, 15.5))
        data.add_series("2025", (13, None))
        frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(3), data)
        frame.chart.has_title = True
        frame.chart.chart_title.text_frame.text = "Sales"

    assert lines((BLANK, write)) == ["Sales", "North | 2024: 12 | 2025: 13", "South | 2024: 15.5"]


def test_speaker_notes_follow_the_slide() -> None:
    def write(slide: Any) -> None:
        slide.shapes.title.text = "Plan"
        slide.notes_slide.notes_text_frame.text = "Say it slowly.\nThen pause."

    assert lines((TITLE_ONLY, write)) == ["Plan", "Notes", "Say it slowly.", "Then pause."]


def hidden_slide(slide: Any) -> None:
    slide._element.set("show", "0")
    text_box(slide.shapes, "secret")


def hidden_shape(slide: Any) -> None:
    text_box(slide.shapes, "secret")._element._nvXxPr.cNvPr.set("hidden", "1")


def grouped_outside(slide: Any) -> None:
    text_box(slide.shapes.add_group_shape().shapes, "secret", 20, 1)


@pytest.mark.parametrize(
    ("write", "how"),
    [
        (hidden_slide, Concealment.STYLE),
        (hidden_shape, Concealment.STYLE),
        (lambda slide: text_box(slide.shapes, "secret", -3, 1), Concealment.OUTSIDE),
        (grouped_outside, Concealment.OUTSIDE),
        (lambda slide: text_box(slide.shapes, "secret", size=1), Concealment.TINY),
        (lambda slide: text_box(slide.shapes, "secret", colour=WHITE), Concealment.COLOUR),
    ],
    ids=["slide", "shape", "outside", "group outside", "tiny", "white"],
)
def test_what_nobody_sees_is_left_out_and_counted(write: Change, how: Concealment) -> None:
    parsed = parse(drawn(write))
    assert [page.text for page in parsed.pages] == ["open", ""]
    assert parsed.hidden == (Hidden(page=2, how=how, characters=6),)
    kept = parse(drawn(write), Reading(keep_hidden=True))
    assert kept.pages[1].text == "secret"
    assert kept.hidden == ()


def on_dark_slide(slide: Any) -> None:
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = NAVY
    text_box(slide.shapes, "read me", colour=WHITE)


def in_dark_box(slide: Any) -> None:
    box = text_box(slide.shapes, "read me", colour=WHITE)
    box.fill.solid()
    box.fill.fore_color.rgb = NAVY


def on_dark_shape(slide: Any) -> None:
    slide.shapes.add_shape(1, 0, 0, Inches(9), Inches(5))
    text_box(slide.shapes, "read me", colour=WHITE)


@pytest.mark.parametrize("write", [on_dark_slide, in_dark_box, on_dark_shape])
def test_white_letters_on_something_dark_are_read(write: Change) -> None:
    parsed = parse(drawn(write))
    assert parsed.pages[1].text == "read me"
    assert parsed.hidden == ()


def test_dark_letters_on_a_dark_slide_are_left_out() -> None:
    def write(slide: Any) -> None:
        on_dark_slide(slide)
        text_box(slide.shapes, "secret", 5, 5, colour=NAVY)

    assert parse(drawn(write)).pages[1].text == "read me"


def test_a_damaged_slide_does_not_take_the_others_along() -> None:
    data = rewritten(
        presentation(titled("One"), titled("Two")),
        "ppt/slides/slide2.xml",
        lambda xml: xml.replace(b"<p:spTree>", b"<p:other>").replace(b"</p:spTree>", b"</p:other>"),
    )
    parsed = parse(data)
    assert [page.text for page in parsed.pages] == ["One", ""]
    assert parsed.unreadable == (2,)
    assert parsed.warnings == ("Slide 2 is damaged; not all of it could be read.",)


def test_a_presentation_of_pictures_says_what_to_do() -> None:
    with pytest.raises(NoText, match="save it as PDF"):
        parse(presentation((BLANK, lambda slide: None)))


def test_too_many_slides_are_refused() -> None:
    with pytest.raises(OverLimit, match="more than 1 slides"):
        parse(presentation(titled("One"), titled("Two")), Reading(limits=Limits(pages=1)))


@pytest.mark.parametrize("cut", [10, 2000, 20_000])
def test_a_damaged_presentation_is_refused(cut: int) -> None:
    with pytest.raises(UnreadableDocument):
        parse(presentation(titled("One"))[:cut])


def test_entities_are_not_expanded() -> None:
    def planted(xml: bytes) -> bytes:
        head, _, rest = xml.partition(b"?>")
        entity = b'?><!DOCTYPE p [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        return head + entity + rest.replace(b"One", b"One &e;")

    data = rewritten(presentation(titled("One")), "ppt/slides/slide1.xml", planted)
    text = parse(data).pages[0].text
    assert text.strip() in ("One", "One &e;")
