"""How long browsers wait for what is to come true: longer than a busy machine takes; only what never comes fails."""

from typing import Any

SECONDS = 120
MS = SECONDS * 1000
TEST_SECONDS = 900  # for a whole test, which waits more than once


def window(browser: Any, address: str, **options: Any) -> Any:
    """A context of this browser, at home at this address, whose pages are waited for so long."""
    context = browser.new_context(base_url=address, **options)
    context.set_default_timeout(MS)
    return context


def expect(what: Any) -> Any:
    """What is to come true of a part of a page in a while."""
    from playwright.sync_api import Expect

    expecting = Expect()
    expecting.set_options(timeout=MS)
    return expecting(what)
