"""Calling an answer right, with scripts and without."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_browser import QUESTION, QUOTE, ask, upload

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_answer_is_called_right_and_stays_so_until_it_is_taken_back(visit: Any, warranty: Path) -> None:
    page = visit("/documents")
    upload(page, warranty)
    turn = ask(page, QUESTION)
    turn.get_by_role("button", name="This answer was right").click()
    page.locator(".verdict", has_text="Called right").wait_for()
    assert QUOTE in page.locator(".turn .answer").inner_text()
    page.reload()
    page.get_by_role("button", name="Take it back").click()
    page.get_by_role("button", name="This answer was right").wait_for()
    assert page.locator(".verdict", has_text="Called right").count() == 0


def test_it_works_without_scripts(visit: Any, warranty: Path) -> None:
    upload(visit("/documents"), warranty)
    page = visit("/", java_script_enabled=False)
    page.fill("#question", "Which orchestra played at the opening of the opera house in Sydney?")
    page.click("[aria-label=Ask]")
    page.get_by_role("button", name="Right: the documents do not say").click()
    page.locator(".verdict", has_text="Called right").wait_for()
