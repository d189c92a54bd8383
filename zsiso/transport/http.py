"""One exchange with one management node: a request out, a whole response in. The only module that knows httpx."""

from __future__ import annotations

import re
import socket
import ssl
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import urlsplit

from zsiso.api.responses import ApiResponse, ConnectionInfo, proxy_authentication_error
from zsiso.config.connection import TlsSettings
from zsiso.errors import ApiError, ConfigError, ConnectError, ConnectionLostError, UnexpectedResponseError, ZsisoError
from zsiso.transport import tls
from zsiso.transport.body import Body

# Where click is installed, httpx loads its own command line, and with it click, pygments and
# half of rich: 50 ms a run. None makes Python refuse that one import, and httpx goes without.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

import httpx  # noqa: E402 - not before the line above

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Protocol

    from zsiso.api.responses import RequestInfo
    from zsiso.deadline import Deadline
    from zsiso.transport.progress import RequestProgress
    from zsiso.transport.proxy import Proxy

    class _Stream(Protocol):
        def get_extra_info(self, info: str) -> Any: ...  # noqa: ANN401 - httpcore's own


E = TypeVar("E", bound=BaseException)

_CHUNK = 64 * 1024
# What a body may be compressed with, once: these swell a piece from the network to some
# thousand times its size at most; twice the same, and what others can, no memory holds.
_SUPPORTED_CODINGS = frozenset({"gzip", "deflate", "identity"})
_ERRNO = r"^\[Errno -?\d+\] "
_CONNECTION_LOST = "the connection broke before the answer was whole"

# What httpx calls a protocol error is told apart by its words alone: the connection
# ended before the answer did; a Location is no URL (it parses even those that it is
# told not to follow); and whatever was never HTTP.
_PROTOCOL_ERRORS: tuple[tuple[str, type[ZsisoError], str], ...] = (
    ("disconnected|closed", ConnectionLostError, _CONNECTION_LOST),
    (
        "location header",
        ApiError,
        "the management node answered with a redirect, which zsiso does not follow",
    ),
    ("", UnexpectedResponseError, "the answer is not HTTP"),
)
# What h11 says of an answer that begins with a control character, as all of TLS's do.
_NOT_HTTP = "illegal request line"

# Which of our errors each of httpx's is; the first that fits counts.
_ERROR_CLASSES: tuple[tuple[type[Exception], type[ZsisoError], str], ...] = (
    (httpx.DecodingError, UnexpectedResponseError, "the answer can't be decompressed"),
    (httpx.TransportError, ConnectionLostError, _CONNECTION_LOST),
    (httpx.InvalidURL, ConfigError, "the url can't be used"),
    # From the codec that turns a host into what a resolver takes; httpx lets it through.
    (UnicodeError, ConfigError, "the url's host can't be the name of a host"),
)
# How a proxy refuses to make a tunnel for somebody; tinyproxy says 401 to a wrong password.
_PROXY_AUTHENTICATION = ("401", "407")
# And for anybody, now and later.
_PERMANENT_REFUSAL = "4(?!29)"
_PROXY_HINT = "see whether the proxy runs and is well; proxy = false in the profile, or NO_PROXY, goes past it"


class RequestLimits(NamedTuple):
    """What an exchange may take, and how it goes.

    Args:
        deadline: until when the answer has to be whole.
        share: until when the connection has to be there.
        trust: whom TLS trusts.
        proxy: what it goes through.
        max_body: the longest answer that is taken, in bytes.
    """

    deadline: Deadline
    share: Deadline
    trust: TlsSettings
    proxy: Proxy | None
    max_body: int


