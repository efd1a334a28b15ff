"""How much a first visit costs, by the browser's own account, and that nothing moves while somebody reads.

Times are told by tests/benchmarks/first_page.py: here only what does not depend on the machine is held to a budget.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_browser import ANSWERED, QUESTION, upload

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST_PAGE = 100_000  # bytes over the network, headers included
SENT = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .map(each => [each.name, each.transferSize])"""
MOVED = """() => new Promise(told => {
    const seen = [];
    new PerformanceObserver(list => seen.push(...list.getEntries().map(each => each.value)))
        .observe({type: 'layout-shift', buffered: true});
    setTimeout(() => told(seen.reduce((sum, each) => sum + each, 0)), 100);
})"""


@pytest.mark.parametrize("path", ["/", "/documents", "/overview", "/gaps", "/settings", "/conversations"])
def test_a_first_visit_is_small(visit: Any, path: str) -> None:
    page = visit(path)
    page.wait_for_load_state("networkidle")
    sent = dict(page.evaluate(SENT))
    assert len(sent) > 3
    assert sum(sent.values()) < FIRST_PAGE, sent


def test_a_second_visit_sends_no_style_or_script_again(visit: Any) -> None:
    page = visit("/")
    page.wait_for_load_state("networkidle")
    page.goto("/documents")
    page.wait_for_load_state("networkidle")
    sent = {name: size for name, size in page.evaluate(SENT) if name.endswith(("base.css", "app.js"))}
    assert len(sent) == 2
    assert all(size < 1000 for size in sent.values()), sent  # no more than to say that nothing has changed


def test_nothing_moves_while_an_answer_is_written(visit: Any, warranty: Path) -> None:
    page = visit("/documents")
    upload(page, warranty)
    page.goto("/")
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.locator(ANSWERED).wait_for()
    assert page.evaluate(MOVED) < 0.1  # what counts as good, by the Core Web Vitals
