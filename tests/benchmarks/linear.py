"""How the time of reading grows: a text twice as long may take three times as long at most.

    python -m tests.benchmarks.linear [--size 400000]

Each text is read and screened in this process; times are of the processor, the better of two.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from ingest.parsers import html, markdown, text
from ingest.screen import screen
from rag.errors import UnreadableDocument
from rag.types import Parsed
from tests.fixtures.quadratic import HTML, MARKDOWN, TEXT, Repeated

_MOST = 3.0
_SHORT = 0.05  # seconds under which the clock is too coarse to judge by
_KINDS: tuple[tuple[str, Callable[[bytes, str], Parsed], dict[str, Repeated]], ...] = (
    ("txt", text.parse, TEXT),
    ("md", markdown.parse, MARKDOWN),
    ("html", html.parse, HTML),
)


def seconds(parse: Callable[[bytes, str], Parsed], data: bytes) -> float:
    """The better of two readings."""
    taken = []
    for _ in range(2):
        began = time.process_time()
        with suppress(UnreadableDocument):  # a clear refusal is an end as well
            screen(parse(data, "some file"))
        taken.append(time.process_time() - began)
    return min(taken)


def rows(size: int) -> Iterator[tuple[str, float, float]]:
    """Each text with the times for its size and for twice that."""
    for ending, parse, texts in _KINDS:
        for name, repeated in texts.items():
            once = seconds(parse, repeated.of(size))
            yield f"{ending}: {name}", once, seconds(parse, repeated.of(2 * size))


def main() -> None:
    """Print a table; exit code 1 where anything grows faster than it may."""
    parser = argparse.ArgumentParser(description="Growth of reading time.")
    parser.add_argument("--size", type=int, default=400_000, help="bytes of the shorter text")
    size: int = parser.parse_args().size
    print(f"{size:,} and {2 * size:,} bytes\n\n| text | seconds | twice as long | times |\n|---|---|---|---|")
    slow = []
    for name, once, twice in rows(size):
        growth = twice / max(once, 1e-6)
        if growth > _MOST and twice > _SHORT:
            slow.append(name)
        print(
            f"| {name} | {once:.3f} | {twice:.3f} | {growth:.1f}{' !' if name in slow else ''} |", flush=True
        )
    if slow:
        raise SystemExit(f"More than {_MOST:g} times as long: {', '.join(slow)}")


if __name__ == "__main__":
    main()
