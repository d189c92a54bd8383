"""The one place that sends, and the only module that knows httpx."""

from __future__ import annotations

import re
import ssl
import time
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import httpx

from zsiso import __version__
from zsiso.errors import (
    ConfigError,
    NodeError,
    TlsError,
    UnexpectedAnswerError,
    UnreachableError,
    ZsisoError,
)
from zsiso.reply import Connection, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zsiso.deadline import Deadline

_CHUNK = 64 * 1024
_ERRNO = re.compile(r"^\[Errno -?\d+\] ")

# What httpx calls a protocol error is told apart by its words alone: the connection
# ended before the answer did; a Location is no URL (it parses even those that it is
# told not to follow); and whatever was never HTTP.
_PROTOCOL_FAULTS: tuple[tuple[re.Pattern[str], type[ZsisoError], str], ...] = (
    (re.compile("disconnected|closed"), UnreachableError, "the connection broke before the answer was whole"),
    (
        re.compile("location header"),
        NodeError,
        "the management node answered with a redirect, which zsiso does not follow",
    ),
    (re.compile(""), UnexpectedAnswerError, "the answer is not HTTP"),
)

# Which of our errors each of httpx's is; the first that fits counts.
_FAULTS: tuple[tuple[type[Exception], type[ZsisoError], str], ...] = (
    (httpx.ProxyError, UnreachableError, "the proxy did not pass the call on"),
    (httpx.ConnectError, UnreachableError, "the management node could not be reached"),
    (httpx.DecodingError, UnexpectedAnswerError, "the answer can't be decompressed"),
    (httpx.TransportError, UnreachableError, "the connection broke before the answer was whole"),
    (httpx.InvalidURL, ConfigError, "the url can't be used"),
    # From the codec that turns a host into what a resolver takes; httpx lets it through.
    (UnicodeError, ConfigError, "the url's host can't be the name of a host"),
)


class Sender:
    """What goes to one management node, and what must not be shown of it.

    Args:
        url: how every request's URL begins.
        deadline: the limit over everything sent.
        direct: past any proxy that the environment names.
    """

    def __init__(self, url: str, deadline: Deadline, *, direct: bool) -> None:
        self._url = url
        self._deadline = deadline
        self._direct = direct
        self._never_shown: set[str] = set()

    def hide(self, secret: str) -> None:
        """Let no message about what is sent from now on show ``secret``, whoever repeats it."""
        self._never_shown.add(secret)

    def send(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        deadline: Deadline | None = None,
    ) -> Reply:
        """Send one request and return its whole response.

        Args:
            method: the HTTP method.
            target: path from ``/v1`` on, and query, percent-encoded.
            headers: what authorises the request.
            body: the request's own body.
            deadline: another limit than the sender's.

        Raises:
            UnreachableError: no whole answer came in time.
            UnexpectedAnswerError: what came is not HTTP, or can't be decompressed.
            NodeError: a redirect to what is no URL.
            ConfigError: the URL or a proxy can't be used.
        """
        request = Request(method, self._url + target, uuid.uuid4().hex, frozenset(self._never_shown))
        limit = deadline or self._deadline
        whole = {
            "User-Agent": f"zsiso/{__version__}",
            "Accept-Encoding": "identity",
            "X-Job-UUID": request.job_uuid,
            **headers,
        }
        return limit.run(lambda: _exchange(request, whole, body, limit, direct=self._direct), details=request.details())


def _exchange(
    request: Request, headers: Mapping[str, str], body: bytes | None, deadline: Deadline, *, direct: bool
) -> Reply:
    started = time.monotonic()
    try:
        with (
            _client(request, deadline, direct=direct) as http,
            http.stream(request.method, request.url, headers=headers, content=body) as response,
        ):
            connection = _connection(response, time.monotonic() - started)
            received = datetime.now(timezone.utc)
            whole = b"".join(response.iter_bytes(_CHUNK))
            return Reply(request, response.status_code, dict(response.headers), whole, received, connection)
    except httpx.TimeoutException:
        raise deadline.passed(request.details()) from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise _fault(error, request) from error


def _connection(response: httpx.Response, seconds: float) -> Connection:
    stream = response.extensions["network_stream"]
    address = stream.get_extra_info("server_addr")
    tls = stream.get_extra_info("ssl_object")
    return Connection(
        address=f"{address[0]} port {address[1]}",
        seconds=seconds,
        certificate=tls.getpeercert() if tls is not None else None,
    )


def _client(request: Request, deadline: Deadline, *, direct: bool) -> httpx.Client:
    try:
        return httpx.Client(
            verify=_trust(request.url),
            timeout=deadline.remaining(),
            trust_env=not direct,
            follow_redirects=False,
        )
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        raise ConfigError(
            f"the proxy that the environment names can't be used: {request.quote(str(error))}",
            hint="check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY; a SOCKS proxy needs `pip install httpx[socks]`",
        ) from error


def _trust(url: str) -> ssl.SSLContext:
    """Return the certificates to trust: the system's, or none where no TLS is spoken."""
    if not url.startswith("https:"):
        # Trusts nobody, and costs nothing: loading the system's store takes some 30 ms.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _fault(error: Exception, request: Request) -> ZsisoError:
    ours, what = _meaning(error)
    why = request.quote(_ERRNO.sub("", str(error)))
    return ours(f"{what}: {why}" if why else what, details=request.details())


def _meaning(error: Exception) -> tuple[type[ZsisoError], str]:
    if isinstance(error, httpx.RemoteProtocolError):
        return next((ours, what) for words, ours, what in _PROTOCOL_FAULTS if words.search(str(error)))
    if isinstance(error, httpx.ConnectError) and _is_tls(error):
        return TlsError, "the management node was reached, yet no TLS came about"
    return next((ours, what) for foreign, ours, what in _FAULTS if isinstance(error, foreign))


def _is_tls(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error is not None
