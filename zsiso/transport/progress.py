"""How far the exchange of one request and its response is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from typing import ClassVar

from zsiso.errors import ConnectError

# From this many seconds on, the status line says why it may take long.
_SLOW_SECONDS = 5
_SLOW_REASON = "it may be busy, or still starting"


class RequestProgress:
    """The steps of one exchange and the seconds that each took, as httpx reports their start and end.

    Args:
        host: host and port of the node, for the status line.
        slow_reason: why the response may take long, for the status line.
        is_tunnelled: whether the node's TLS is inside a connection that a proxy makes.
    """

    _NAMES: ClassVar = {
        "connection.connect_tcp": "connect",
        "socks.connect_tcp": "connect",
        "connection.start_tls": "TLS",
        "proxy.start_tls": "TLS",
        "socks.start_tls": "TLS",
        "http11.receive_response_headers": "wait",
        "http11.receive_response_body": "body",
    }

    _TLS_STEPS: ClassVar = tuple(step for step in _NAMES if step.endswith(".start_tls"))

    def __init__(self, host: str, slow_reason: str = "", *, is_tunnelled: bool = False) -> None:
        self._host = host
        self._slow_reason = slow_reason or _SLOW_REASON
        self._awaits_tunnel = is_tunnelled
        self._lock = threading.Lock()
        self._reached = False
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
    def reached(self) -> bool:
        """Whether the request is being sent to the node: name, TCP, proxy and TLS are done."""
        return self._reached

    @property
    def answered(self) -> bool:
        """Whether the headers of a response have arrived, from the node or from a proxy."""
        return "wait" in self.seconds

    @property
    def shaking_hands(self) -> bool:
        """Whether a TLS handshake has started and is not complete."""
        return any(step in self._started for step in self._TLS_STEPS)

    def describe(self) -> str:
        """Return the text of the status line."""
        if self._received:
            total = f" of {_format_mib(self._expected)}" if self._expected is not None else ""
            return f"Receiving from {self._host}: {_format_mib(self._received)}{total} MiB"
        waited = int(self.elapsed())
        reason = f" ({self._slow_reason})" if self._reached and waited >= _SLOW_SECONDS else ""
        # The seconds first: a narrow terminal cuts the end.
        action = f"Waiting {waited} s for" if self._reached else f"Connecting {waited} s to"
        return f"{action} {self._host}{reason}"

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

    def abandon(self) -> bool:
        """End the exchange at its next step, unless the node is reached by now; return whether it ends."""
        with self._lock:
            self._abandoned = not self._reached
            return self._abandoned

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
            if step == "proxy.start_tls":
                self._awaits_tunnel = False
        with self._lock:
            if self._abandoned:
                raise ConnectError("abandoned")
            # Before the TLS of a tunnel, the request is the one that asks the proxy for the tunnel.
            if step == "http11.send_request_headers" and not self._awaits_tunnel:
                self._reached = True


def _format_mib(size: int) -> str:
    return f"{size / 2**20:.1f}"
