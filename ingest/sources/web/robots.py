"""robots.txt: what a site asks of those who come in bulk."""

from typing import TYPE_CHECKING

from ingest.sources.fetching.error import FetchError
from ingest.sources.fetching.fetch import Fetcher
from ingest.sources.fetching.url import Url, parse
from rag.errors import FootnoteError, NotFound, UnreadableDocument

if TYPE_CHECKING:
    from protego import Protego

_MOST_BYTES = 524_288
_LONGEST_DELAY = 30.0  # seconds


class RulesUnread(FetchError):
    """What a site permits could not be read, so nothing of it is fetched."""

    def __init__(self, rules: str, why: str) -> None:
        """``rules`` is the address of its robots.txt."""
        super().__init__(
            f"Nothing of this site was fetched, as what it permits ({rules}) could not be read. {why}"
        )
        self.rules = rules


class Robots:
    """The rules of the sites visited in one run, each fetched once."""

    def __init__(self, fetcher: Fetcher) -> None:
        """Nothing fetched yet."""
        self._fetcher = fetcher
        self._name = fetcher.user_agent.partition("/")[0]
        self._rules: dict[tuple[str, str], Protego | str] = {}  # or why there are none

    def allow(self, url: str) -> bool:
        """Whether a site lets us fetch a page. Raises RulesUnread where its rules cannot be had: then nothing is."""
        rules = self._of(parse(url))
        if isinstance(rules, str):
            raise RulesUnread(_rules(parse(url)), rules)
        return rules.can_fetch(url, self._name)

    def delay(self, url: str) -> float:
        """Seconds that a site wants between two requests, 30 at most."""
        rules = self._of(parse(url))
        asked = 0.0 if isinstance(rules, str) else rules.crawl_delay(self._name) or 0.0
        return min(asked, _LONGEST_DELAY) if asked > 0 else 0.0

    def _of(self, url: Url) -> "Protego | str":
        origin = url.scheme, url.site
        if origin not in self._rules:
            self._rules[origin] = self._fetched(_rules(url))
        return self._rules[origin]

    def _fetched(self, url: str) -> "Protego | str":
        """A site without rules, or that does not show them, permits everything; one that fails, nothing."""
        from protego import Protego

        try:
            text = self._fetcher.get(url, max_bytes=_MOST_BYTES).body
        except (NotFound, UnreadableDocument):
            text = b""
        except FootnoteError as error:
            return str(error)
        return Protego.parse(text.decode("utf-8", "replace"))


def _rules(url: Url) -> str:
    return f"{url.scheme}://{url.site}/robots.txt"
