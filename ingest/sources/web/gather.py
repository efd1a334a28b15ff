"""Taking pages in, each once: what is left out on purpose is counted, what fails is said."""

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote

from ingest.sources.fetching.fetched import Fetched, Freshness, Known
from ingest.sources.fetching.url import parse
from ingest.sources.register import Options
from ingest.sources.web import links
from ingest.sources.web.links import Links
from ingest.sources.web.page import Finished, Seen, Unfetched, WebPage
from ingest.sources.web.robots import RulesUnread
from ingest.sources.web.visit import Visitor
from rag.errors import FootnoteError, RetryableError
from rag.types import MediaType

Stored = Callable[[str], bytes | None]  # a page's address in, the bytes it had the last time out

_PICTURES = {MediaType.PNG, MediaType.JPEG, MediaType.TIFF}  # decoration, where a page links to them
_READ = {str(kind) for kind in MediaType if kind not in _PICTURES} | {
    "", "application/xhtml+xml", "application/x-pdf", "text/rtf",
}  # fmt: skip
_NOT_READ = frozenset({"text/css", "text/javascript", "text/xml"})
_UNNAMED = frozenset({"application/octet-stream", "binary/octet-stream"})
_ENDINGS = frozenset(
    ".pdf .docx .pptx .xlsx .odt .rtf .epub .eml .msg .md .txt .csv .json .html .htm".split()
)
_CUT = "The limit of {} pages was reached before everything had been seen. Raise it, or leave paths out."
_NOTHING = "Nothing was found at all, so nothing can be said to be gone."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    answer: Fetched
    links: Links


class Gathering:
    """The pages of one run over a source."""

    def __init__(self, visitor: Visitor, options: Options, known: Known, stored: Stored) -> None:
        """``stored`` gives what a page that is known linked to, where it does not come again."""
        self.site = ""  # the host whose pages are taken; empty takes any
        self.trouble = ""  # why not everything was seen
        self.part = False  # the source shows only some of its pages
        self._visitor = visitor
        self._options = options
        self._known = known
        self._stored = stored
        self._requests = 0
        self._asked: set[str] = set()
        self._reached: set[str] = set()
        self._passed_over: Counter[str] = Counter()

    def take(
        self, url: str, lastmod: str = "", *, believe: bool = True
    ) -> Generator[Seen, None, tuple[str, ...]]:
        """The page, or why it could not be had, or nothing where it is left out; returns where it leads.

        A page that calls another address its own is left out once that one has come; ``believe`` is unset for
        that one, lest a chain of such claims leads on and on.
        """
        looked = self._look(url)
        if isinstance(looked, Unfetched):
            yield looked
            return self._links_before(looked)
        if looked is None:
            return ()
        canonical = looked.answer.url
        if believe and self._own(looked.links.canonical, canonical):
            canonical = looked.links.canonical
            yield from self.take(canonical, lastmod, believe=False)
        yield from self._kept(looked, url, lastmod, canonical)
        return looked.links.to

    def full(self) -> bool:
        """Whether no further page may be fetched; asked only when there is one, which makes the run a part."""
        full = self._requests >= self._options.max_pages
        if full:
            self.trouble = self.trouble or _CUT.format(self._options.max_pages)
        return full

    def within(self, url: str) -> bool:
        """Whether an address is one of those that are looked for."""
        parts = parse(url)
        path = unquote(parts.path)
        if self.site and parts.site != self.site:
            return False
        if any(fnmatchcase(path, pattern) for pattern in self._options.exclude):
            return False
        return not self._options.include or any(fnmatchcase(path, p) for p in self._options.include)

    def _own(self, claimed: str, url: str) -> bool:
        """Whether a page may claim an address for its content: another one of its own site."""
        sound = claimed not in ("", url) and parse(claimed).site == parse(url).site
        return sound and self.within(claimed)

    def _settle(self, url: str) -> None:
        """A start page may lead to the same name with or without www, and to no other host."""
        site = parse(url).site
        if site.removeprefix("www.") == self.site.removeprefix("www."):
            self.site = site

    def pass_over(self, why: str) -> None:
        """Count what is left out on purpose."""
        self._passed_over[why] += 1

    def finished(self) -> Finished:
        """The end."""
        reason = self.trouble or ("" if self._reached or self.part else _NOTHING)
        return Finished(reason=reason, passed_over=dict(self._passed_over), part=self.part)

    def _look(self, url: str) -> _Looked | Unfetched | None:
        if url in self._asked:
            return None
        self._asked.add(url)
        try:
            answer = self._fetched(url)
        except RulesUnread as error:
            return self._shut(error)
        except FootnoteError as error:
            return Unfetched(url=url, error=error)
        return None if answer is None else _Looked(answer=answer, links=self._links(answer))

    def _shut(self, error: RulesUnread) -> Unfetched | None:
        """A whole site that may not be asked just now is told once, not for each of its pages."""
        self.trouble = self.trouble or str(error)
        if error.rules in self._asked:
            return None
        self._asked.add(error.rules)
        return Unfetched(url=error.rules, error=error)

    def _fetched(self, url: str) -> Fetched | None:
        """What came; None where it is left out."""
        if not self._visitor.allowed(url):
            self.pass_over("robots.txt does not allow it")
            return None
        if self.full():
            return None
        self._requests += 1
        wanted = partial(_is_document, parse(url).path)
        answer = self._visitor.get(url, self._known, wanted)
        if answer.status is Freshness.UNCHANGED and self._stored(answer.url) is None:
            answer = self._visitor.get(url, {}, wanted)  # without its links, what it leads to would be lost
        if self._requests == 1:
            self._settle(answer.url)
        if answer.status is Freshness.UNWANTED:
            self.pass_over("of a kind that is not read")
            return None
        return answer

    def _links(self, answer: Fetched) -> Links:
        data = answer.body if answer.status is Freshness.FRESH else self._stored(answer.url) or b""
        return links.read(data, answer.url, answer.robots) if _is_html(answer, data) else Links()

    def _links_before(self, failed: Unfetched) -> tuple[str, ...]:
        """Where a page led the last time, so that one that fails does not take down all below it."""
        data = None if failed.gone else self._stored(failed.url)
        if data is not None:
            return links.read(data, failed.url).to
        if isinstance(failed.error, RetryableError):
            self.trouble = self.trouble or str(failed.error)
        return ()

    def _kept(self, looked: _Looked, asked: str, lastmod: str, canonical: str) -> Iterator[WebPage]:
        answer = looked.answer
        if why := self._left_out(looked, canonical):
            self.pass_over(why)
            return
        self._reached.add(answer.url)
        yield WebPage(
            url=answer.url,
            asked=asked,
            status=answer.status,
            body=answer.body,
            content_type=answer.content_type,
            validators=answer.validators,
            lastmod=lastmod,
        )

    def _left_out(self, looked: _Looked, canonical: str) -> str:
        """Why a page that came is not taken; empty where it is."""
        if looked.links.noindex:
            return "asks not to be taken in (noindex)"
        if not self.within(looked.answer.url):
            return "outside of what is looked for"
        return "the same as another page" if {looked.answer.url, canonical} & self._reached else ""


def _is_document(path: str, content_type: str) -> bool:
    """Whether a page may link to it as something to read: no style sheet, no film, no archive."""
    if content_type in _UNNAMED:
        return PurePosixPath(path).suffix.lower() in _ENDINGS
    text = content_type.startswith("text/") and content_type not in _NOT_READ
    return text or content_type in _READ


def _is_html(answer: Fetched, data: bytes) -> bool:
    return answer.content_type in ("text/html", "application/xhtml+xml") or data.lstrip().startswith(b"<")
