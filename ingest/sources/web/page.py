"""What a look at a web source comes to: pages, failures, and at last whether that was all."""

from collections.abc import Mapping
from dataclasses import dataclass

from ingest.sources.fetching.fetched import Freshness, Validators
from rag.errors import FootnoteError, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """A page, or a file of another kind, that was there."""

    url: str  # what makes it the same page next time: after redirects, in normal spelling
    asked: str  # the address that led to it
    status: Freshness  # fresh, or unchanged
    body: bytes  # empty where it is unchanged
    content_type: str  # as its server says; what it is, its content decides
    validators: Validators  # to be passed the next time, by ``url``
    lastmod: str = ""  # as its sitemap says


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfetched:
    """A page that could not be had; what is known of it from before stands."""

    url: str
    error: FootnoteError  # its type says whether trying again may help

    @property
    def gone(self) -> bool:
        """Whether its site says that there is no such page."""
        return isinstance(self.error, NotFound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Comes last."""

    reason: str  # why not everything could be seen; empty where it was
    passed_over: Mapping[str, int]  # why pages were left out on purpose -> how many
    part: bool = False  # the source never shows more than some of its pages

    @property
    def complete(self) -> bool:
        """Whether everything was seen: then a page that did not come, and did not fail, is gone."""
        return not self.reason and not self.part


Seen = WebPage | Unfetched
