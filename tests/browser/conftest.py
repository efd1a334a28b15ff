"""What a browser test starts from: one server, one browser, and a page that may neither complain nor stray."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.patience import TEST_SECONDS, window
from tests.browser.serving import browsing, chromium, served


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser test has time for a busy machine."""
    for item in items:
        if item.get_closest_marker("browser") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    with served(home) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Of one module, because Playwright keeps an event loop running in this thread for as long as it is open."""
    path = chromium()
    if path is None:
        pytest.skip("no browser to test with: install chromium (Debian: apt-get install chromium)")
    with browsing(path) as opened:
        yield opened


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Any]:
    """Opens pages in a context of their own; at the end none may have complained or gone elsewhere."""
    contexts, wrong = [], []

    def opened(path: str = "/", **options: Any) -> Any:
        context = window(browser, address, **({"viewport": {"width": 1280, "height": 800}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type in ("error", "warning") and wrong.append(said.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}") or dialog.dismiss())
        page.on("request", lambda asked: asked.url.startswith((address, "blob:")) or wrong.append(asked.url))
        page.goto(path)
        return page

    opened.wrong = wrong
    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture(scope="session")
def warranty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF of two pages of 400 by 300 points; what counts stands on the second, see WARRANTY."""
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path_factory.mktemp("files") / "Warranty terms.pdf"
    canvas = Canvas(str(path), pagesize=(400, 300))
    canvas.setTitle("Warranty terms")
    canvas.setFont("Helvetica", 11)
    canvas.drawString(40, 240, "These terms apply to every pump that Brook Works sells to dealers.")
    canvas.showPage()
    canvas.setFont("Helvetica", 11)
    canvas.drawString(40, 240, "Returned parts are inspected in the workshop in Ashford.")
    canvas.drawString(40, 120, "The warranty on every pump lasts thirty-six months from delivery.")
    canvas.drawString(40, 60, "Dealers send claims to the service desk by letter.")
    canvas.showPage()
    canvas.save()
    return path
