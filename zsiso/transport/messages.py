"""One HTTP request and its response.

``zsiso.api.endpoints`` makes a request, an ``Authorize`` function gives the headers that
authorise it, and the transport addresses it to a node and sends it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, Union
from urllib.parse import quote, urlencode

from zsiso.errors import ZsisoError
from zsiso.transport.redaction import Redactor

if TYPE_CHECKING:
    from zsiso.transport.body import Body


class Header(NamedTuple):
    """A header of a request; ``display`` is what messages show of a value that holds a secret."""

    name: str
    value: str
    display: str | None = None

    def __repr__(self) -> str:
        return f"Header({self})"

    def __str__(self) -> str:
        return f"{self.name}: {self.value if self.display is None else self.display}"


class CorrelationHeader(NamedTuple):
    """A header that carries an id by which the server's log names the request.

    Args:
        name: the header's name.
        label: what messages call the id.
    """

    name: str
    label: str


class ApiRequest(NamedTuple):
    """One request: first what it asks for, then what the transport adds for each attempt.

    Args:
        method: the HTTP method.
        path: the path behind ``base_url``, percent-encoded.
        query: names and values in the order in which they are sent, not encoded.
        body: the body, None for none.
        correlation: the header for ``correlation_id``, None where the server reads none.
        slow_reason: why its response may take long, for a person who waits; empty where that is not known.
        headers: the headers that it needs; once it is sent, all of them.
        base_url: scheme, host, port and context path of the node that it is sent to.
        correlation_id: an id that no other attempt has.
        attempt: how many times it has been sent, this time included.
        proxy: the proxy that it goes through, without user name and password; None for none.
        redactor: removes secrets from messages about it.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    correlation: CorrelationHeader | None = None
    slow_reason: str = ""
    headers: tuple[Header, ...] = ()
    base_url: str = ""
    correlation_id: str = ""
    attempt: int = 1
    proxy: str | None = None
    redactor: Redactor = Redactor()

    def __repr__(self) -> str:
        return f"ApiRequest({self.method} {self.redactor.redact(self.url)})"

    @property
    def target(self) -> str:
        """Path and query as they stand in a URL, percent-encoded."""
        # surrogateescape: bytes that are not UTF-8 are sent as they were typed.
        query = urlencode(self.query, quote_via=quote, safe="", errors="surrogateescape")
        return f"{self.path}?{query}" if query else self.path

    @property
    def url(self) -> str:
        """The whole URL."""
        return self.base_url + self.target

    def details(self) -> tuple[str, ...]:
        """Return the lines of a message that identify the request for an operator."""
        lines = [f"request: {self.method} {self.redactor.redact(self.url)}"]
        if self.proxy is not None:
            lines.append(f"proxy: {self.proxy}")
        if self.attempt > 1:
            lines.append(f"attempts: {self.attempt}")
        if self.correlation is not None:
            lines.append(f"{self.correlation.label}: {self.correlation_id}")
        return tuple(lines)


Authorize: TypeAlias = Callable[[ApiRequest], tuple[Header, ...]]
"""Returns the headers that authorise a request; called for each attempt."""


class ConnectionInfo(NamedTuple):
    """The connection that a response came through.

    Args:
        address: address and port of the node, or of the proxy.
        seconds: from the start of the attempt to the response's headers.
        certificate: what the node's certificate says, as ``ssl`` returns it; None without TLS, empty where
            verification is disabled.
        steps: the seconds that each step took, by its name.
    """

    address: str
    seconds: float
    certificate: Mapping[str, Any] | None
    steps: Mapping[str, float]


class ApiResponse(NamedTuple):
    """A complete response.

    Args:
        request: the request as it was sent.
        status: the HTTP status.
        headers: the headers, their names in lower case.
        body: the body, decompressed.
        received: when the headers arrived, by this machine's clock.
        connection: the connection that it came through.
    """

    request: ApiRequest
    status: int
    headers: Mapping[str, str]
    body: Body
    received: datetime
    connection: ConnectionInfo

    def clock_skew(self) -> timedelta | None:
        """Return how far the node's clock is ahead of this machine's, None without a Date header."""
        date = self.header_date("date")
        return date - self.received if date is not None else None

    def header_date(self, name: str) -> datetime | None:
        """Return the date in a header in UTC, None where there is none that can be read or that a datetime can hold."""
        try:
            date = parsedate_to_datetime(self.headers.get(name, ""))
            # HTTP dates are in GMT; one without a zone means GMT, too.
            return date.astimezone(timezone.utc) if date.tzinfo else date.replace(tzinfo=timezone.utc)
        except (ValueError, OverflowError):
            return None


ResponseOrError: TypeAlias = Union[ApiResponse, ZsisoError]
"""What an attempt results in."""
