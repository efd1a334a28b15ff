"""What went wrong, told to whoever asked: problem documents (RFC 9457) for programs, a page for people."""

import json
import uuid
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.errors import FootnoteError, RetryableError
from web.language import Language
from web.pages import Pages

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "5"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that went wrong, in the members of RFC 9457."""

    type: str  # stable; names the kind of problem
    title: str  # the kind, in words
    status: int
    detail: str  # what happened here and what to do next
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """The problem document."""
        members = {"type": self.type, "title": self.title, "status": self.status, "detail": self.detail}
        return members | self.extra

    def told(self, spoken: Language) -> "Problem":
        """The same in the words of a language."""
        return replace(self, title=spoken.told(self.title), detail=spoken.told(self.detail))


def problem(error: Exception) -> Problem:
    """The problem that an error is. What nobody foresaw is logged, and shown as nothing but the log's id."""
    match error:
        case FootnoteError():
            return _ours(error)
        case RequestValidationError():
            return _invalid(error)
        case HTTPException():
            return _http(error)
        case _:
            return _unforeseen(error)


def respond(request: Request, wrong: Problem) -> Response:
    """The problem as the client reads best: a page where it asks for HTML, else a problem document.

    People and the scripts of their pages are told it in their language, programs in English.
    """
    pages: Pages = request.app.state.pages
    if not _by_program(request):
        wrong = wrong.told(pages.language(request))
    if _wants_page(request):
        response: Response = pages.html(request, "error.html", status=wrong.status, problem=wrong)
    else:
        response = Response(json.dumps(wrong.json()), wrong.status, media_type=MEDIA_TYPE)
    response.headers.update(wrong.headers)
    return response


async def handle(request: Request, error: Exception) -> Response:
    """FastAPI's handler of every error."""
    return respond(request, problem(error))


def install(app: FastAPI) -> None:
    """Let every error that a route raises be answered here."""
    for kind in (FootnoteError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, handle)


class Unforeseen:
    """Answers what no handler knew: the client gets an id, the log the trace."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 the outermost place: nothing may escape with its trace
            wrong = problem(error)
            if scope["type"] == "http" and not started:
                await respond(Request(scope), wrong)(scope, receive, send)


def _ours(error: FootnoteError) -> Problem:
    kind = type(error)
    headers = {"Retry-After": RETRY_SECONDS} if isinstance(error, RetryableError) else {}
    title = (kind.__doc__ or kind.__name__).splitlines()[0].rstrip(".")
    return Problem(
        type=_type(kind.__name__), title=title, status=error.status, detail=str(error), headers=headers
    )


def _invalid(error: RequestValidationError) -> Problem:
    wrong = [{"where": _where(e["loc"]), "what": e["msg"]} for e in error.errors()]
    detail = "; ".join(f"{e['where']}: {e['what']}" for e in wrong)
    return Problem(
        type=_type("InvalidRequest"),
        title="The request is not one that this address takes",
        status=422,
        detail=f"{detail}. /api/v1/openapi.json says what is expected.",
        extra={"errors": wrong},
    )


def _where(location: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in location)


def _http(error: HTTPException) -> Problem:
    status = HTTPStatus(error.status_code)
    detail = {
        HTTPStatus.NOT_FOUND: "There is nothing at this address. It may have been deleted or mistyped.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method.",
    }.get(status, str(error.detail))
    return Problem(
        type=_type(status.phrase.title().replace(" ", "")),
        title=status.phrase,
        status=status,
        detail=detail,
        headers=dict(error.headers or {}),
    )


def _unforeseen(error: Exception) -> Problem:
    reference = uuid.uuid4().hex[:12]
    log.error("unforeseen", reference=reference, exc_info=error)
    return Problem(
        type=_type("Unforeseen"),
        title="Something went wrong inside Footnote",
        status=500,
        detail=f"This is not your fault. Try again; if it stays, report the number {reference}.",
        extra={"reference": reference},
    )


def _type(name: str) -> str:
    words = "".join(f"-{char.lower()}" if char.isupper() else char for char in name)
    return f"urn:footnote:problem:{words.lstrip('-')}"


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not _by_program(request)


def _by_program(request: Request) -> bool:
    return request.url.path.startswith("/api/")
