"""How soon a page can be used, by the browser's own timings: `python -m tests.benchmarks.first_page`.

Serves a throw-away home and opens each page some times in a fresh browser context, so that nothing is kept. Told are
the median times from the start of the request to the first contentful paint and to the moment when the page's scripts
have run (DOMContentLoaded, which waits for modules), the bytes over the network and the number of requests.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.serving import browsing, chromium, served

PAGES = ("/", "/documents", "/conversations", "/overview", "/gaps", "/settings")
TIMES = """async () => {
    const [page] = performance.getEntriesByType('navigation');
    const painted = performance.getEntriesByName('first-contentful-paint')[0];
    const all = [page, ...performance.getEntriesByType('resource')];
    const bytes = all.reduce((sum, each) => sum + each.transferSize, 0);
    return [painted ? painted.startTime : 0, page.domContentLoadedEventEnd, bytes, all.length];
}"""


def main() -> None:
    """Open, and print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--rounds", type=int, default=10)
    rounds = options.parse_args().rounds
    path = chromium()
    if path is None:
        sys.exit("No browser found: install chromium (Debian: apt-get install chromium).")
    print("| page | first paint, ms | usable, ms | KB | requests |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as address, browsing(path) as browser:
        for page in PAGES:
            opened = [timed(browser, address, page) for _ in range(rounds)]
            paint, usable, size, requests = (statistics.median(each) for each in zip(*opened, strict=True))
            print(f"| {page} | {paint:.0f} | {usable:.0f} | {size / 1000:.0f} | {requests:.0f} |", flush=True)


def timed(browser: Any, address: str, path: str) -> tuple[float, float, float, float]:
    """Milliseconds to the first paint and to usable, bytes, requests."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto(path, wait_until="networkidle")
    paint, usable, size, requests = page.evaluate(TIMES)
    context.close()
    return paint, usable, size, requests


if __name__ == "__main__":
    main()
