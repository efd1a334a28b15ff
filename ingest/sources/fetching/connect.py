"""Connections to checked addresses only, which end when a fetch has used up its time or its bytes."""

import ssl
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore
from typing_extensions import override

_STEP = 30.0  # seconds that one connect, read or write may take, within the time that is left
SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class Allowance:
    """What one fetch may still use, all its redirects together."""

    def __init__(self, seconds: float, size: int, monotonic: Callable[[], float]) -> None:
        """``size``: bytes on the wire, headers included."""
        self._monotonic = monotonic
        self._end = monotonic() + seconds
        self._size = size

    def seconds(self) -> float:
        """How long the next step may take. Raises httpcore.ReadTimeout when the time is over."""
        left = self._end - self._monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for this fetch is over")
        return min(left, _STEP)

    def take(self, size: int) -> None:
        """Note bytes received. Raises httpcore.ReadError when there were too many."""
        self._size -= size
        if self._size < 0:
            raise httpcore.ReadError("more came than any answer of the permitted size needs")


class MeteredStream(httpcore.NetworkStream):
    """A connection whose every step is paid for from an allowance."""

    def __init__(self, inner: httpcore.NetworkStream, allowance: Allowance) -> None:
        """``inner``: the connection itself."""
        self._inner = inner
        self._allowance = allowance
        self.latest = b""  # what the latest read brought

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """At most so many bytes."""
        self.latest = self._inner.read(max_bytes, self._allowance.seconds())
        self._allowance.take(len(self.latest))
        return self.latest

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        self._inner.write(buffer, self._allowance.seconds())

    def close(self) -> None:
        """Hang up."""
        self._inner.close()

    @override
    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "MeteredStream":
        """The same connection, encrypted, once its certificate fits the host's name."""
        inner = self._inner.start_tls(ssl_context, server_hostname, self._allowance.seconds())
        return MeteredStream(inner, self._allowance)

    def get_extra_info(self, info: str) -> Any:
        """What is known about the connection."""
        return self._inner.get_extra_info(info)


class CheckedBackend(httpcore.NetworkBackend):
    """Connects to the addresses it was given, whatever host it is asked for: the name is not looked up again."""

    def __init__(self, addresses: Sequence[str], allowance: Allowance) -> None:
        """``addresses``: checked ones, at least one."""
        self._addresses = addresses
        self._allowance = allowance

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> MeteredStream:
        """The first address that answers. Raises httpcore.ConnectError or ConnectTimeout of the last one."""
        *others, last = self._addresses
        for address in others:
            try:
                return self._connected(address, port)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connected(last, port)

    def _connected(self, address: str, port: int) -> MeteredStream:
        inner = httpcore.SyncBackend().connect_tcp(address, port, self._allowance.seconds())
        return MeteredStream(inner, self._allowance)


def open_pool(
    tls: ssl.SSLContext | None, addresses: Sequence[str], allowance: Allowance
) -> httpcore.ConnectionPool:
    """One connection for one request: no proxy, no second try, nothing kept for later."""
    return httpcore.ConnectionPool(
        ssl_context=tls,
        max_connections=1,
        max_keepalive_connections=0,
        network_backend=CheckedBackend(addresses, allowance),
    )
