"""What keeps people out of a page, as far as axe-core can tell."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe


def barriers(page: Any, within: str | None = None) -> list[str]:
    """What axe-core finds wrong with a page as it stands, or with a part of it: the rule, and the element.

    Its script is not one of the page's, so the page must be in a context that lets it in (``bypass_csp``).
    """
    page.wait_for_load_state()  # what has come without its styles has colours of nobody's choice
    wrong = Axe().run(page, within).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in wrong for node in each["nodes"]]
