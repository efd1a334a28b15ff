"""The one way out to the web: every page, list and rule file comes through here."""

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from ingest.sources.fetching.addresses import Border, Resolver, look_up
from ingest.sources.fetching.answer import Wish, read
from ingest.sources.fetching.error import FetchError
from ingest.sources.fetching.fetched import Fetched, Known, Validators
from ingest.sources.fetching.url import Url, parse
from rag.clock import SystemClock
from rag.ports import Clock

if TYPE_CHECKING:
    import httpcore

    from ingest.sources.fetching.connect import Allowance

USER_AGENT = "Footnote/0.1 (+documents reader; set FOOTNOTE_USER_AGENT)"
_NOTHING: Known = MappingProxyType({})
_MOST_REDIRECTS = 10
_OVERHEAD = 1_048_576  # bytes that headers and framing may need on the wire, all redirects together


def _anything(content_type: str) -> bool:  # noqa: ARG001, the shape of ``wanted``
    return True


class Fetcher:
    """Gets addresses on the web, and inside only where that was opened. Holds no cookies and no passwords."""

    def __init__(
        self,
        *,
        allow: Sequence[str] = (),
        max_bytes: int = 64 * 1_048_576,
        seconds: float = 60.0,
        user_agent: str = USER_AGENT,
        clock: Clock | None = None,
        resolver: Resolver = look_up,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """How far it may go.

        ``allow``: internal hosts that are open, see addresses.opening. ``max_bytes``: of an answer, decompressed.
        ``seconds``: for an answer with all its redirects; looking a name up may come on top, as long as the
        machine's own resolver takes. ``tls``: whose certificates are believed; None believes the usual ones and
        this machine's own. Raises UsageError where an entry of ``allow`` means nothing.
        """
        self.user_agent = user_agent
        self._border = Border(allow, resolver)
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._clock = clock or SystemClock()
        self._given_tls = tls

    def get(
        self,
        url: str,
        known: Known = _NOTHING,
        wanted: Callable[[str], bool] = _anything,
        max_bytes: int | None = None,
    ) -> Fetched:
        """What an address holds, redirects followed one by one, each checked like the first.

        ``known``: what to compare with, so that a page that has not changed need not come again. ``wanted`` says
        by its content type whether a body is read. ``max_bytes``: where less is enough.

        Raises:
            Refused: the address, or one that it redirects to, must not be fetched from here.
            FetchError: it may work later: no connection, no secure one, too slow, cut short, an error there.
            NotFound: there is no such page, or no longer.
            UnreadableDocument: the server does not give it to us.
            TooLarge: it is longer than permitted.
        """
        from ingest.sources.fetching.connect import Allowance

        limit = min(max_bytes or self._max_bytes, self._max_bytes)
        allowance = Allowance(self._seconds, limit + _OVERHEAD, self._clock.monotonic)
        here = parse(url)
        for _ in range(_MOST_REDIRECTS + 1):
            before = known.get(str(here), Validators())
            wish = Wish(known=before, wanted=wanted, max_bytes=limit, now=self._clock.now())
            answer = self._ask(here, wish, allowance)
            if isinstance(answer, Fetched):
                return answer
            here = answer
        raise FetchError(
            f"{url} could not be fetched: it redirects more than {_MOST_REDIRECTS} times. Open it in a browser "
            "and give the address where that ends up."
        )

    def check(self, url: str) -> str:
        """An address in its normal spelling, if it may be fetched from here. Nothing is fetched, its name looked up.

        Raises Refused where it must not, FetchError where its host is not known.
        """
        here = parse(url)
        self._border.addresses(here)
        return str(here)

    def _ask(self, url: Url, wish: Wish, allowance: "Allowance") -> Fetched | Url:
        """One request, on a connection of its own."""
        from ingest.sources.fetching.connect import open_pool

        headers = self._headers(url, wish.known)
        addresses = self._border.addresses(url)
        tls = self._tls if url.scheme == "https" else None  # a tenth of a second to make
        with (
            _explained(url),
            open_pool(tls, addresses, allowance) as pool,
            pool.stream("GET", _target(url), headers=headers) as response,
        ):
            return read(url, response, wish)

    def _headers(self, url: Url, known: Validators) -> list[tuple[str, str]]:
        sent = [
            ("Host", url.site),
            ("User-Agent", self.user_agent),
            ("Accept", "text/html,*/*;q=0.8"),
            ("Accept-Encoding", "gzip"),
            ("Connection", "close"),
            ("If-None-Match", known.etag),
            ("If-Modified-Since", known.last_modified),
        ]
        return [(name, value) for name, value in sent if value]

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        import httpx

        if self._given_tls is not None:
            return self._given_tls
        context = httpx.create_ssl_context(trust_env=False)
        context.load_default_certs()  # an organisation's own authority is known to its machines
        return context


def _target(url: Url) -> "httpcore.URL":
    """Built from parts, so that nothing parses the address a second time and reads it differently."""
    import httpcore

    return httpcore.URL(
        scheme=url.scheme.encode(), host=url.host.encode(), port=url.port, target=url.target.encode()
    )


@contextmanager
def _explained(url: Url) -> Iterator[None]:
    """What goes wrong on the way, in words."""
    import httpcore

    try:
        yield
    except httpcore.TimeoutException as error:
        raise _failed(url, "its server was too slow") from error
    except httpcore.ConnectError as error:
        secure = isinstance(error.__context__, ssl.SSLError)
        why = f"no secure connection could be made ({error})" if secure else "no connection could be made"
        raise _failed(url, why) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise _failed(url, f"the answer was broken or broke off ({error})") from error


def _failed(url: Url, why: str) -> FetchError:
    return FetchError(
        f"{url} could not be fetched: {why}. Footnote will try again; if it stays so, open the page in a browser "
        "on this machine."
    )
