"""What a footnote opens: every kind of document, searched, zoomed into and stepped through, on any screen."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.barriers import barriers
from tests.browser.late import LOOK_AGAIN_MS, Late
from tests.browser.looks import EVERY_LOOK, turned
from tests.browser.patience import expect, window
from tests.browser.serving import ROOT, footnote, served
from tests.completions import Server, says
from tests.fixtures.mails import eml

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "How long does the warranty on a pump last?"
TOLD = (
    "The warranty on every pump lasts thirty-six months from delivery [1][2].",
    " Dealers send claims to the service desk by letter [1].",
)
GUIDE = "# Pump guide\n\nThe warranty on every pump lasts thirty-six months from delivery.\n\n" + (
    "Keep the pump dry and clean at any time. " * 60 + "\n\n"
)
NAMES = ("Ald", "Brae", "Cor", "Dun", "Esk", "Fen")
FILES = ("Warranty terms.pdf", "guide.md", "plan.pptx", "budget.xlsx", "order.eml", "long.pdf")


def slides() -> bytes:
    """A slide with a title, a list, a table and notes."""
    import pptx
    from pptx.util import Inches

    show, out = pptx.Presentation(), io.BytesIO()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Valve plan"
    slide.placeholders[1].text = "Valves are painted green\nThe paint dries within two days"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(5), Inches(6), Inches(1)).table
    for cell, text in zip(table.iter_cells(), ("Valve", "Colour", "Main", "Green"), strict=True):
        cell.text = text
    slide.notes_slide.notes_text_frame.text = "Mention the primer."
    show.slides.add_slide(show.slide_layouts[1]).shapes.title.text = "Questions"
    show.save(out)
    return out.getvalue()


def workbook() -> bytes:
    """A sheet with heads and many rows."""
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "Budget"
    book.active.append(["Item", "Cost", "Supplier", "Remark"])
    for number in range(60):
        book.active.append([f"Gasket {number}", 10 + number, "Selby Seals", "ordered in spring"])
    book.save(out)
    return out.getvalue()


def long() -> bytes:
    """A PDF of thirty pages."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.setTitle("Compressor manual")
    for number in range(1, 31):
        canvas.setFont("Helvetica", 12)
        name = NAMES[number % len(NAMES)] + NAMES[number // len(NAMES)].lower()
        canvas.drawString(60, 700, f"{name} compressors are oiled each month, and their lubri-")
        canvas.drawString(60, 684, f"cation is noted by the {name} crew in a log of its own.")
        canvas.drawString(60, 640, f"Whoever works at {name} reads it at once.")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.fixture(scope="module")
def model() -> Iterator[Server]:
    opened = Server()
    opened.act = says(*TOLD)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, warranty: Path) -> Path:
    """A home in which all of FILES were read."""
    import subprocess

    home, folder = tmp_path_factory.mktemp("source-home"), tmp_path_factory.mktemp("source-files")
    mail = eml("Please send twelve diaphragms to the workshop in Ashford.", subject="Diaphragm order")
    contents = (warranty.read_bytes(), GUIDE.encode(), slides(), workbook(), mail, long())
    for name, content in zip(FILES, contents, strict=True):
        (folder / name).write_bytes(content)
    subprocess.run(footnote("add", str(folder), home=home), cwd=ROOT, check=True, capture_output=True)
    return home


@pytest.fixture(scope="module")
def address(model: Server, library: Path) -> Iterator[str]:
    """A server of its own, whose answers the model writes."""
    with served(library, FOOTNOTE_GENERATOR=model.address) as found:
        yield found


@pytest.fixture(scope="module")
def answered(browser: Any, address: str) -> str:
    """The conversation in which QUESTION was answered: one sentence of two footnotes, one of one."""
    context = window(browser, address)
    page = context.new_page()
    page.goto("/")
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.locator(".turn.answered .cards").wait_for()
    page.wait_for_url("**/c/*")
    path = page.url.removeprefix(address)
    assert [page.locator(".sentence").nth(n).locator(".note").count() for n in (0, 1)] == [2, 1]
    context.close()
    return path


