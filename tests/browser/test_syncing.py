"""A browser that is open while a source is synced."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest.sources.register import Kind, Options, Register
from rag.clock import SystemClock
from rag.database import Database
from rag.places import Places

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def register(address: str, home: Path) -> Iterator[Register]:
    """The sources of the home that is served, as a sync in another process has them."""
    with closing(Database(f"sqlite:///{home / 'footnote.db'}")) as database:
        yield Register(database, Places(database, SystemClock()), SystemClock())


def test_a_sync_is_watched_with_its_rate_and_the_time_that_is_left_to_its_end(
    visit: Any, register: Register
) -> None:
    source = register.add("Handbook", Kind.FOLDER, "/srv/handbook", "default", Options())
    try:
        page = visit("/documents/sources")
        line = page.locator(".sources li", has_text="Handbook")
        assert "Not synced yet" in line.inner_text()
        register.note(source, {"done": 5, "failed": 0, "total": 25, "rate": 0.5})
        line.locator("text=5 of 25 done · 30.0 a minute · about 40 s left").wait_for()
        register.note(source, {"done": 15, "failed": 0, "total": 25, "rate": 0.5})
        line.locator("text=15 of 25 done · 30.0 a minute · about 20 s left").wait_for()
        register.record(source, {"added": 25, "failed": []})
        line.locator("text=25 added").wait_for()
        assert "Being synced" not in line.inner_text()
    finally:
        register.remove(source)
