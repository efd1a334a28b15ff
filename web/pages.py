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
from rag.types import Citation, Passage, Sentence, Support
from web.csrf import COOKIE, Csrf

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
}


class Pages:
    """Renders templates."""

    def __init__(self, csrf: Csrf) -> None:
        self.csrf = csrf
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"source_url": source_url, "passage_url": passage_url}
        self._environment.filters |= {
            "label": label,
            "size": size,
            "when": when,
            "dated": dated,
            "tally": tally,
            "emphasised": emphasised,
        }

    def html(self, request: Request, name: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A whole page. Its forms carry a CSRF token, whose other half is the response's cookie."""
        session = self.csrf.session(request) or self.csrf.new_session()
        token = self.csrf.token(session)
        response = HTMLResponse(self.render(name, request=request, csrf=token, **context), status)
        if request.cookies.get(COOKIE) != session:
            response.set_cookie(COOKIE, session, httponly=True, samesite="strict", path="/")
        return response

    def render(self, name: str, **context: Any) -> str:
        """A template as text, every value in it escaped."""
        return self._environment.get_template(name).render(context)


def source_url(citation: Citation) -> str:
    """Where a footnote opens: its page, its span, and what the quote is known by."""
    return _url(citation.document.id, citation.page, citation.start, citation.end, citation.quote)


def passage_url(passage: Passage) -> str:
    """Where a passage opens."""
    chunk = passage.chunk
    return _url(passage.document.id, chunk.page, chunk.start, chunk.end, chunk.text)


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
    return f"{count / 1024**2:.1f}".removesuffix(".0") + " MB"


def when(time: datetime) -> str:
    """A moment to the minute."""
    return f"{time:%Y-%m-%d %H:%M} UTC"


def tally(sentences: Sequence[Sentence]) -> str:
    """How many of an answer's sentences their quotes carry, in words."""
    sound = sum(sentence.support is Support.SUPPORTED for sentence in sentences)
    if sound < len(sentences):
        return f"{sound} of {len(sentences)} sentences supported by what they quote"
    return (
        "supported by what it quotes" if sound == 1 else f"all {sound} sentences supported by what they quote"
    )


def emphasised(sentence: Sentence) -> tuple[str, str, str]:
    """A sentence in three parts, the middle one the words that answer; those behind are empty where none are known."""
    for citation in sentence.citations:
        quote = citation.quote
        if citation.words and " ".join(quote.split()) == sentence.text:
            start, end = citation.words
            before = " ".join(f"{quote[:start]}.".split())[:-1]  # the stop keeps a blank before the words
            words = " ".join(quote[start:end].split())
            return before, words, sentence.text[len(before) + len(words) :]
    return sentence.text, "", ""


def _url(document_id: str, page: int, start: int, end: int, quote: str) -> str:
    span = urlencode({"start": start, "end": end, "quote": digest(quote)})
    return f"/source/{document_id}/{page}?{span}#quote"
