"""Reading a server's answer: its status, its headers, and its body within bounds."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from ingest.sources.fetching.error import FetchError
from ingest.sources.fetching.fetched import Fetched, Freshness, Validators
from ingest.sources.fetching.inflate import Inflater
from ingest.sources.fetching.url import Url, parse
from rag.errors import FootnoteError, NotFound, TooLarge, UnreadableDocument

if TYPE_CHECKING:
    import httpcore

_MOST_HEADERS = 200
_LONGEST_VALIDATOR = 1000  # characters
_LONGEST_WAIT = 86_400.0  # seconds
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_COMPRESSED = frozenset({"gzip", "x-gzip", "deflate"})
_AGAIN = frozenset({408, 425, 429})  # the errors among 4xx that pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for, and how much of it may come."""

    known: Validators
    wanted: Callable[[str], bool]  # by its content type
    max_bytes: int  # decompressed
    now: datetime


def read(url: Url, response: "httpcore.Response", wish: Wish) -> Fetched | Url:
    """What came, or the address to which the server redirects.

    Raises:
        FetchError: an error that may pass, or an answer that is not whole.
        NotFound: there is no such page, or no longer.
        UnreadableDocument: the server does not give it to us.
        TooLarge: it is longer than permitted.
        Refused: it redirects to what is no web address.
    """
    headers = _headers(url, response)
    if response.status in _REDIRECTS and "location" in headers:
        return parse(headers["location"], base=str(url))
    if response.status == HTTPStatus.NOT_MODIFIED and any(wish.known):
        return Fetched(url=str(url), status=Freshness.UNCHANGED, validators=_validators(headers, wish.known))
    if response.status != HTTPStatus.OK:
        raise _failure(url, response.status, headers, wish.now)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    wanted = wish.wanted(kind)
    return Fetched(
        url=str(url),
        status=Freshness.FRESH if wanted else Freshness.UNWANTED,
        body=_body(url, response, headers, wish.max_bytes) if wanted else b"",
        content_type=kind,
        validators=_validators(headers, Validators()),
        robots=headers.get("x-robots-tag", "").lower(),
    )


def _headers(url: Url, response: "httpcore.Response") -> dict[str, str]:
    if len(response.headers) > _MOST_HEADERS:
        raise FetchError(f"{url} was not read: its server sends {len(response.headers)} headers. {_TELL}")
    return {name.decode("ascii").lower(): value.decode("latin-1") for name, value in response.headers}


def _validators(headers: Mapping[str, str], before: Validators) -> Validators:
    """Those of an answer; one that leaves them out, as 304 may, confirms those from before."""
    new = Validators(headers.get("etag", before.etag), headers.get("last-modified", before.last_modified))
    return Validators(*(value if len(value) <= _LONGEST_VALIDATOR else "" for value in new))


def _body(url: Url, response: "httpcore.Response", headers: Mapping[str, str], limit: int) -> bytes:
    body = bytearray()
    for piece in _opened(url, _received(url, response, headers), headers):
        body += piece
        if len(body) > limit:
            raise TooLarge(
                f"{url} was not read: it is longer than the {limit:,} bytes that a file may have. "
                "Raise that limit, or leave the page out."
            )
    return bytes(body)


def _received(url: Url, response: "httpcore.Response", headers: Mapping[str, str]) -> Iterator[bytes]:
    """The body as it comes. One longer than announced must not pass for a short one."""
    stream, piece = response.extensions["network_stream"], b""
    for piece in response.iter_stream():
        yield piece
    if "content-length" in headers and not stream.latest.endswith(piece):
        raise FetchError(f"{url} was not read: its server sends more than it announces. {_TELL}")


def _opened(url: Url, pieces: Iterator[bytes], headers: Mapping[str, str]) -> Iterator[bytes]:
    """The body decompressed; nothing but gzip was asked for, and deflate is often sent nevertheless."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        yield from pieces
        return
    if encoding not in _COMPRESSED:
        raise FetchError(f"{url} was not read: its server compressed it as {encoding!r}, unasked. {_TELL}")
    inflater = Inflater()
    try:
        for piece in pieces:
            yield from inflater.feed(piece)
    except zlib.error as error:
        raise FetchError(f"{url} was not read: its compressed content is damaged. {_TELL}") from error
    if not inflater.whole:
        raise FetchError(f"{url} was not read: its compressed content breaks off. Footnote will try again.")


def _failure(url: Url, status: int, headers: Mapping[str, str], now: datetime) -> FootnoteError:
    said = f"{url} could not be fetched: its server answered {_name(status)}"
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return NotFound(f"{said}. The page is not there (any more); correct the address or leave it out.")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return UnreadableDocument(
            f"{said}. It is not given to everybody, and Footnote sends no passwords: save the page from a "
            "browser and add the file."
        )
    if status in _AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        wait = _wait(headers.get("retry-after", ""), now)
        when = f" It asks to be left alone for {wait:.0f} seconds." if wait else ""
        return FetchError(f"{said}.{when} Footnote will try again; nothing needs to be done yet.", wait)
    return UnreadableDocument(f"{said}, which is no page. Look at the address in a browser.")


def _name(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _wait(text: str, now: datetime) -> float:
    """Seconds that a Retry-After header asks for: a number, or a date."""
    if text.isascii() and text.isdecimal():
        return min(float(text), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    seconds = (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_WAIT)


_TELL = "Whoever runs that server can put it right."
