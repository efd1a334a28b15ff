"""The walls, as plain ASGI middleware: who may speak to us, and what browsers may do with our answers."""

from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.errors import FootnoteError, Refused
from web.problems import problem, respond

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CLIENT_HEADER = "X-Footnote-Client"  # no page of another site can send it without asking first

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with it browsers send `Origin: null` with a form, and the form could not be told from a
    # stranger's. Other sites learn nothing from either.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


class SecurityHeaders:
    """Puts the headers above on every response that does not set its own."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str] = HEADERS) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    own.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)


class Gate:
    """Lets a request through unless a rule raises a FootnoteError about it."""

    def __init__(self, app: ASGIApp, *rules: Callable[[Request], None]) -> None:
        self.app = app
        self.rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            for rule in self.rules:
                rule(request)
        except FootnoteError as error:
            await respond(request, problem(error))(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def own_host(hosts: Collection[str] = LOOPBACK) -> Callable[[Request], None]:
    """Rule: the Host header names this machine; a foreign name may have been pointed here (DNS rebinding)."""

    def rule(request: Request) -> None:
        name = _host(request.headers)
        if name not in hosts:
            raise Refused(
                "Footnote answers only under this machine's own names. Open it at 127.0.0.1 and its port."
            )

    return rule


def own_origin(request: Request) -> None:
    """Rule: a request that a page sent came from a page of ours."""
    origin = request.headers.get("origin")
    foreign = origin is not None and origin != f"{request.url.scheme}://{request.headers.get('host', '')}"
    site = request.headers.get("sec-fetch-site", "none")
    if foreign or (request.method not in SAFE_METHODS and site not in {"same-origin", "none"}):
        raise Refused("The request came from a page of another site, so it was not carried out.")


def no_plain_form_to_api(request: Request) -> None:
    """Rule: a change through the API is sent as only programs can; a form on another site cannot."""
    if not request.url.path.startswith("/api/") or request.method in SAFE_METHODS | {"DELETE"}:
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and CLIENT_HEADER not in request.headers:
        raise Refused(
            f"Send JSON with `Content-Type: application/json`, or add a header `{CLIENT_HEADER}`, say of 1."
        )


def _host(headers: Headers) -> str:
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""
