"""Footnote as people meet it: a real server, a real browser, real files."""

import time
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from tests.browser.patience import SECONDS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "How long does the warranty on a pump last?"
QUOTE = "The warranty on every pump lasts thirty-six months from delivery."
LEFT, BASELINE, FONT = 40, 300 - 120, 11  # points from the top left corner of the second page, see conftest
ANSWERED = ".turn.answered, .turn.not_found, .turn .warning"
NOTES = (
    "# Canteen\n\n"
    + "The menu changes every week. " * 150
    + "\n\nThe canteen in Ashford opens at half past eleven.\n\n"
    + "Bring your own cup. " * 200
)
NOTE = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"There is something to ask about."}


def upload(page: Any, *files: Any) -> None:
    page.goto("/documents")
    page.set_input_files("input[type=file]", list(files))
    page.locator("#sending [data-close]:visible").wait_for()
    for file in files:
        name = file.name if isinstance(file, Path) else file["name"]
        # of several collections one may hold it too, for all tests of a process share the server
        page.locator("tr", has_text=name).locator(".pill.ready").first.wait_for()


def ask(page: Any, question: str) -> Any:
    page.goto("/")
    page.fill("#question", question)
    page.keyboard.press("Enter")
    page.locator(ANSWERED).wait_for()
    return page.locator(".turn").last


def on_paper(page: Any, sheet: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the highlight, from pixels on the screen back to points of the PDF."""
    picture, light = (page.locator(f"{sheet} {what}").first.bounding_box() for what in ("img", "rect"))
    scale = picture["width"] / 400
    left, top = (light["x"] - picture["x"]) / scale, (light["y"] - picture["y"]) / scale
    return left, top, left + light["width"] / scale, top + light["height"] / scale


def assert_highlighted(page: Any, sheet: str) -> None:
    width = "picture => picture.decode().then(() => picture.naturalWidth)"
    assert page.locator(f"{sheet} img").evaluate(width) == 800
    left, top, right, bottom = on_paper(page, sheet)
    assert (left, right) == pytest.approx((LEFT, LEFT + stringWidth(QUOTE, "Helvetica", FONT)), abs=3)
    assert BASELINE - FONT - 3 < top < BASELINE - 5
    assert BASELINE < bottom < BASELINE + 7
    assert page.locator(f"{sheet} rect").count() == 1


def test_a_pdf_is_uploaded_asked_about_and_opened_at_the_highlighted_words(
    visit: Any, warranty: Path
) -> None:
    page = visit("/documents")
    upload(page, warranty)
    turn = ask(page, QUESTION)
    assert QUOTE in turn.locator(".answer").inner_text()
    note = turn.locator(".sentence", has_text=QUOTE).locator(".note")
    note.click()
    page.locator("#pane rect").first.wait_for()
    assert page.locator("#pane .quoted").inner_text() == QUOTE
    assert "Page 2 of 2" in page.locator("#pane .turner").inner_text()
    assert_highlighted(page, "#pane .sheet")
    assert page.locator("#pane rect").first.is_visible()
    page.locator("#pane [rel=prev]").click()
    page.locator("#pane .turner", has_text="Page 1 of 2").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#pane").is_hidden()
    assert note.evaluate("note => note === document.activeElement")


def test_all_of_it_works_without_scripts(visit: Any, warranty: Path) -> None:
    page = visit("/documents", java_script_enabled=False)
    page.set_input_files("input[type=file]", warranty)
    page.click("text=Upload")
    page.locator("#uploads li.done").wait_for()
    ready = page.locator("tr", has_text=warranty.name).locator(".pill.ready")
    deadline = time.monotonic() + SECONDS
    while not ready.count() and time.monotonic() < deadline:
        page.wait_for_timeout(500)
        page.goto("/documents")
    assert ready.count()
    page.goto("/")
    page.fill("#question", QUESTION)
    page.click("[aria-label=Ask]")
    page.locator(".sentence", has_text=QUOTE).locator(".note").click()
    assert page.locator(".quoted").inner_text() == QUOTE
    page.wait_for_load_state()
    assert_highlighted(page, ".sheet")


def test_a_quote_in_a_text_is_marked_and_scrolled_to(visit: Any) -> None:
    page = visit("/documents")
    upload(page, {"name": "canteen.md", "mimeType": "text/markdown", "buffer": NOTES.encode()})
    turn = ask(page, "When does the canteen in Ashford open?")
    turn.locator(".sentence", has_text="half past eleven").locator(".note").first.click()
    mark = page.locator("#pane mark").first
    mark.wait_for()
    assert "half past eleven" in mark.inner_text()
    box = mark.bounding_box()
    assert 0 < box["y"] < 800
    assert page.locator("#pane").evaluate("pane => pane.scrollTop") > 500


def test_a_question_that_no_document_answers_is_declined(visit: Any, warranty: Path) -> None:
    page = visit("/documents")
    upload(page, warranty)
    turn = ask(page, "Which orchestra played at the opening of the opera house in Sydney?")
    assert "do not say" in turn.inner_text()
    assert turn.locator(".note").count() == 0


def test_a_conversation_goes_on_is_kept_and_can_be_deleted(visit: Any, warranty: Path) -> None:
    page = visit("/documents")
    upload(page, warranty)
    ask(page, QUESTION)
    page.fill("#question", "Where are returned parts inspected?")
    page.keyboard.press("Enter")
    page.locator(".turn").nth(1).locator(".cards").wait_for()
    assert page.evaluate("location.pathname").startswith("/c/")
    page.reload()
    assert page.locator(".turn").count() == 2
    current = page.locator("#conversations .current")
    current.hover()
    current.locator(".forget").click()
    page.locator("dialog .danger").click()
    page.wait_for_url("**/")
    assert page.locator(".turn").count() == 0


def test_a_follow_up_shows_what_it_was_taken_to_ask(visit: Any, warranty: Path) -> None:
    page = visit("/documents")
    upload(page, warranty)
    ask(page, QUESTION)
    page.fill("#question", "And who inspects it?")
    page.keyboard.press("Enter")
    shown = page.locator(".turn").nth(1).locator(".looked-for")
    shown.wait_for()
    assert shown.inner_text() == "Looked for: And who inspects it? (warranty, pump)"
    assert page.locator(".turn").nth(0).locator(".looked-for").count() == 0
    page.locator(".turn").nth(1).locator(".cards").wait_for()
    page.reload()
    assert shown.inner_text() == "Looked for: And who inspects it? (warranty, pump)"


def test_a_document_is_deleted_only_after_a_question(visit: Any) -> None:
    page = visit("/documents")
    upload(page, {"name": "short-lived.txt", "mimeType": "text/plain", "buffer": b"Not for long."})
    row = page.locator("tr", has_text="short-lived.txt")
    row.locator("[data-confirm]").click()
    page.locator("dialog [data-cancel]").click()
    assert row.count() == 1
    row.locator("[data-confirm]").click()
    page.locator("dialog .danger").click()
    row.wait_for(state="detached")


def test_files_are_dropped_and_each_tells_how_it_went(visit: Any) -> None:
    page = visit("/documents")
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["Dropped and read."], "dropped.txt"));
            data.items.add(new File([new Uint8Array([0, 1, 2, 3, 0, 255, 254])], "noise.bin"));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
        }"""
    )
    page.locator("tr", has_text="dropped.txt").locator(".pill.ready").wait_for()
    failed = page.locator("tr", has_text="noise.bin")
    failed.locator(".pill.failed").wait_for()
    assert len(failed.locator(".reason").inner_text()) > 20


