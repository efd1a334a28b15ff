"""Which hosts may be fetched from: those on the internet, and internal ones that were opened on purpose."""

import re
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from ingest.sources.fetching.error import FetchError
from ingest.sources.fetching.url import Url, is_address
from rag.errors import Refused, UsageError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Iterable[str]]  # a host's name and a port in, its addresses out

_NAT64 = IPv6Network("64:ff9b::/96")  # IPv4 as networks without it write it
_GLOBAL_IPV6 = IPv6Network("2000::/3")  # leaves out ::ffff:0:0/96 and ::/96, which hide an IPv4 address
# Python's own idea of "global" differs between its versions; what matters here is said here.
_CLOSED: tuple[Network, ...] = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),  # inside a provider's network
    IPv4Network("168.63.129.16/32"),  # a cloud's platform services
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),  # relays into 6to4
    IPv4Network("198.18.0.0/15"),
    IPv6Network("2001::/23"),  # Teredo, and others with an address inside
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("3fff::/20"),
)
_ENTRY = re.compile(r"(?:\[(?P<v6>[0-9a-f:.]+)\]|(?P<host>[^\[\]:]+))(?::(?P<port>\d{1,5}))?")
_HOSTS = re.compile(r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, as this machine finds them. Raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def on_the_internet(address: Address) -> bool:
    """Whether an address is of a public host: no private, local, mapped, tunnelled or special one."""
    if address in _NAT64:
        address = IPv4Address(int(address) & 0xFFFFFFFF)
    if isinstance(address, IPv6Address) and address not in _GLOBAL_IPV6:
        return False
    special = address.is_multicast or address.is_reserved or not address.is_global
    return not special and not any(address in network for network in _CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An internal host or network that may be fetched from."""

    hosts: str = ""  # a name, or a pattern like *.example.org; empty where a network is meant
    network: Network | None = None
    port: int | None = None  # None: any

    def admits(self, url: Url, address: Address) -> bool:
        """Whether it opens this address for this host and port."""
        if self.port not in (None, url.port):
            return False
        if self.network is not None:
            return address in self.network
        # Where clouds hand out their keys, no name leads: that takes the network itself.
        return fnmatchcase(url.host, self.hosts) and not (address.is_link_local or address.is_multicast)


def opening(entry: str) -> Opening:
    """What an entry of the list opens: ``wiki.internal``, ``*.internal:8080``, ``10.1.0.0/16``, ``[fd00::1]:80``.

    Raises:
        UsageError: it is none of these.
    """
    text = entry.strip().lower()
    if network := _network(text):
        return Opening(network=network)
    match = _ENTRY.fullmatch(text)
    if match is None:
        raise _unusable(entry)
    port = int(match["port"]) if match["port"] else None
    if network := _network(match["v6"] or match["host"]):
        return Opening(network=network, port=port)
    if match["v6"] or not _HOSTS.fullmatch(match["host"]):
        raise _unusable(entry)
    return Opening(hosts=match["host"], port=port)


class Border:
    """Decides at connect time, address by address."""

    def __init__(self, allow: Sequence[str] = (), resolver: Resolver = look_up) -> None:
        """``allow``: internal hosts that are open, see ``opening``. Raises UsageError."""
        self._openings = tuple(map(opening, allow))
        self._resolver = resolver

    def addresses(self, url: Url) -> list[str]:
        """Where a host may be connected to; to nothing else, and with no second look at its name.

        Raises:
            Refused: one of its addresses is not open; then none is, for an attacker mixes them.
            FetchError: its name is not known.
        """
        found = [url.host] if is_address(url.host) else self._looked_up(url)
        for text in found:
            if not self._open(url, text):
                leads = "has" if text == url.host else f"leads to {text},"
                raise Refused(
                    f"{url} was not fetched: {url.host} {leads} an address that is not on the public "
                    f"internet. If this internal host is meant, add {url.site} to FOOTNOTE_FETCH_ALLOW "
                    "that Footnote may fetch from."
                )
        return found

    def _looked_up(self, url: Url) -> list[str]:
        try:
            found = list(dict.fromkeys(self._resolver(url.host, url.port)))
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise FetchError(
                f"{url} could not be fetched: no host of the name {url.host} was found. Check the spelling of "
                "the address and this machine's network, then try again."
            )
        return found

    def _open(self, url: Url, text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        return on_the_internet(address) or any(entry.admits(url, address) for entry in self._openings)


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _unusable(entry: str) -> UsageError:
    return UsageError(
        f"{entry!r} names no host that could be opened. Write a name (wiki.internal), all names below one "
        "(*.internal), an address or a network (10.1.0.0/16), each with a port behind a colon if you like."
    )
