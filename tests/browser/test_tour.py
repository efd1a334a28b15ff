"""The tour of docs/tour.md is walked as it is told, and its pictures are those of the walk."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.patience import expect
from tests.browser.serving import ROOT, served
from tests.browser.tour import QUESTION, SAMPLE, UNANSWERED, walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DAYS = "30"  # what the sample's handbook says of annual leave


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server of its own: the tour begins with nothing."""
    with served(tmp_path) as found:
        yield found


def nothing_yet(page: Any) -> None:
    assert "There are no documents yet" in page.locator("main").inner_text()


def all_were_read(page: Any) -> None:
    files = [path for path in SAMPLE.iterdir() if path.is_file()]
    assert page.locator("#library tbody tr").count() == len(files)
    assert page.locator("#library .pill.failed").count() == 0


def ready_to_ask(page: Any) -> None:
    expect(page.locator("#question")).to_be_focused()


def answered(page: Any) -> None:
    turn = page.locator(".turn").last
    assert turn.locator(".question").inner_text().strip() == QUESTION
    assert DAYS in turn.locator(".answer").inner_text()
    assert turn.locator(".sentence .note").count() >= turn.locator(".sentence").count() > 0


def highlighted(page: Any) -> None:
    assert DAYS in page.locator("#pane .quoted, #pane mark").first.inner_text()
    assert page.locator("#pane rect, #pane mark").first.is_visible()


def declined(page: Any) -> None:
    turn = page.locator(".turn").last
    assert turn.locator(".question").inner_text().strip() == UNANSWERED
    assert turn.locator(".sentence").count() == 0
    assert turn.locator(".closest .card").count() > 0


def still_there(page: Any) -> None:
    page.locator("main").get_by_role("link", name=QUESTION).first.click()
    page.locator(".turn .answer", has_text=DAYS).first.wait_for()
    page.go_back()


def told_of(page: Any) -> None:
    assert page.locator("main").get_by_role("heading", level=1).is_visible()


SEEN = {
    "empty": nothing_yet,
    "library": all_were_read,
    "start": ready_to_ask,
    "answer": answered,
    "source": highlighted,
    "declined": declined,
    "conversations": still_there,
    "overview": told_of,
}


def test_somebody_new_gets_from_an_empty_home_to_a_checked_answer(visit: Any) -> None:
    page = visit("/")
    states = []
    for state in walk(page):
        SEEN[state](page)
        states.append(state)
    told = (ROOT / "docs" / "tour.md").read_text("utf-8")
    assert re.findall(r"screenshots/(\w+)-wide\.png", told) == states


def test_every_picture_of_the_docs_is_there() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for name in re.findall(r"screenshots/([\w-]+\.png)", page.read_text("utf-8")):
            assert (ROOT / "docs" / "screenshots" / name).is_file(), (page.name, name)