def send_request(
    request: RequestInfo,
    headers: Mapping[str, str],
    content: bytes | None,
    terms: RequestLimits,
    steps: RequestProgress,
) -> ApiResponse:
    """Send one request and return its whole response.

    Args:
        request: what to send.
        headers: its headers.
        content: its body.
        terms: what it may take.
        steps: told of each step as it is taken.

    Raises:
        ConnectError: there is no connection.
        TlsError: there is one, and no TLS.
        ConnectionLostError: it ended before the answer did.
        DeadlineExceededError: the answer is not whole in time.
        UnexpectedResponseError: what came is not HTTP, is too long, or can't be decompressed.
        ApiError: a redirect to what is no URL.
        ConfigError: the URL, the proxy or a file of ``trust`` can't be used.
        CredentialsError: the proxy does not accept who is asking.
    """
    try:
        with (
            _client(request, terms) as http,
            http.stream(
                request.method, request.url, headers=headers, content=content, extensions={"trace": steps.note}
            ) as response,
        ):
            # Before the body, with which the connection may end.
            connection = _connection(response.extensions["network_stream"], request, steps)
            received = datetime.now(timezone.utc)
            body = _receive_body(response, request, terms.max_body, steps)
            return ApiResponse(request, response.status_code, dict(response.headers), body, received, connection)
    except httpx.ConnectTimeout as error:
        raise _connect_timeout_error(request, terms, steps) from error
    except httpx.TimeoutException:
        raise terms.deadline.passed(request.details()) from None
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise _translate_error(error, request, steps) from error


def _receive_body(response: httpx.Response, request: RequestInfo, most: int, steps: RequestProgress) -> Body:
    length = response.headers.get("content-length", "")
    declared = int(length) if length.isascii() and length.isdecimal() else None
    steps.expect(declared)
    if declared is not None and declared > most:
        raise _too_large_error(request, most, f"{declared} bytes are announced")
    codings = response.headers.get_list("content-encoding", split_commas=True)
    _check_codings(codings, request)
    # iter_bytes decompresses, and cuts what it gives to size, which costs as much as receiving.
    plain = not codings
    body = Body()
    for piece in steps.counted(response.iter_raw() if plain else response.iter_bytes(_CHUNK)):
        body.add(piece)
        if len(body) > most:
            raise _too_large_error(request, most, "more than that came")
    return body


def _check_codings(codings: Sequence[str], request: RequestInfo) -> None:
    if len(codings) > 1 or not _SUPPORTED_CODINGS.issuperset(coding.strip().lower() for coding in codings):
        raise UnexpectedResponseError(
            f"the answer can't be decompressed: it is {request.quote(', '.join(codings))}, which nobody asked for",
            details=request.details(),
        )


def _too_large_error(request: RequestInfo, most: int, why: str) -> UnexpectedResponseError:
    return UnexpectedResponseError(
        f"the answer is longer than {most} bytes: {why}",
        details=request.details(),
        hint="if it is meant to be as long, raise max_body in the profile",
    )


def _connection(stream: _Stream, request: RequestInfo, steps: RequestProgress) -> ConnectionInfo:
    # Without https, the certificate would be a proxy's.
    secured = stream.get_extra_info("ssl_object") if request.url.startswith("https:") else None
    return ConnectionInfo(
        address=_address(stream, request),
        seconds=steps.elapsed(),
        certificate=secured.getpeercert() if secured is not None else None,
        steps=steps.seconds,
    )


def _address(stream: _Stream, request: RequestInfo) -> str:
    try:
        address = stream.get_extra_info("server_addr")
    except OSError:
        # It was reset behind the head already; the answer may have come whole before.
        return urlsplit(request.url).netloc
    return f"{address[0]} port {address[1]}"


def _client(request: RequestInfo, terms: RequestLimits) -> httpx.Client:
    left = terms.deadline.remaining()
    secure = request.url.startswith("https:")
    return httpx.Client(
        verify=tls.create_context(terms.trust) if secure else tls.unused_context(),
        proxy=_proxy(terms.proxy, request) if terms.proxy is not None else None,
        timeout=httpx.Timeout(left, connect=min(left, terms.share.remaining())),
        # The environment's proxies are chosen by zsiso.proxy, its certificates by OpenSSL.
        trust_env=False,
        follow_redirects=False,
    )


