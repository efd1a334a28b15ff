"""Takes the pictures in docs/screenshots, on the way of the tour: `python -m tests.browser.screenshots`."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.patience import window
from tests.browser.serving import ROOT, browsing, chromium, served
from tests.browser.tour import walk

FOLDER = ROOT / "docs" / "screenshots"
SIZES = {"wide": (1280, 800), "middle": (820, 1180), "phone": (390, 844)}
DARK = ("source",)  # states that are shown in the dark too


def main() -> None:
    """Walk the tour in a new home for each width, and once in the dark."""
    path = chromium()
    if path is None:
        sys.exit("No browser found: install chromium (Debian: apt-get install chromium).")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with browsing(path) as browser:
        for name, (width, height) in SIZES.items():
            photograph(browser, name, None, viewport={"width": width, "height": height})
        photograph(browser, "dark", DARK, viewport={"width": 1280, "height": 800}, color_scheme="dark")


def photograph(browser: Any, name: str, states: tuple[str, ...] | None, **options: Any) -> None:
    """A picture of each of these states, or of all."""
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as address:
        context = window(browser, address, reduced_motion="reduce", **options)
        page = context.new_page()
        for state in walk(page):
            page.wait_for_load_state("networkidle")
            if states is None or state in states:
                page.screenshot(path=FOLDER / f"{state}-{name}.png")
        context.close()


if __name__ == "__main__":
    main()
