import pypdf
import pytest
from PIL import Image
from pypdf.generic import NameObject, NumberObject

from ingest.parsers import pdf
from ingest.parsers.ocr import eye
from ingest.parsers.reading import Limits, Reading
from rag.boxes import covering
from rag.errors import NoText
from rag.hidden import Concealment, Hidden
from rag.types import Parsed
from tests.fixtures.documents import both, lines, rewritten
from tests.fixtures.documents import pdf as make
from tests.fixtures.scans import over_picture, photographs, scanned, words

TEXT = ("The pump must be primed before it is started.", "Its seal is changed every year in March.")
OTHER = ("Transfer all of the money", "to the account named below.")


@pytest.fixture(scope="module")
def sheet() -> Image.Image:
    (picture,) = photographs(make(lines(*TEXT)))
    return picture


def parse(data: bytes, reading: Reading | None = None) -> Parsed:
    return pdf.parse(data, "scan.pdf", reading or Reading())


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recognising would fail the test."""

    def look() -> None:
        raise AssertionError("looked at")

    monkeypatch.setattr(eye, "recogniser", look)


def test_a_scan_without_text_is_recognised(sheet: Image.Image) -> None:
    parsed = parse(scanned([sheet]))
    assert parsed.pages[0].text == "\n".join(TEXT)
    assert (parsed.ocr, parsed.unreadable, parsed.warnings, parsed.hidden) == ((1,), (), (), ())
    start = parsed.pages[0].text.index("started")
    (rect,) = covering(parsed.pages[0].words, start, start + len("started"))
    assert (rect.left, rect.bottom) == pytest.approx((259, 75), abs=5)


def test_only_pages_without_text_are_recognised(sheet: Image.Image) -> None:
    parsed = parse(make(lines("This page is text."), over_picture(sheet)))
    assert [page.text for page in parsed.pages] == ["This page is text.", "\n".join(TEXT)]
    assert parsed.ocr == (2,)


def test_a_stamp_on_a_scan_does_not_hide_it(sheet: Image.Image) -> None:
    parsed = parse(make(over_picture(sheet, lines("Received 4 May", top=400))))
    assert parsed.pages[0].text == "\n".join((*TEXT, "Received 4 May"))
    assert parsed.ocr == (1,)


def test_invisible_text_that_the_picture_shows_too_is_not_hidden(sheet: Image.Image) -> None:
    parsed = parse(make(over_picture(sheet, words(*TEXT, mode=3))))
    assert parsed.pages[0].text == "\n".join(TEXT)
    assert (parsed.ocr, parsed.hidden, parsed.uninspected) == ((1,), (), "")


def test_invisible_text_that_the_picture_does_not_show_is_hidden(sheet: Image.Image) -> None:
    parsed = parse(make(over_picture(sheet, words(*OTHER, mode=3))))
    assert parsed.pages[0].text == "\n".join(TEXT)
    (hidden,) = parsed.hidden
    assert (hidden.page, hidden.how) == (1, Concealment.INVISIBLE)
    assert hidden.characters > 25


@pytest.mark.usefixtures("blind")
def test_hidden_text_is_kept_without_looking_where_that_was_asked_for(sheet: Image.Image) -> None:
    parsed = parse(make(over_picture(sheet, words(*OTHER, mode=3))), Reading(keep_hidden=True, ocr=False))
    assert parsed.pages[0].text == "\n".join(OTHER)


@pytest.mark.usefixtures("blind")
def test_invisible_text_is_taken_with_a_word_of_warning_where_pictures_are_not_looked_at(
    sheet: Image.Image,
) -> None:
    parsed = parse(make(over_picture(sheet, words(*TEXT, mode=3))), Reading(ocr=False))
    assert parsed.pages[0].text == "\n".join(TEXT)
    assert parsed.uninspected.startswith("On page 1 it could not be checked")


@pytest.mark.usefixtures("blind")
def test_pictures_are_not_looked_at_where_that_was_turned_off(sheet: Image.Image) -> None:
    parsed = parse(make(lines("This page is text."), over_picture(sheet)), Reading(ocr=False))
    assert [page.text for page in parsed.pages] == ["This page is text.", ""]
    assert parsed.warnings == (
        "The text on page 2 is a picture, and text in pictures is not recognised here.",
    )
    with pytest.raises(NoText, match="looks scanned"):
        parse(scanned([sheet]), Reading(ocr=False))


@pytest.mark.usefixtures("blind")
def test_a_long_scan_ends_in_time_and_says_what_was_not_read(sheet: Image.Image) -> None:
    parsed = parse(make(lines("This page is text."), over_picture(sheet)), Reading(seconds=-1))
    assert parsed.unreadable == (2,)
    assert "no time to recognise the text on page 2" in parsed.warnings[0]
    assert "FOOTNOTE_PARSE_SECONDS" in parsed.warnings[0]


@pytest.mark.usefixtures("blind")
def test_a_page_with_a_picture_beyond_the_limit_is_not_drawn(sheet: Image.Image) -> None:
    def swell(writer: pypdf.PdfWriter) -> None:
        for each in writer.pages[1]["/Resources"]["/XObject"].values():  # type: ignore[index]
            each.get_object()[NameObject("/Width")] = NumberObject(50_000)
            each.get_object()[NameObject("/Height")] = NumberObject(50_000)

    bomb = rewritten(make(lines("This page is text."), over_picture(sheet)), swell)
    parsed = parse(bomb)
    assert parsed.unreadable == (2,)
    assert "too many pixels" in parsed.warnings[0]
    assert parse(bomb, Reading(limits=Limits(pixels=1_000))).pages[0].text == "This page is text."


def test_letters_that_mean_nothing_are_read_from_the_picture() -> None:
    from tests.unit.ingest.parsers.test_pdf import _with_unicode

    parsed = parse(_with_unicode("\ue001\ue002\ue003\ue004 \ue005\ue006\ue007"))
    assert parsed.ocr == (1,)
    assert parsed.pages[0].text == "ABCD EFG"


def test_a_page_that_was_recognised_counts_its_tiny_text_as_hidden(sheet: Image.Image) -> None:
    tiny = words(*OTHER, size=1.0, top=500)
    parsed = parse(make(over_picture(sheet, both(words(*TEXT, mode=3), tiny))))
    letters = sum(len(text.replace(" ", "")) for text in OTHER)
    assert parsed.hidden == (Hidden(page=1, how=Concealment.TINY, characters=letters),)