def _proxy(proxy: Proxy, request: RequestInfo) -> httpx.Proxy:
    try:
        made = httpx.Proxy(
            proxy.url, ssl_context=tls.create_context(TlsSettings()) if proxy.url.startswith("https:") else None
        )
        # It finds only here that SOCKS wants a library.
        httpx.HTTPTransport(verify=tls.unused_context(), proxy=made)
    except ImportError as error:
        raise ConfigError(
            f"the proxy {proxy} speaks SOCKS, for which a library is missing",
            hint="`pipx inject zsiso socksio`, or `pip install socksio` where zsiso is installed",
        ) from error
    except (ValueError, httpx.InvalidURL) as error:
        raise ConfigError(
            f"the proxy {proxy} can't be used: {request.quote(str(error))}",
            hint="a proxy's URL looks like http://proxy.example.com:3128",
        ) from error
    return made


def _connect_timeout_error(request: RequestInfo, terms: RequestLimits, steps: RequestProgress) -> ZsisoError:
    if terms.share is terms.deadline or steps.connected:
        return terms.deadline.passed(request.details())
    return connect_timeout_error(request, terms.share)


def connect_timeout_error(request: RequestInfo, share: Deadline) -> ConnectError:
    """Return the error for a node that did not accept within its share of the time."""
    return ConnectError(f"no connection within {share.seconds:.2g} seconds", details=request.details())


def _translate_error(error: Exception, request: RequestInfo, steps: RequestProgress) -> ZsisoError:
    # Through a proxy nobody but the proxy itself is connected to, until it has answered.
    of_proxy = request.through is not None and not steps.answered
    if isinstance(error, httpx.ProxyError):
        return _proxy_refused_error(error, request)
    of_tls = _find_cause(error, ssl.SSLError)
    if of_tls is not None and (steps.shaking_hands or tls.is_client_certificate_error(of_tls)):
        return tls.tls_error(of_tls, request.details(), of_proxy=of_proxy)
    why = request.quote(re.sub(_ERRNO, "", str(error)))
    what = f"{f'the proxy {request.through}' if of_proxy else 'the management node'} could not be reached: {why}"
    if isinstance(error, httpx.ConnectError):
        return ConnectError(
            what, details=request.details(), hint=_PROXY_HINT if of_proxy else None, retryable=_is_retryable(error)
        )
    ours, what = _classify_error(error)
    hint = "see whether the url should begin with https://" if _NOT_HTTP in why else None
    return ours(f"{what}: {why}" if why else what, details=request.details(), hint=hint)


def _proxy_refused_error(error: httpx.ProxyError, request: RequestInfo) -> ZsisoError:
    """Return what it is that a proxy makes no connection with the node, of which it tells the status alone."""
    why = request.quote(str(error))
    if why.startswith(_PROXY_AUTHENTICATION):
        return proxy_authentication_error(request, why[:3])
    return ConnectError(
        f"the proxy {request.through} did not pass the call on: {why}",
        details=request.details(),
        hint=_PROXY_HINT,
        retryable=re.match(_PERMANENT_REFUSAL, why) is None,
    )


def _is_retryable(error: httpx.ConnectError) -> bool:
    """Tell whether trying again may help: a name that nobody has stays unknown."""
    unknown = _find_cause(error, socket.gaierror)
    return unknown is None or unknown.errno == socket.EAI_AGAIN


def _classify_error(error: Exception) -> tuple[type[ZsisoError], str]:
    if isinstance(error, httpx.RemoteProtocolError):
        return next((ours, what) for words, ours, what in _PROTOCOL_ERRORS if re.search(words, str(error)))
    return next((ours, what) for foreign, ours, what in _ERROR_CLASSES if isinstance(error, foreign))


def _find_cause(error: BaseException | None, kind: type[E]) -> E | None:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error