def test_shift_enter_begins_a_new_line_and_enter_asks(visit: Any) -> None:
    page = visit("/documents")
    upload(page, NOTE)
    page.goto("/")
    page.fill("#question", "One")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    assert page.input_value("#question") == "One\ntwo"
    page.keyboard.press("Enter")
    page.locator(ANSWERED).wait_for()


def test_a_page_older_than_the_server_gets_a_new_token_by_itself(visit: Any) -> None:
    page = visit("/documents")
    upload(page, NOTE)
    page.goto("/")
    page.evaluate("document.querySelector('meta[name=csrf-token]').content = 'old'")
    page.fill("#question", "Anything?")
    page.keyboard.press("Enter")
    page.locator(".turn.answered, .turn.not_found").wait_for()
    assert [said for said in visit.wrong if "403" in said] == visit.wrong
    visit.wrong.clear()  # the browser logs the one refusal


def test_hostile_names_and_texts_stay_texts(visit: Any) -> None:
    page = visit("/documents")
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    upload(
        page,
        {
            "name": "<svg onload=alert(3)>.md",
            "mimeType": "text/markdown",
            "buffer": f"# {evil}\n\n{evil}".encode(),
        },
    )
    page.locator("tr", has_text="onload").locator("a").first.click()
    page.locator("#pane .text").wait_for()
    ask(page, evil)
    page.reload()
    assert page.locator("img, svg[onload], main script").count() == 0


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_page_is_wider_than_its_window(visit: Any, warranty: Path, width: int) -> None:
    page = visit("/documents", viewport={"width": width, "height": 800})
    upload(page, warranty)
    turn = ask(page, QUESTION)
    turn.locator(".note").first.click()
    page.locator("#pane .source").wait_for()
    source = turn.locator(".note").first.get_attribute("href")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for path in ("/", "/documents", source, "/nowhere"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    visit.wrong[:] = [said for said in visit.wrong if "404" not in said]  # /nowhere, as asked