@pytest.fixture
def ids(browser: Any, address: str) -> dict[str, str]:
    """The documents' ids by name."""
    context = window(browser, address)
    found = context.request.get("/api/v1/documents").json()
    context.close()
    return {each["source"]: each["id"] for each in found["documents"]}


def look(visit: Any, how: str, path: str) -> Any:
    """A page as somebody sees it who has it so."""
    return turned(visit(path, **EVERY_LOOK[how]), how)


def opened(page: Any, number: int = 0) -> Any:
    """The pane, opened by a footnote."""
    page.locator(".answer .note").nth(number).click()
    page.locator("#pane .source").wait_for()
    return page.locator("#pane")


def still(page: Any) -> None:
    """Wait until nothing moves any more."""
    page.wait_for_function(
        """() => document.getAnimations().every((each) =>
            each.playState !== "running" || each.effect.getComputedTiming().iterations === Infinity)"""
    )


def fits(page: Any) -> bool:
    """Whether nothing is wider than the window, nor than the pane."""
    return page.evaluate(
        """() => {
            const pane = document.getElementById("pane");
            const wide = document.documentElement.scrollWidth <= innerWidth;
            return wide && (!pane || pane.scrollWidth <= pane.clientWidth + 1);
        }"""
    )


@pytest.mark.parametrize("how", EVERY_LOOK)
def test_a_footnote_opens_its_page_and_nothing_overflows(visit: Any, answered: str, how: str) -> None:
    page = look(visit, how, answered)
    pane = opened(page)
    pane.locator("rect, mark").first.wait_for()
    still(page)
    box, width = pane.bounding_box(), page.viewport_size["width"]
    assert (box["y"], box["height"]) == (0, page.viewport_size["height"])
    if "right to left" in how:
        assert box["x"] == pytest.approx(0, abs=1)
    else:
        assert box["x"] + box["width"] == pytest.approx(width, abs=1)
    mark = pane.locator("rect, mark").first.bounding_box()
    assert 0 < mark["y"] < page.viewport_size["height"]
    assert fits(page)
    assert pane.get_attribute("role") == ("complementary" if width > 1120 else "dialog")


@pytest.mark.parametrize("how", ["light", "dark", "phone", "phone right to left"])
def test_axe_finds_nothing_wrong_with_the_pane(
    visit: Any, answered: str, ids: dict[str, str], how: str
) -> None:
    page = turned(visit(answered, bypass_csp=True, **EVERY_LOOK[how]), how)
    pane = opened(page)
    still(page)
    assert barriers(page, "#pane") == []
    pane.locator("[type=search]").fill("delivery")
    page.keyboard.press("Enter")
    pane.locator(".spots a").first.wait_for()
    still(page)
    assert barriers(page, "#pane") == []
    pane.locator(".spots a").first.click()
    pane.locator(".hits").wait_for()
    still(page)
    assert barriers(page, "#pane") == []


@pytest.mark.parametrize("how", ["light", "dark phone"])
@pytest.mark.parametrize("name", FILES)
def test_axe_finds_nothing_wrong_with_the_page_of_any_kind_of_document(
    visit: Any, ids: dict[str, str], name: str, how: str
) -> None:
    page = visit(f"/source/{ids[name]}/1", bypass_csp=True, **EVERY_LOOK[how])
    page.locator(".about summary").click()
    assert barriers(page) == []
    assert fits(page)
    page.goto(f"/source/{ids[name]}/1?q=a")
    assert barriers(page) == []
    page.goto(f"/source/{ids[name]}/search?q=zebra")
    assert barriers(page) == []
    page.goto(f"/documents/{ids[name]}/read/1")
    assert barriers(page) == []
    page.goto(f"/source/{ids[name]}/1?start=0&end=4&quote=0000000000000000")
    page.locator(".notice.warning").first.wait_for()
    assert barriers(page) == []


