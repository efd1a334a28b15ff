"""Templates: HTML in which every value is escaped."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from rag.dating import dated
from rag.items import is_item
from rag.types import Citation, Passage, Sentence, Support
from web import language
from web.csrf import COOKIE, Csrf
from web.language import ENGLISH, Language

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
LABELS = {
    "waiting": "Waiting",
    "parsing": "Reading the file",
    "chunking": "Cutting it into passages",
    "embedding": "Indexing",
    "publishing": "Publishing",
    "ready": "Ready",
    "partial": "Ready in part",
    "held": "Held back",
    "failed": "Failed",
    "busy": "Being read",
    "added": "Taken in",
    "updated": "Taken in as a new version",
    "unchanged": "Already here, unchanged",
    "folder": "Folder",
    "page": "Page",
    "sitemap": "Sitemap",
    "feed": "Feed",
    "site": "Site",
}


class Pages:
    """Renders templates, in the language of whoever reads them."""

    def __init__(self, csrf: Csrf) -> None:
        self.csrf = csrf
        self.languages = language.languages()
        self._environments = {code: _environment(each) for code, each in self.languages.items()}

    def html(self, request: Request, name: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A whole page, which says what writes answers.

        Its forms carry a CSRF token, whose other half is the response's cookie.
        """
        session = self.csrf.session(request) or self.csrf.new_session()
        token = self.csrf.token(session)
        named = self._about(request) | {"csrf": token} | context
        response = HTMLResponse(self.part(request, name, **named), status)
        if request.cookies.get(COOKIE) != session:
            response.set_cookie(COOKIE, session, httponly=True, samesite="strict", path="/")
        return response

    def part(self, request: Request, name: str, **context: Any) -> str:
        """A template as text, in the language of whoever asks."""
        return self.render(name, self.language(request).code, **context)

    def render(self, name: str, code: str = ENGLISH, **context: Any) -> str:
        """A template as text in a language, every value in it escaped."""
        return self._environments[code].get_template(name).render(context)

    def _about(self, request: Request) -> dict[str, Any]:
        """What the frame of every page tells."""
        services = request.app.state.services
        return {
            "writer": services.generator.name if services.generator else "",
            "recent": services.conversations.recent,
            "verdict_of": services.feedback.of,
            "languages": tuple(self.languages.values()),
        }

    def language(self, request: Request) -> Language:
        """That of whoever asks: the one chosen, else what the browser accepts."""
        accepted = request.headers.get("accept-language", "")
        code = language.wanted(request.cookies.get(language.COOKIE), accepted, self.languages)
        return self.languages[code]


def _environment(spoken: Language) -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(spoken.catalogue, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "source_url": source_url,
        "passage_url": passage_url,
        "quote_url": quote_url,
        "language": spoken,
    }
    made.filters |= {
        "told": spoken.told,
        "number": spoken.number,
        "label": lambda state: spoken.told(label(state)),
        "size": size,
        "when": when,
        "dated": dated,
        "tally": lambda sentences: tally(sentences, spoken),
        "emphasised": emphasised,
    }
    made.tests["item"] = is_item
    return made


def source_url(citation: Citation) -> str:
    """Where a footnote opens: its page, its span, and what the quote is known by."""
    return quote_url(citation.document.id, citation.page, citation.start, citation.end, citation.quote)


def passage_url(passage: Passage) -> str:
    """Where a passage opens."""
    chunk = passage.chunk
    return quote_url(passage.document.id, chunk.page, chunk.start, chunk.end, chunk.text)


def digest(quote: str) -> str:
    """What a link knows a quote by, so that a changed page is noticed: 16 hex digits of SHA-256."""
    return hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def label(state: str) -> str:
    """A status or stage in words."""
    return LABELS.get(state, state.capitalize())


def size(count: int) -> str:
    """Bytes in a unit that people read."""
    if count < 1024:
        return f"{count} B"
    if count < 1024**2:
        return f"{count / 1024:.0f} KB"
    power, unit = (2, "MB") if count < 1024**3 else (3, "GB")
    return f"{count / 1024**power:.1f}".removesuffix(".0") + f" {unit}"


def when(time: datetime) -> str:
    """A moment to the minute."""
    return f"{time:%Y-%m-%d %H:%M} UTC"


def tally(sentences: Sequence[Sentence], spoken: Language) -> str:
    """How many of an answer's sentences their quotes carry, in words."""
    sound, all_of = sum(sentence.support is Support.SUPPORTED for sentence in sentences), len(sentences)
    if sound < all_of:
        return spoken.told(f"{sound} of {all_of} sentences supported by what they quote")
    return spoken.told(
        "supported by what it quotes" if sound == 1 else f"all {sound} sentences supported by what they quote"
    )


def emphasised(sentence: Sentence) -> tuple[str, str, str]:
    """A sentence in three parts, the middle one the words that answer; those behind are empty where none are known."""
    for citation in sentence.citations:
        quote = citation.quote
        if citation.words and " ".join(quote.split()) == sentence.text:
            start, end = citation.words
            start += len(quote[start:end]) - len(quote[start:end].lstrip())
            before = " ".join(f"{quote[:start]}.".split())[:-1]  # the stop keeps a blank before the words
            words = " ".join(quote[start:end].split())
            if words:
                return before, words, sentence.text[len(before) + len(words) :]
    return sentence.text, "", ""


def quote_url(document_id: str, page: int, start: int, end: int, quote: str) -> str:
    """Where a quote opens: its page, with the span and what the quote is known by."""
    span = urlencode({"start": start, "end": end, "quote": digest(quote)})
    return f"/source/{document_id}/{page}?{span}#quote"
