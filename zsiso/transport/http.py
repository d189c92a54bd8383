"""Sends one request to one management node and receives its response. The only module that knows httpx."""

from __future__ import annotations

import re
import socket
import ssl
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar
from urllib.parse import urlsplit

from zsiso.config.connection import TlsSettings
from zsiso.errors import ConfigError, ConnectError, ConnectionLostError, UnexpectedResponseError, ZsisoError
from zsiso.transport import proxy_errors, tls
from zsiso.transport.addresses import AddressBackend
from zsiso.transport.host_forms import host_headers, trace_with_host_forms
from zsiso.transport.messages import ApiResponse, ConnectionInfo
from zsiso.transport.receiving import receive_body
from zsiso.transport.timeouts import awaited_by, connect_timeout_error

# Where click is installed, httpx loads its own command line, and with it click, pygments and
# half of rich: 50 ms a run. None makes Python refuse that one import, and httpx goes without.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

import httpx  # noqa: E402 - not before the line above

if TYPE_CHECKING:
    from zsiso.deadline import Deadline
    from zsiso.transport.messages import ApiRequest
    from zsiso.transport.progress import RequestProgress
    from zsiso.transport.proxy import Proxy


E = TypeVar("E", bound=BaseException)


class _Stream(Protocol):
    def get_extra_info(self, info: str) -> Any: ...  # noqa: ANN401 - as httpcore declares it


_ERRNO = r"^\[Errno -?\d+\] "
_CONNECTION_LOST = "the connection was lost before the response was complete"

# A RemoteProtocolError of httpx has two causes, which only its text tells apart: the connection ended before
# the response did; and a response that is not HTTP.
_PROTOCOL_ERRORS: tuple[tuple[str, type[ZsisoError], str], ...] = (
    ("disconnected|closed", ConnectionLostError, _CONNECTION_LOST),
    ("", UnexpectedResponseError, "the response is not HTTP"),
)
_LOCATION = "location"
# What h11 says of a response that begins with a control character, as every TLS record does.
_NOT_HTTP = "illegal request line"

# The class and the message for each other error of httpx; the first that matches counts.
_ERROR_CLASSES: tuple[tuple[type[Exception], type[ZsisoError], str], ...] = (
    (httpx.TransportError, ConnectionLostError, _CONNECTION_LOST),
    (httpx.InvalidURL, ConfigError, "the url cannot be used"),
    # From the codec that encodes a host name for the resolver; httpx does not catch it.
    (UnicodeError, ConfigError, "the host in the url is not a valid host name"),
)


class RequestLimits(NamedTuple):
    """What one exchange may use.

    Args:
        deadline: until when the response must be complete.
        connect_deadline: until when the connection must be made.
        tls: which certificates are trusted and shown.
        proxy: the proxy that it goes through, None for none.
        max_body: the largest body that is accepted, in bytes.
    """

    deadline: Deadline
    connect_deadline: Deadline
    tls: TlsSettings
    proxy: Proxy | None
    max_body: int


def send_request(request: ApiRequest, limits: RequestLimits, progress: RequestProgress) -> ApiResponse:
    """Send one request to the node at its ``base_url`` and return the complete response.

    Args:
        request: what to send, with all of its headers.
        limits: what the exchange may use.
        progress: records each step.

    Raises:
        ConnectError: the connection cannot be made.
        TlsError: the TLS handshake failed.
        ConnectionLostError: the connection ended before the response did.
        DeadlineExceededError: the response was not complete in time.
        UnexpectedResponseError: the response is not HTTP, is too large, or cannot be decompressed.
        ConfigError: the URL, the proxy or a file for TLS cannot be used.
        CredentialsError: the proxy requires authentication.
    """
    try:
        with (
            _open_client(request, limits) as client,
            client.stream(
                request.method,
                request.url,
                headers=host_headers(request.url) + [(header.name, header.value) for header in request.headers],
                content=request.body,
                extensions={"trace": trace_with_host_forms(progress.record, request.url)},
            ) as response,
        ):
            # Before the body is read: the connection may end with it.
            connection = _connection_info(response.extensions["network_stream"], request, progress)
            received = datetime.now(timezone.utc)
            body = receive_body(response, request, limits.max_body, progress)
            headers = {**response.headers, **response.extensions.get(_LOCATION, {})}
            return ApiResponse(request, response.status_code, headers, body, received, connection)
    except httpx.ConnectTimeout as error:
        raise _timeout_error(request, limits, progress) from error
    except httpx.TimeoutException:
        raise limits.deadline.exceeded_error(awaited_by(request, progress)) from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise _translate_error(error, request, limits.tls, progress) from error


# -- the response -------------------------------------------------------------


def _connection_info(stream: _Stream, request: ApiRequest, progress: RequestProgress) -> ConnectionInfo:
    # Without https, the certificate would be the proxy's.
    tls_object = stream.get_extra_info("ssl_object") if request.url.startswith("https:") else None
    return ConnectionInfo(
        address=_peer_address(stream, request),
        seconds=progress.elapsed(),
        certificate=tls_object.getpeercert() if tls_object is not None else None,
        steps=progress.seconds,
    )