@pytest.mark.parametrize("how", ["light", "phone", "right to left"])
def test_footnotes_are_stepped_through_with_their_sentences(visit: Any, answered: str, how: str) -> None:
    page = look(visit, how, answered)
    pane = opened(page)
    steps, sentence = pane.locator(".steps b"), page.locator(".sentence.open")
    assert steps.inner_text() == "Footnote 1 (1 of 2)"
    assert pane.locator("[data-step='-1']").is_disabled()
    pane.locator("[data-step='1']").click()
    pane.locator(".steps b", has_text="Footnote 2 (2 of 2)").wait_for()
    assert sentence.inner_text().startswith("The warranty")
    assert page.evaluate("document.activeElement.dataset.key") == "step-next"
    page.keyboard.press("n")
    pane.locator(".steps b", has_text="Footnote 3").wait_for()
    assert sentence.count() == 1
    assert sentence.inner_text().startswith("Dealers")
    assert page.locator(".note.open").count() == 1
    page.keyboard.press("n")  # there is none behind the last
    page.keyboard.press("p")
    pane.locator(".steps b", has_text="Footnote 2").wait_for()
    assert "Pump guide" in pane.locator("h2").inner_text()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.note") == "2"
    assert sentence.count() == 0


def test_cards_are_stepped_through_too(visit: Any, answered: str) -> None:
    page = visit(answered)
    page.locator(".card").nth(1).click()
    page.locator("#pane .steps b", has_text="Footnote 2 (2 of 2)").wait_for()
    assert page.locator(".card.open").count() == 1
    page.keyboard.press("p")
    page.locator("#pane .steps b", has_text="Footnote 1").wait_for()


def test_the_passages_that_came_closest_are_stepped_through(visit: Any, answered: str) -> None:
    page = visit("/")
    page.fill("#question", "Which orchestra played at the opening of the opera house in Sydney?")
    page.keyboard.press("Enter")
    page.locator(".closest .card").nth(1).wait_for()
    cards = page.locator(".closest .card").count()
    page.locator(".closest .card").first.click()
    page.locator("#pane .steps b", has_text=f"Passage 1 of {cards}").wait_for()
    page.keyboard.press("n")
    page.locator("#pane .steps b", has_text=f"Passage 2 of {cards}").wait_for()
    assert page.locator(".card.open").count() == 1


@pytest.mark.parametrize("how", ["light", "phone", "right to left"])
def test_a_document_is_searched_and_gone_through_place_by_place(
    visit: Any, answered: str, ids: dict[str, str], how: str
) -> None:
    page = look(visit, how, answered)
    pane = opened(page)
    pane.locator("[type=search]").fill("WARRANTY")
    page.keyboard.press("Enter")
    pane.locator(".spots mark").first.wait_for()
    assert pane.locator(".spots mark").all_inner_texts() == ["warranty"]
    assert fits(page)
    pane.locator(".spots a").click()
    pane.locator(".sheet .current rect").wait_for()
    assert pane.locator(".hits b").inner_text() == "Place 1 of 1"


def test_words_that_a_line_parts_are_found_and_lit_on_the_picture(visit: Any, ids: dict[str, str]) -> None:
    page = visit(f"/source/{ids['long.pdf']}/search?q=Lubrication")
    assert "30 places on 30 pages." in page.locator(".count").inner_text()
    page.locator(".spots a").nth(4).click()
    expect(page.locator(".sheet .current rect")).to_have_count(2)
    page.locator("[data-key=hit-after]").click()
    page.locator(".hits b", has_text="Place 6 of 30").wait_for()
    assert page.locator(".go input").input_value() == "6"


