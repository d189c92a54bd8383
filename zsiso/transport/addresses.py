"""Connects to the first address of a name that accepts the connection."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from itertools import count

import httpcore

from zsiso.deadline import Deadline

# How long the first attempt for each of several addresses may take; with each round, twice as long.
_FIRST_SHARE_SECONDS = 0.25
_MIN_REMAINING_SECONDS = 0.001


class AddressBackend(httpcore.SyncBackend):
    """Connects as httpcore does, but gives an address that does not respond only a share of the time.

    httpcore alone waits for the first address until the time is over. Here every address gets a short
    attempt (as long as the delay of RFC 8305 between two addresses), then a longer one, and so on.
    """

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to ``host``.

        Args:
            host: a name or an address.
            port: the port.
            timeout: seconds for all addresses together; None for no limit.
            local_address: the address to connect from.
            socket_options: options for the socket.

        Raises:
            httpcore.ConnectError: the name has no address, or no address accepts the connection.
            httpcore.ConnectTimeout: the time is over.
            UnicodeError: the name cannot be encoded.
        """
        addresses = _resolve(host, port)
        deadline = Deadline(float("inf") if timeout is None else timeout)
        for attempt in count():
            for address in tuple(addresses):
                remaining = deadline.remaining()
                share = remaining if len(addresses) == 1 else min(remaining, _FIRST_SHARE_SECONDS * 2**attempt)
                try:
                    return super().connect_tcp(address, port, share, local_address, socket_options)
                except httpcore.ConnectTimeout:
                    if deadline.remaining() <= _MIN_REMAINING_SECONDS:
                        raise
                except httpcore.ConnectError:
                    if len(addresses) == 1:
                        raise
                    addresses.remove(address)
        raise AssertionError("not reached: count() does not end")


def _resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, each once, in the order in which they are to be tried."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        # Not the first item of the socket address: that lacks the zone of a link-local address.
        names = (socket.getnameinfo(item[4], socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0] for item in found)
        return list(dict.fromkeys(names))
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
