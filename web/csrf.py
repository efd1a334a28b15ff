"""Proof that a change was asked for from one of our own pages: a signed double-submit token.

The cookie holds a random session signed by this process; the forms hold another signature of it (OWASP,
"Cross-Site Request Forgery Prevention", signed double-submit cookie).
"""

import hashlib
import hmac
import secrets

from starlette.requests import Request

from rag.errors import Refused

COOKIE = "footnote"
FIELD = "csrf"


class Csrf:
    """Issues and checks tokens; those of an earlier process no longer hold."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def new_session(self) -> str:
        """A cookie's value."""
        name = secrets.token_urlsafe(24)
        return f"{name}.{self._sign('session', name)}"

    def session(self, request: Request) -> str | None:
        """The request's session if this process issued it."""
        value = request.cookies.get(COOKIE, "")
        name, _, signature = value.partition(".")
        return value if _same(signature, self._sign("session", name)) else None

    def token(self, session: str) -> str:
        """What a form of this session must carry."""
        return self._sign("token", session)

    def check(self, request: Request, token: object) -> None:
        """Raises Refused unless the token is that of the request's own session."""
        session = self.session(request)
        if session is None or not isinstance(token, str) or not _same(token, self.token(session)):
            raise Refused(
                "Nothing was changed: this page is older than the server, or the request came from elsewhere. "
                "Reload the page and try again."
            )

    def _sign(self, purpose: str, value: str) -> str:
        return hmac.new(self._secret, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
