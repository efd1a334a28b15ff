"""An answer in a model's words, as people see it: a real server, a real browser, and a model's server beside them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.serving import served
from tests.browser.test_browser import QUESTION, QUOTE, upload
from tests.completions import Server, refuses, says

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOLD = (
    "A pump has a warranty",
    " of thirty-six months from delivery [1].",
    " It was built in Hamburg in 1873 [1].",
)


@pytest.fixture(scope="module")
def model() -> Iterator[Server]:
    opened = Server()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def address(model: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, whose answers that model writes."""
    with served(tmp_path_factory.mktemp("written"), FOOTNOTE_GENERATOR=model.address) as found:
        yield found


def asked(page: Any) -> Any:
    page.goto("/")
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.locator(".turn.answered .cards").wait_for()
    return page.locator(".turn").last


def test_a_written_answer_bears_footnotes_and_marks_and_opens_at_its_source(
    visit: Any, model: Server, warranty: Path
) -> None:
    model.act = says(*TOLD)
    page = visit("/documents")
    upload(page, warranty)
    turn = asked(page)
    sentence = turn.locator(".sentence.supported")
    assert sentence.inner_text().startswith("A pump has a warranty of thirty-six months from delivery.")
    assert "not supported" in turn.locator(".sentence.unsupported").inner_text()
    assert "written by small-model" in turn.locator(".meta").inner_text()
    sentence.locator(".note").click()
    page.locator("#pane rect").first.wait_for()
    assert page.locator("#pane .quoted").inner_text() == QUOTE


def test_where_the_model_is_down_the_answer_comes_in_quotes_and_says_so(
    visit: Any, model: Server, warranty: Path
) -> None:
    model.act = refuses(503, "overloaded")
    page = visit("/documents")
    upload(page, warranty)
    turn = asked(page)
    assert QUOTE in turn.locator(".answer").inner_text()
    assert "in quotes" in turn.locator(".notice").inner_text()
