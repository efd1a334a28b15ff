"""A web address in the one spelling that is checked, connected to, sent and stored."""

import re
from dataclasses import dataclass
from ipaddress import ip_address

from rag.errors import Refused

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")  # a last part that some systems read as an address
_LONGEST = 2048  # characters
_LONGEST_NAME = 253  # characters of a host's name
_LAST_PORT = 65_535
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|msclkid|mc_[ce]id)(?:=.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """A web address in parts. ``str(url)`` is its normal spelling, without fragment."""

    scheme: str  # http or https
    host: str  # lower case; an IPv6 address without its brackets
    port: int
    path: str  # percent-encoded, beginning with a slash
    query: str  # percent-encoded, without its question mark

    def __str__(self) -> str:
        return f"{self.scheme}://{self.site}{self.target}"

    @property
    def site(self) -> str:
        """Host and, where it is not the scheme's own, port: what a ``Host`` header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def target(self) -> str:
        """Path and query: what a request asks for."""
        return f"{self.path}?{self.query}" if self.query else self.path


def parse(text: str, base: str = "") -> Url:
    """The address that a text spells, relative ones seen from ``base``. Tracking parameters are dropped.

    Raises:
        Refused: it is no address on the web, or is spelled to look like another one.
    """
    import httpx

    if len(text) > _LONGEST:
        raise _refused(text[:80] + "…", "it is too long")
    try:
        parts = httpx.URL(base).join(text) if base else httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise _refused(text, "it cannot be read as a web address") from error
    if parts.scheme not in _DEFAULT_PORTS or not parts.host:
        raise _refused(text, "only addresses that begin with http:// or https:// are fetched")
    if parts.userinfo:
        raise _refused(text.rpartition("@")[2], "it holds a user name, and Footnote never sends one")
    port = _DEFAULT_PORTS[parts.scheme] if parts.port is None else parts.port
    host = parts.raw_host.decode("ascii").removesuffix(".")
    if not 0 < port <= _LAST_PORT or not _sound(host):
        raise _refused(text, "its host or port is not spelled the plain way")
    path = parts.raw_path.decode("ascii").partition("?")[0]
    query = _tidy(parts.query.decode("ascii"))
    return Url(scheme=parts.scheme, host=host, port=port, path=path, query=query)


def link(text: str, base: str) -> str:
    """The address that a link on the page ``base`` leads to; empty where it leads to no web page."""
    text = text.strip()
    try:
        return str(parse(text, base)) if text else ""
    except Refused:
        return ""


def is_address(host: str) -> bool:
    """Whether a host is named by its address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _sound(host: str) -> bool:
    """Whether a host is a plain name or address: 127.1 and 0x7f000001 are read as addresses by some."""
    if is_address(host):
        return "%" not in host
    plain = len(host) <= _LONGEST_NAME and _NAME.fullmatch(host) is not None
    return plain and not _NUMBER.fullmatch(host)


def _tidy(query: str) -> str:
    return "&".join(item for item in query.split("&") if not _TRACKING.fullmatch(item))


def _refused(text: str, why: str) -> Refused:
    return Refused(f"{text!r} was not fetched: {why}. Check the address in a browser and copy it from there.")
