"""Thumbs, the report of gaps and the overview, as people meet them."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.barriers import barriers
from tests.browser.patience import SECONDS, expect
from tests.browser.serving import served
from tests.browser.test_browser import QUESTION, QUOTE, ask, upload

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OPERA = "Which orchestra played at the opening of the opera house in Sydney?"
PLAYED = "The Sydney Symphony Orchestra played at the opening of the opera house in Sydney."
PROGRAMME = f"# The opera house in Sydney\n\n{PLAYED}\n"
UNCOVERED = """each => {
  const box = each.getBoundingClientRect();
  return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === each;
}"""
SIZES = {"wide": (1280, 800), "phone": (390, 844)}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of these tests alone: they count what was asked."""
    with served(tmp_path_factory.mktemp("insight")) as found:
        yield found


def thumbs(page: Any) -> Any:
    return page.locator(".turn .feedback").last


def test_nothing_was_asked_yet(visit: Any) -> None:
    page = visit("/overview", bypass_csp=True)
    page.get_by_role("heading", name="Nothing was asked yet").wait_for()
    assert barriers(page) == []
    page.get_by_role("link", name="Gaps").click()
    page.get_by_role("heading", name="No gaps").wait_for()
    assert barriers(page) == []


def test_an_answer_is_called_bad_with_a_reason_and_that_is_taken_back(visit: Any, warranty: Path) -> None:
    page = visit("/documents", bypass_csp=True)
    upload(page, warranty)
    ask(page, QUESTION)
    address = page.evaluate("location.href")
    bad, good = (thumbs(page).get_by_role("button", name=f"{name} answer") for name in ("Bad", "Good"))
    bad.click()
    status = thumbs(page).get_by_role("status")
    status.filter(has_text="You called this answer bad.").wait_for()
    assert bad.get_attribute("aria-pressed") == "true"
    first = thumbs(page).get_by_label("It is wrong")
    assert first.evaluate("radio => radio === document.activeElement")
    assert thumbs(page).get_by_role("button", name="Send").evaluate(UNCOVERED)
    assert barriers(page) == []
    thumbs(page).get_by_label("It is out of date").check()
    thumbs(page).get_by_label("In your own words, if you like").fill("It is <b>forty</b> months now.")
    thumbs(page).get_by_role("button", name="Send").click()
    status.filter(has_text="It stands in the report of gaps").wait_for()
    assert page.evaluate("location.href") == address  # no page was loaded
    page.reload()
    assert thumbs(page).locator("summary").inner_text() == "It is out of date"
    page.goto("/gaps")
    page.locator(".gap h2").get_by_role("link", name=QUESTION).click()
    page.locator("main", has_text="It is <b>forty</b> months now.").wait_for()
    assert barriers(page) == []
    page.goto(address)
    good.click()
    status.filter(has_text="You called this answer good.").wait_for()
    assert good.evaluate("button => button === document.activeElement")
    good.click()
    page.wait_for_function("document.querySelector('.feedback [role=status]').textContent === ''")
    page.goto("/gaps?state=all")
    assert page.locator(".gap h2").get_by_role("link", name=QUESTION).count() == 0


def test_without_scripts_thumbs_and_reasons_are_forms(visit: Any, warranty: Path) -> None:
    upload(visit("/documents"), warranty)
    page = visit("/", java_script_enabled=False)
    page.fill("#question", QUESTION)
    page.click("[aria-label=Ask]")
    thumbs(page).get_by_role("button", name="Bad answer").click()
    thumbs(page).get_by_label("Something is missing").check()
    thumbs(page).get_by_role("button", name="Send").click()
    thumbs(page).get_by_text("It stands in the report of gaps").wait_for()
    assert QUOTE in page.locator(".turn .answer").inner_text()
    thumbs(page).get_by_role("button", name="Bad answer").click()
    expect(thumbs(page).locator("[role=status]")).to_have_text("")


def test_a_gap_closes_by_itself_when_a_later_document_answers_it(visit: Any, warranty: Path) -> None:
    page = visit("/documents", bypass_csp=True)
    upload(page, warranty)
    ask(page, OPERA)
    page.goto("/gaps")
    gap = page.locator(".gap", has_text=OPERA)
    gap.get_by_text("Comes closest: Warranty terms").wait_for()
    assert barriers(page) == []
    upload(page, {"name": "opera.md", "mimeType": "text/markdown", "buffer": PROGRAMME.encode()})
    closed(page)
    assert barriers(page) == []
    page.locator("blockquote", has_text="The Sydney Symphony Orchestra").wait_for()
    page.locator(".near").get_by_role("link", name="The opera house in Sydney").click()
    page.locator(".pane mark", has_text="The Sydney Symphony Orchestra").first.wait_for()


def closed(page: Any) -> None:
    """Looks at the report until the gap is closed, which the worker does in the background."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        page.goto("/gaps?state=closed")
        if page.locator(".gap", has_text=OPERA).count():
            break
        page.wait_for_timeout(200)
    page.locator(".gap", has_text=OPERA).get_by_text("Answered by now").wait_for()


def test_a_gap_is_closed_by_hand_and_asked_again(visit: Any, warranty: Path) -> None:
    page = visit("/documents")
    upload(page, warranty)
    ask(page, "Who won the chess tournament in Reykjavik?")
    page.goto("/gaps")
    page.locator(".gap h2").get_by_role("link", name="Who won the chess tournament").click()
    page.get_by_role("button", name="Close: it will not be documented").click()
    page.get_by_text("Closed by hand").wait_for()
    page.get_by_role("button", name="Open it again").click()
    page.locator(".pill", has_text="Open").wait_for()
    page.get_by_role("button", name="Ask again").click()
    page.locator(".turn .question", has_text="Who won the chess tournament").wait_for()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_overview_is_readable_in_any_light_and_direction(
    visit: Any, warranty: Path, size: str, scheme: str, direction: str
) -> None:
    width, height = SIZES[size]
    page = visit(
        "/documents", bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": height}
    )
    if direction == "ltr" and scheme == "light":
        upload(page, warranty)
        ask(page, QUESTION)
        ask(page, OPERA)
    for path in ("/overview", "/gaps?state=all"):
        page.goto(path)
        page.evaluate("way => { document.documentElement.dir = way; }", direction)
        assert barriers(page) == []
        wider = "document.querySelector('main').scrollWidth - document.querySelector('main').clientWidth"
        assert page.evaluate(wider) <= 0, path


def test_charts_have_their_figures_as_texts_and_tables(visit: Any, warranty: Path) -> None:
    page = visit("/documents")
    upload(page, warranty)
    ask(page, QUESTION)
    page.goto("/overview?days=7")
    chart = page.get_by_role("img", name="Questions over time")
    assert chart.locator("rect").count() >= 1
    page.get_by_text("As a table", exact=True).click()
    asked = page.locator(".as-table tbody tr").first.locator("td").first.inner_text()
    assert int(asked) >= 1
    assert page.locator(".figures dd").first.inner_text() == asked
    row = page.locator("section", has=page.get_by_role("heading", name="Quoted most")).locator("tbody tr")
    assert "Warranty terms" in row.first.inner_text()
    page.get_by_role("link", name="90 days").click()
    expect(page.get_by_role("link", name="90 days")).to_have_attribute("aria-current", "true")