def test_pages_are_turned_by_keys_and_by_number(visit: Any, answered: str, ids: dict[str, str]) -> None:
    page = visit(answered)
    pane = opened(page)
    number = pane.locator(".go input")
    assert number.input_value() == "2"
    page.keyboard.press("ArrowLeft")
    pane.locator(".turner", has_text="Page 1 of 2").wait_for()
    page.keyboard.press("ArrowLeft")  # there is none before the first
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowRight")
    pane.locator(".turner", has_text="Page 2 of 2").wait_for()
    number.fill("1")
    number.press("Enter")
    pane.locator(".turner", has_text="Page 1 of 2").wait_for()
    assert page.evaluate("document.activeElement.name") == "number"


def test_arrows_turn_the_way_that_is_read(visit: Any, answered: str) -> None:
    page = look(visit, "right to left", answered)
    opened(page)
    page.keyboard.press("ArrowRight")
    page.locator("#pane .turner", has_text="Page 1 of 2").wait_for()
    page.keyboard.press("ArrowLeft")
    page.locator("#pane .turner", has_text="Page 2 of 2").wait_for()


def test_a_picture_that_is_made_larger_is_drawn_again_and_the_next_one_is_as_large(
    visit: Any, answered: str
) -> None:
    page = visit(answered)
    pane = opened(page)
    picture, level = pane.locator(".sheet img"), pane.locator(".zoom output")
    fitted = picture.bounding_box()["width"]
    assert level.inner_text() == "Fit"
    for _ in range(10):
        page.keyboard.press("+")
    assert level.inner_text() == "300 %"
    assert picture.bounding_box()["width"] == pytest.approx(400 * 96 / 72 * 3, abs=4)
    page.wait_for_function("() => document.querySelector('#pane img').naturalWidth === 1600")
    assert fits(page)
    light, sheet = pane.locator("rect").bounding_box(), picture.bounding_box()
    assert (light["x"] - sheet["x"]) / sheet["width"] == pytest.approx(40 / 400, abs=0.01)
    page.keyboard.press("ArrowLeft")  # goes over the wide picture only while the focus is in it
    pane.locator(".turner", has_text="Page 1 of 2").wait_for()
    assert level.inner_text() == "300 %"
    page.keyboard.press("1")
    assert level.inner_text() == "100 %"
    page.keyboard.press("0")
    assert picture.bounding_box()["width"] == pytest.approx(fitted, abs=1)
    pane.locator("[data-zoom=out]").click()
    assert picture.bounding_box()["width"] < fitted


def test_on_a_phone_a_page_begins_large_enough_to_be_read(visit: Any, ids: dict[str, str]) -> None:
    page = look(visit, "phone", f"/source/{ids['long.pdf']}/1")
    sheet, level = page.locator(".sheet"), page.locator(".zoom output")
    assert level.inner_text() == "75 %"
    assert sheet.bounding_box()["width"] == pytest.approx(595 * 96 / 72 * 0.75, abs=4)
    assert fits(page)
    page.keyboard.press("0")
    assert level.inner_text() == "Fit"
    assert sheet.bounding_box()["width"] < page.viewport_size["width"]
    page.goto(f"/source/{ids['long.pdf']}/2")
    assert level.inner_text() == "Fit", "what was chosen holds"
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("sessionStorage.clear()")
    page.reload()
    assert level.inner_text() == "Fit"


@pytest.mark.parametrize("height", [360, 420, 480, 540, 600, 844])
def test_the_words_above_the_page_are_never_cut_by_what_stands_over_them(
    visit: Any, answered: str, height: int
) -> None:
    page = visit(answered, viewport={"width": 390, "height": height}, reduced_motion="reduce")
    pane = opened(page)
    pane.locator("rect").first.wait_for()
    words, head, mark = (
        pane.locator(part).first.bounding_box() for part in (".quoted", ".source-head", "rect")
    )
    under = head["y"] + head["height"]
    assert words["y"] >= under or words["y"] + words["height"] <= under + 1
    assert under <= mark["y"] < height