def _peer_address(stream: _Stream, request: ApiRequest) -> str:
    try:
        address = stream.get_extra_info("server_addr")
    except OSError:
        # The peer has reset the connection by now; the response may be complete all the same.
        return urlsplit(request.url).netloc
    return f"{address[0]} port {address[1]}"


def _hide_location(response: httpx.Response) -> None:
    """Move the header Location where httpx does not find it: it rejects one that is no URL, though it follows none."""
    if _LOCATION in response.headers:
        response.extensions[_LOCATION] = {_LOCATION: response.headers.pop(_LOCATION)}


# -- the connection -----------------------------------------------------------


def _open_client(request: ApiRequest, limits: RequestLimits) -> httpx.Client:
    remaining = limits.deadline.remaining()
    is_https = request.url.startswith("https:")
    transport = httpx.HTTPTransport(
        verify=tls.create_context(limits.tls) if is_https else tls.unused_context(),
        proxy=_create_proxy(limits.proxy) if limits.proxy is not None else None,
        trust_env=False,
    )
    # httpx has no parameter for it, httpcore has.
    transport._pool._network_backend = AddressBackend()  # noqa: SLF001
    return httpx.Client(
        transport=transport,
        timeout=httpx.Timeout(remaining, connect=min(remaining, limits.connect_deadline.remaining())),
        # zsiso chooses the proxy itself (transport/proxy.py), and OpenSSL reads the variables for certificates.
        trust_env=False,
        follow_redirects=False,
        event_hooks={"response": [_hide_location]},
    )


def _create_proxy(setting: Proxy) -> httpx.Proxy:
    try:
        context = tls.create_context(TlsSettings()) if setting.url.startswith("https:") else None
        created = httpx.Proxy(setting.url, ssl_context=context)
        # Only this reports a missing library for SOCKS.
        httpx.HTTPTransport(verify=tls.unused_context(), proxy=created)
    except ImportError as error:
        raise proxy_errors.no_socks_error(str(setting)) from error
    except (ValueError, httpx.InvalidURL) as error:
        # The error of httpx repeats the URL.
        raise proxy_errors.invalid_url_error(setting.source) from error
    return created


# -- errors -------------------------------------------------------------------


def _timeout_error(request: ApiRequest, limits: RequestLimits, progress: RequestProgress) -> ZsisoError:
    if limits.connect_deadline is limits.deadline or progress.reached:
        return limits.deadline.exceeded_error(awaited_by(request, progress))
    return connect_timeout_error(request, limits.connect_deadline, progress)


def _translate_error(
    error: Exception, request: ApiRequest, settings: TlsSettings, progress: RequestProgress
) -> ZsisoError:
    # Until a response arrives, the only peer of a connection through a proxy is the proxy.
    of_proxy = request.proxy is not None and not progress.answered
    if isinstance(error, httpx.ProxyError):
        return proxy_errors.refused_error(request, request.redactor.excerpt(str(error)))
    tls_cause = _find_cause(error, ssl.SSLError)
    if tls_cause is not None and (progress.shaking_hands or tls.is_client_certificate_error(tls_cause)):
        return tls.tls_error(tls_cause, request.details(), settings, of_proxy=of_proxy)
    reason = request.redactor.excerpt(re.sub(_ERRNO, "", str(error)))
    if isinstance(error, httpx.ConnectError):
        return _connect_error(error, request, reason, of_proxy=of_proxy)
    error_class, message = _classify_error(error)
    hint = "if the port uses TLS, begin the url with https://" if _NOT_HTTP in reason else None
    return error_class(f"{message}: {reason}" if reason else message, details=request.details(), hint=hint)


def _connect_error(error: httpx.ConnectError, request: ApiRequest, reason: str, *, of_proxy: bool) -> ConnectError:
    peer = f"proxy {request.proxy}" if of_proxy else "the management node"
    return ConnectError(
        f"{peer} could not be reached: {reason}",
        details=request.details(),
        hint=proxy_errors.UNREACHABLE_HINT if of_proxy else None,
        retryable=_is_retryable(error),
    )


def _is_retryable(error: httpx.ConnectError) -> bool:
    """Return whether a retry may help: a name that does not exist will not exist a second later."""
    resolver_error = _find_cause(error, socket.gaierror)
    return resolver_error is None or resolver_error.errno == socket.EAI_AGAIN


def _classify_error(error: Exception) -> tuple[type[ZsisoError], str]:
    if isinstance(error, httpx.RemoteProtocolError):
        return next((kind, message) for words, kind, message in _PROTOCOL_ERRORS if re.search(words, str(error)))
    return next((kind, message) for of_httpx, kind, message in _ERROR_CLASSES if isinstance(error, of_httpx))


def _find_cause(error: BaseException | None, kind: type[E]) -> E | None:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error
