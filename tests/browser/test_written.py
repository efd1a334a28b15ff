"""An answer in a model's words, as people see it: a real server, a real browser, and a model's server beside them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.patience import window
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


SHAPES = """
![a](http://evil.example/a.png) [b](http://evil.example/b) [c]: http://evil.example/c
<http://evil.example/d> http://evil.example/e www.evil.example/f
<img src=http://evil.example/g> <img srcset="http://evil.example/h 2x"> <a href="http://evil.example/i">i</a>
<link rel=stylesheet href=http://evil.example/j> <link rel=prefetch href=http://evil.example/k>
<style>@import url(http://evil.example/l); body { background: url(http://evil.example/m) }</style>
<div style="background: url(http://evil.example/n)">n</div> <svg><image href="http://evil.example/o"/></svg>
<svg onload="fetch('http://evil.example/p')"></svg> <script src=http://evil.example/q></script>
<iframe src=http://evil.example/r></iframe> <object data=http://evil.example/s></object>
<embed src=http://evil.example/t> <video src=http://evil.example/u autoplay></video> <audio src=http://evil.example/v>
<form action=http://evil.example/w><button autofocus onfocus=this.form.submit()>w</button></form>
<meta http-equiv=refresh content="0;url=http://evil.example/x"> <base href=http://evil.example/y>
<input type=image src=http://evil.example/z> <table background=http://evil.example/0><tr><td>0</table>
![1](data:image/svg+xml,<svg onload=alert(1)>) [2](javascript:alert(2)) <a href="javascript:alert(3)">3</a>
```mermaid
graph TD; A-->B; click A "http://evil.example/4"
```
$\\href{http://evil.example/5}{5}$ http://xn--evl-hma.example/6 &lt;img src=http://evil.example/7&gt;
"""


def test_nothing_that_a_model_writes_fetches_or_runs_anything(
    visit: Any, model: Server, warranty: Path
) -> None:
    model.act = says(TOLD[0], TOLD[1], SHAPES)
    page = visit("/documents")
    upload(page, warranty)
    turn = asked(page)
    assert "http://evil.example/a.png" in turn.locator(".answer").inner_text()
    made = "img link style svg script iframe object embed video audio form meta base input table".split()
    own = f"#turns .answer :is({', '.join(made)})"
    assert page.locator(own).count() == 0
    links = page.locator("#turns a:not(.actions a)").evaluate_all(
        "all => all.map(each => each.getAttribute('href'))"
    )
    assert links
    assert all(link.startswith("/source/") for link in links)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.locator(own).count() == 0


def test_where_the_model_is_down_the_answer_comes_in_quotes_and_says_so(
    visit: Any, model: Server, warranty: Path
) -> None:
    model.act = refuses(503, "overloaded")
    page = visit("/documents")
    upload(page, warranty)
    turn = asked(page)
    assert QUOTE in turn.locator(".answer").inner_text()
    assert "in quotes" in turn.locator(".notice").inner_text()


@pytest.fixture(scope="module")
def bundled_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose answers the bundled weights write, in its own process; its words are shown, borne out or not."""
    settings = {"GENERATOR": "bundled", "GENERATOR_CONTEXT": "1200", "GENERATOR_TOKENS": "60"}
    named = {f"FOOTNOTE_{name}": value for name, value in settings.items()}
    with served(tmp_path_factory.mktemp("bundled"), **named) as found:
        yield found


def test_the_bundled_weights_write_an_answer_that_streams_and_is_checked(
    browser: Any, bundled_address: str, warranty: Path
) -> None:
    context = window(browser, bundled_address)
    page = context.new_page()
    page.set_default_timeout(400_000)  # on a busy machine
    upload(page, warranty)
    page.goto("/")
    page.evaluate(
        """() => { window.drafts = []; new MutationObserver(() => {
            const draft = document.querySelector("#turns .draft")?.textContent;
            if (draft) window.drafts.push(draft);
        }).observe(document.getElementById("turns"), {subtree: true, childList: true, characterData: true}) }"""
    )
    page.fill("#question", QUESTION)
    page.keyboard.press("Enter")
    page.locator(".turn.answered .cards").wait_for()
    turn = page.locator(".turn").last
    assert len(set(page.evaluate("window.drafts"))) > 3
    assert "written by" in turn.locator(".meta").inner_text()
    sentence = turn.locator(".sentence.supported, .sentence.partly").first
    sentence.locator(".note").first.click()
    page.locator("#pane rect").first.wait_for()
    assert "thirty-six months" in page.locator("#pane .quoted").inner_text()
    context.close()
