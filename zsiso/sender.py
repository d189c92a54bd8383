"""The one place that sends, and the only module that knows httpx."""

from __future__ import annotations

import re
import ssl
import time
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

import httpx

from zsiso import __version__
from zsiso.deadline import Deadline, Work
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
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, Protocol

    from zsiso.stderr import Status

    Trace = Callable[[str], None]

    class _Stream(Protocol):
        def get_extra_info(self, info: str) -> Any: ...  # noqa: ANN401 - httpcore's own


_CHUNK = 64 * 1024
# What an Authorization header may show: the scheme, and an access key's id.
_MASKED = re.compile(r"^(OAuth |ZStack [^:]*:).*")
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
        trace: told of each request and each answer, a line at a time.
        status: shows what is waited for.
    """

    def __init__(
        self,
        url: str,
        deadline: Deadline,
        *,
        direct: bool,
        trace: Trace | None = None,
        status: Status | None = None,
    ) -> None:
        self._url = url
        self._deadline = deadline
        self._direct = direct
        self._trace = trace or (lambda _line: None)
        self._status = status
        self._progress = _Steps("")
        self._never_shown: set[str] = set()

    def hide(self, secret: str) -> None:
        """Let no message about what is sent from now on show ``secret``, whoever repeats it."""
        self._never_shown.add(secret)

    def send(self, method: str, target: str, *, headers: Mapping[str, str], deadline: Deadline | None = None) -> Reply:
        """Send one request and return its whole response.

        Args:
            method: the HTTP method.
            target: path from ``/v1`` on, and query, percent-encoded.
            headers: what authorises the request.
            deadline: another limit than the sender's.

        Raises:
            UnreachableError: no whole answer came in time.
            UnexpectedAnswerError: what came is not HTTP, or can't be decompressed.
            NodeError: a redirect to what is no URL.
            ConfigError: the URL or a proxy can't be used.
        """
        limit = deadline or self._deadline
        return self.receive(self._begin(method, target, headers, None, limit), limit)

    def begin_login(self, target: str, body: bytes, parting: float) -> Work[Reply]:
        """Send a login, whose answer may be received after the deadline by ``parting`` seconds."""
        return self._begin("PUT", target, {}, body, Deadline(self._deadline.remaining() + parting))

    def receive(self, work: Work[Reply], deadline: Deadline | None = None) -> Reply:
        """Return the response to a request that has been sent. Args and errors as ``send``."""
        try:
            reply = work.result(deadline or self._deadline, self._show_progress)
        finally:
            if self._status is not None:
                self._status.clear()
        self._tell_reply(reply)
        return reply

    def _show_progress(self) -> None:
        if self._status is not None:
            self._status.show(self._progress.now())

    def _begin(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, limit: Deadline
    ) -> Work[Reply]:
        request = Request(method, self._url + target, uuid.uuid4().hex, frozenset(self._never_shown))
        whole = {
            "User-Agent": f"zsiso/{__version__}",
            "Accept-Encoding": "identity",
            "X-Job-UUID": request.job_uuid,
            **headers,
        }
        self._tell_request(request, whole)
        steps = self._progress = _Steps(urlsplit(self._url).netloc)
        return Work(lambda: _exchange(request, whole, body, limit, steps, direct=self._direct), request.details())

    def _tell_request(self, request: Request, headers: Mapping[str, str]) -> None:
        self._trace(f"> {request.method} {request.hide(request.url)}")
        for name, value in headers.items():
            shown = _MASKED.sub(r"\1***", value) if name == "Authorization" else value
            self._trace(f"> {name}: {shown}")

    def _tell_reply(self, reply: Reply) -> None:
        self._trace(f"< {reply.status}, {len(reply.body)} bytes from {reply.connection.address}")
        steps = (f"{name} {seconds * 1000:.1f} ms" for name, seconds in reply.connection.steps.items())
        self._trace(f"* {', '.join(steps)}")


def _exchange(
    request: Request,
    headers: Mapping[str, str],
    body: bytes | None,
    deadline: Deadline,
    steps: _Steps,
    *,
    direct: bool,
) -> Reply:
    try:
        with (
            _client(request, deadline, direct=direct) as http,
            http.stream(
                request.method, request.url, headers=headers, content=body, extensions={"trace": steps.note}
            ) as response,
        ):
            # Before the body, with which the connection may end.
            connection = _connection(response.extensions["network_stream"], steps)
            received = datetime.now(timezone.utc)
            steps.expect(response.headers.get("content-length", ""))
            whole = b"".join(steps.counted(response.iter_bytes(_CHUNK)))
            return Reply(request, response.status_code, dict(response.headers), whole, received, connection)
    except httpx.TimeoutException:
        raise deadline.passed(request.details()) from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise _fault(error, request) from error


class _Steps:
    """How long each step of an exchange takes, as httpx tells of its beginning and its end."""

    _NAMES: ClassVar = {
        "connection.connect_tcp": "connect",
        "connection.start_tls": "TLS",
        "http11.receive_response_headers": "wait",
        "http11.receive_response_body": "body",
    }

    def __init__(self, host: str) -> None:
        self._host = host
        self._began = time.monotonic()
        self._started: dict[str, float] = {}
        self._expected: int | None = None
        self._received = 0
        self.seconds: dict[str, float] = {}

    def now(self) -> str:
        """Return what is waited for, for a person."""
        if self._received:
            whole = f" of {_mib(self._expected)}" if self._expected is not None else ""
            return f"Receiving from {self._host}: {_mib(self._received)}{whole} MiB"
        return f"{'Waiting for' if 'connect' in self.seconds else 'Connecting to'} {self._host}"

    def expect(self, content_length: str) -> None:
        """Take note of how many bytes the answer is to have."""
        self._expected = int(content_length) if content_length.isascii() and content_length.isdecimal() else None

    def counted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Pass the chunks on, counting their bytes."""
        for chunk in chunks:
            self._received += len(chunk)
            yield chunk

    def elapsed(self) -> float:
        """Return the seconds since the exchange began."""
        return time.monotonic() - self._began

    def note(self, event: str, _info: object) -> None:
        """Take note of an event: ``STEP.started``, ``STEP.complete`` or ``STEP.failed``."""
        step, _, what = event.rpartition(".")
        if what == "started":
            self._started[step] = time.monotonic()
        elif what == "complete" and step in self._NAMES:
            self.seconds[self._NAMES[step]] = time.monotonic() - self._started[step]


def _mib(size: int) -> str:
    return f"{size / 2**20:.1f}"


def _connection(stream: _Stream, steps: _Steps) -> Connection:
    address = stream.get_extra_info("server_addr")
    tls = stream.get_extra_info("ssl_object")
    return Connection(
        address=f"{address[0]} port {address[1]}",
        seconds=steps.elapsed(),
        certificate=tls.getpeercert() if tls is not None else None,
        steps=steps.seconds,
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
