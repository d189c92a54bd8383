"""How far an exchange has come, as httpx tells of each step."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from zsiso.errors import ConnectError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class RequestProgress:
    """How far an exchange has come, and how long each step took, as httpx tells of its beginning and its end."""

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
        """Whether somebody has accepted the connection."""
        return "connect" in self.seconds

    @property
    def answered(self) -> bool:
        """Whether an answer has begun: the node's, or that of a proxy."""
        return "wait" in self.seconds

    @property
    def shaking_hands(self) -> bool:
        """Whether TLS has begun, and has not come about yet."""
        return any(step in self._started for step in ("connection.start_tls", "proxy.start_tls"))

    def now(self) -> str:
        """Return what is waited for, for a person."""
        if self._received:
            whole = f" of {_format_mib(self._expected)}" if self._expected is not None else ""
            return f"Receiving from {self._host}: {_format_mib(self._received)}{whole} MiB"
        return f"{'Waiting for' if self.connected else 'Connecting to'} {self._host}"

    def expect(self, size: int | None) -> None:
        """Take note of how many bytes the answer is to have."""
        self._expected = size

    def counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Pass the pieces on, counting their bytes."""
        for piece in pieces:
            self._received += len(piece)
            yield piece

    def elapsed(self) -> float:
        """Return the seconds since the exchange began."""
        return time.monotonic() - self._began

    def abandon(self) -> None:
        """Let the exchange end at its next step: somebody else is asked instead."""
        self._abandoned = True

    def note(self, event: str, _info: object) -> None:
        """Take note of an event: ``STEP.started``, ``STEP.complete`` or ``STEP.failed``.

        Raises:
            ConnectError: the exchange was given up on; nobody waits for it.
        """
        step, _, what = event.rpartition(".")
        if what == "started":
            self._started[step] = time.monotonic()
        elif what == "complete" and step in self._NAMES:
            self.seconds[self._NAMES[step]] = time.monotonic() - self._started.pop(step)
        if self._abandoned:
            raise ConnectError("given up on")


def _format_mib(size: int) -> str:
    return f"{size / 2**20:.1f}"
