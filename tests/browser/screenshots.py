"""Takes the pictures in docs/screenshots: `python -m tests.browser.screenshots`, over the sample knowledge base."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.serving import ROOT, browsing, chromium, footnote, served

FOLDER = ROOT / "docs" / "screenshots"
SAMPLE = ROOT / "data" / "sample"
SIZES = {"wide": (1280, 800), "phone": (390, 844)}
QUESTION = "How many working days of annual leave do full-time employees have?"
UNANSWERED = "What is the chief executive's salary?"


def main() -> None:
    """Fill a home with the sample, serve it, and photograph each page in both sizes."""
    path = chromium()
    if path is None:
        sys.exit("No browser found: install chromium (Debian: apt-get install chromium).")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        add = footnote("add", str(SAMPLE / "documents"), "--collection", "sample", home=Path(home))
        subprocess.run(add, cwd=ROOT, check=True)
        with served(Path(home)) as address, browsing(path) as browser:
            for name, (width, height) in SIZES.items():
                photograph(browser, address, name, viewport={"width": width, "height": height})
            photograph(browser, address, "dark", viewport={"width": 1280, "height": 800}, color_scheme="dark")
        for unused in ("start", "answer", "declined", "documents"):
            (FOLDER / f"{unused}-dark.png").unlink()


def photograph(browser: Any, address: str, name: str, **options: Any) -> None:
    """The start page, an answer, its source, a declined question and the documents."""
    context = browser.new_context(base_url=address, reduced_motion="reduce", **options)
    page = context.new_page()

    def shot(what: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / f"{what}-{name}.png")

    page.goto("/")
    shot("start")
    ask(page, QUESTION)
    shot("answer")
    page.locator(".turn .note").first.click()
    page.locator("#pane .sheet img").evaluate("picture => picture.decode()")
    shot("source")
    page.goto("/")
    ask(page, UNANSWERED)
    shot("declined")
    page.goto("/documents")
    shot("documents")
    context.close()


def ask(page: Any, question: str) -> None:
    """Ask and wait for the whole answer."""
    page.fill("#question", question)
    page.keyboard.press("Enter")
    page.locator(".turn.pending").wait_for(state="detached")


if __name__ == "__main__":
    main()