def test_the_sentence_that_was_clicked_stays_where_it_is(visit: Any, answered: str) -> None:
    page = visit(answered, viewport={"width": 1280, "height": 420})
    note = page.locator(".answer .note").first
    note.scroll_into_view_if_needed()
    before = note.bounding_box()["y"]
    note.focus()
    page.keyboard.press("Enter")
    page.locator("#pane .source").wait_for()
    assert note.bounding_box()["y"] == pytest.approx(before, abs=2)
    page.keyboard.press("Escape")
    assert note.bounding_box()["y"] == pytest.approx(before, abs=2)


def test_everything_in_the_pane_is_reached_by_the_keyboard_alone(visit: Any, answered: str) -> None:
    page = visit(answered)
    page.locator(".answer .note").first.focus()
    page.keyboard.press("Enter")
    page.locator("#pane .source").wait_for()
    assert page.evaluate("document.activeElement.id") == "pane"
    seen = []
    for _ in range(20):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.dataset.key ?? document.activeElement.tagName"))
    assert seen[:9] == ["BUTTON", "step-next", "prev", "number", "out", "fit", "in", "whole", "seek"]
    assert {"SUMMARY", "DIV"} <= set(seen[9:])


@pytest.mark.parametrize("how", ["phone", "phone right to left"])
def test_on_a_phone_the_pane_keeps_the_focus_and_the_back_button_closes_it(
    visit: Any, answered: str, how: str
) -> None:
    page = look(visit, how, answered)
    address = page.url
    pane = opened(page)
    assert page.locator("#main").evaluate("main => main.inert")
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate("document.getElementById('pane').contains(document.activeElement)")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.getElementById('pane').contains(document.activeElement)")
    page.go_back()
    pane.wait_for(state="hidden")
    assert page.url == address
    assert not page.locator("#main").evaluate("main => main.inert")
    assert page.evaluate("document.activeElement.dataset.note") == "1"


def test_what_is_beside_the_pane_closes_it_where_it_covers_the_page(visit: Any, answered: str) -> None:
    page = look(visit, "tablet", answered)
    pane = opened(page)
    page.mouse.click(40, 400)
    pane.wait_for(state="hidden")
    assert page.url.endswith(answered)


def test_closing_the_pane_on_a_phone_takes_its_place_in_the_history_back(visit: Any, answered: str) -> None:
    page = visit("/documents", **EVERY_LOOK["phone"])
    page.goto(answered)
    pane = opened(page)
    pane.locator("[data-close]").click()
    pane.wait_for(state="hidden")
    page.wait_for_function("() => !history.state?.pane")
    page.go_back()
    page.wait_for_url("**/documents")


def test_until_the_source_has_come_the_pane_says_that_it_waits(visit: Any, answered: str) -> None:
    page = visit(answered)
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/source/**", hold)
    page.locator(".answer .note").first.click()
    page.locator("#pane .waiting").wait_for()
    while not held:
        page.wait_for_timeout(LOOK_AGAIN_MS)
    assert page.locator("#pane").get_attribute("aria-busy") == "true"
    width = page.locator("#pane").bounding_box()["width"]
    held.pop().continue_()
    page.unroute("**/source/**")
    page.locator("#pane .source").wait_for()
    assert page.locator("#pane").bounding_box()["width"] == width
    assert page.locator("#pane").get_attribute("aria-busy") is None


def test_a_pane_that_was_closed_stays_so_whatever_comes_late(visit: Any, answered: str) -> None:
    page = visit("/documents")
    page.clock.install()
    page.goto(answered)
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)  # nothing is waited for too long meanwhile
    late = Late(page, "/source/")
    page.locator(".answer .note").first.click()
    late.asked()
    opened(page, 1)
    page.keyboard.press("Escape")
    assert page.locator("#pane").is_hidden()
    page.clock.run_for(1000)
    assert page.locator("#pane").is_hidden(), "where the first was awaited"
    late.come()
    assert page.locator("#pane").is_hidden()


def test_a_source_that_does_not_come_can_be_asked_for_again(visit: Any, answered: str) -> None:
    page = visit(answered, bypass_csp=True)
    page.route("**/source/**", lambda route: route.abort())
    page.locator(".answer .note").first.click()
    page.locator("#pane .error").wait_for()
    assert barriers(page, "#pane") == []
    page.unroute("**/source/**")
    page.locator("#pane [data-again]").click()
    page.locator("#pane .quoted").wait_for()
    assert [said for said in visit.wrong if "ERR_FAILED" in said] == visit.wrong
    visit.wrong.clear()  # the browser logs what was cut off


def test_a_document_that_is_gone_is_told_of_in_the_pane(visit: Any, answered: str) -> None:
    page = visit(answered)
    page.locator(".answer .note").first.evaluate("note => { note.href = `/source/${'0'.repeat(32)}/1`; }")
    page.locator(".answer .note").first.click()
    page.locator("#pane .error", has_text="There is no document").wait_for()
    assert [said for said in visit.wrong if "404" in said] == visit.wrong
    visit.wrong.clear()


def test_where_the_picture_cannot_be_drawn_the_text_stands_with_the_quote_marked(
    visit: Any, answered: str
) -> None:
    page = visit(answered)
    page.route("**/picture*", lambda route: route.fulfill(status=422, body="no"))
    pane = opened(page)
    pane.locator(".undrawn").wait_for()
    assert pane.locator(".sheets").is_hidden()
    assert "thirty-six months" in pane.locator(".page-text mark").inner_text()
    assert [said for said in visit.wrong if "422" in said] == visit.wrong
    visit.wrong.clear()


