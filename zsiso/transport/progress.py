"""How far the exchange of one request and its response is."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import ClassVar

from zsiso.errors import ConnectError


class RequestProgress:
    """The steps of one exchange and the seconds that each took, as httpx reports their start and end.

    Args:
        host: host and port of the node, for the status line.
    """

    _NAMES: ClassVar = {
        "connection.connect_tcp": "connect",
        "connection.start_tls": "TLS",
        "proxy.start_tls": "TLS",
        "http11.receive_response_headers": "wait",
        "http11.receive_response_body": "body",
    }

    def __init__(self, host: str) -> None:
        self._host = host
        self._began = time.monotonic()
        self._started: dict[str, float] = {}
        self._expected: int | None = None
        self._received = 0
        self._abandoned = False
        self.seconds: dict[str, float] = {}

    @property
    def connected(self) -> bool:
        """Whether the node, or the proxy, has accepted the connection."""
        return "connect" in self.seconds

    @property
    def answered(self) -> bool:
        """Whether the headers of a response have arrived, from the node or from a proxy."""
        return "wait" in self.seconds

    @property
    def shaking_hands(self) -> bool:
        """Whether a TLS handshake has started and is not complete."""
        return any(step in self._started for step in ("connection.start_tls", "proxy.start_tls"))

    def describe(self) -> str:
        """Return the text of the status line."""
        if self._received:
            total = f" of {_format_mib(self._expected)}" if self._expected is not None else ""
            return f"Receiving from {self._host}: {_format_mib(self._received)}{total} MiB"
        return f"{'Waiting for' if self.connected else 'Connecting to'} {self._host}"

    def expect(self, size: int | None) -> None:
        """Set the size of the response in bytes, None where it is unknown."""
        self._expected = size

    def count_bytes(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces of a body and count their bytes."""
        for piece in pieces:
            self._received += len(piece)
            yield piece

    def elapsed(self) -> float:
        """Return the seconds since the exchange began."""
        return time.monotonic() - self._began

    def abandon(self) -> None:
        """End the exchange at its next step: no code waits for its result any more."""
        self._abandoned = True

    def record(self, event: str, _info: object) -> None:
        """Record an event of httpx: ``STEP.started``, ``STEP.complete`` or ``STEP.failed``.

        Raises:
            ConnectError: the exchange was abandoned.
        """
        step, _, state = event.rpartition(".")
        if state == "started":
            self._started[step] = time.monotonic()
        elif state == "complete" and step in self._NAMES:
            self.seconds[self._NAMES[step]] = time.monotonic() - self._started.pop(step)
        if self._abandoned:
            raise ConnectError("abandoned")


def _format_mib(size: int) -> str:
    return f"{size / 2**20:.1f}"