@pytest.mark.parametrize("how", ["light", "dark phone", "phone right to left"])
@pytest.mark.parametrize(
    ("name", "query", "shape", "shown"),
    [
        ("plan.pptx", "primer", ".as-slide", ".notes mark"),
        ("plan.pptx", "painted", ".as-slide", ".as-slide .items mark"),
        ("budget.xlsx", "Gasket 41", ".as-sheet table", "tbody td mark"),
        ("order.eml", "desk@example.org", ".as-mail", ".heads dd mark"),
        ("guide.md", "thirty-six", ".as-text", ".paragraph mark"),
    ],
)
def test_every_kind_of_document_looks_like_what_it_is(
    visit: Any, ids: dict[str, str], how: str, name: str, query: str, shape: str, shown: str
) -> None:
    page = look(visit, how, f"/source/{ids[name]}/search?q={query}")
    page.locator(".spots a").first.click()
    page.locator(shape).wait_for()
    page.wait_for_load_state()
    assert page.locator(shown).first.inner_text().lower() == query.lower()
    assert fits(page)


def test_a_sheet_is_read_with_its_heads_and_row_numbers(visit: Any, ids: dict[str, str]) -> None:
    page = visit(f"/source/{ids['budget.xlsx']}/1")
    assert page.locator("thead th[scope=col]").all_inner_texts() == ["Item", "Cost", "Supplier", "Remark"]
    row = page.locator("tbody tr").nth(2)
    assert [row.locator("th[scope=row]").inner_text(), *row.locator("td").all_inner_texts()] == [
        "4",
        "Gasket 2",
        "12",
        "Selby Seals",
        "ordered in spring",
    ]


def test_all_of_it_works_without_scripts(visit: Any, ids: dict[str, str]) -> None:
    page = visit(f"/source/{ids['long.pdf']}/1", java_script_enabled=False)
    assert page.locator(".zoom").is_hidden()
    page.locator(".turner [rel=next]").click()
    expect(page.locator(".go input")).to_have_value("2")
    page.locator(".go input").fill("30")
    page.locator(".go input").press("Enter")
    page.locator(".turner", has_text="Page 30 of 30").wait_for()
    page.locator("[type=search]").fill("lubrication")
    with page.expect_navigation():
        page.locator("[type=search]").press("Enter")
    page.locator(".spots a").last.click()
    page.locator("[data-key=hit-before]").click()
    page.locator(".hits", has_text="Place 29 of 30").wait_for()
    expect(page.locator(".sheet .current rect")).to_have_count(2)
