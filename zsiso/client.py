"""Everything that is sent to a management node, and the only module that knows httpx."""

from __future__ import annotations

import re
import ssl
import uuid
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import httpx

from zsiso import __version__, credentials
from zsiso.errors import ConfigError, NodeError, UnexpectedAnswerError, UnreachableError, ZsisoError
from zsiso.reply import Reply, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zsiso.config import Profile
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


class Client:
    """The conversation of one run with one management node.

    Args:
        profile: where the node is and how to ask it.
        deadline: the limit over everything that is waited for.
        direct: past any proxy that the environment names.
    """

    def __init__(self, profile: Profile, deadline: Deadline, *, direct: bool = False) -> None:
        self._profile = profile
        self._deadline = deadline
        self._direct = direct

    def vm_candidates(self, iso_uuid: str, *, system_tags: Iterable[str], user_tags: Iterable[str]) -> Reply:
        """Ask which VM instances the ISO can be attached to (wire page, "The call").

        Args:
            iso_uuid: 32 lower-case hex digits.
            system_tags: sent in this order, each exactly as it is.
            user_tags: likewise.

        Raises:
            UnreachableError: no whole answer came in time.
            UnexpectedAnswerError: what came is not HTTP, or can't be decompressed.
            ConfigError: the profile has no credentials, or the URL or a proxy can't be used.
        """
        tags = [("systemTags", tag) for tag in system_tags] + [("userTags", tag) for tag in user_tags]
        # surrogateescape: bytes that are no text arrive as they were typed.
        query = urlencode(tags, quote_via=quote, safe="", errors="surrogateescape")
        path = f"/v1/images/iso/{iso_uuid}/vm-candidates"
        return self._send("GET", f"{path}?{query}" if query else path)

    def _send(self, method: str, target: str) -> Reply:
        who = self._profile.credentials
        if who is None:
            raise ConfigError(f"{self._profile} has no credentials", hint="add a session to it")
        request = Request(method, self._profile.url + target, uuid.uuid4().hex, credentials.secrets(who))
        headers = {
            "User-Agent": f"zsiso/{__version__}",
            "Accept-Encoding": "identity",
            "X-Job-UUID": request.job_uuid,
            **credentials.headers(who),
        }
        return self._deadline.run(lambda: self._exchange(request, headers), details=request.details())

    def _exchange(self, request: Request, headers: Mapping[str, str]) -> Reply:
        try:
            with self._http(request) as http, http.stream(request.method, request.url, headers=headers) as response:
                body = b"".join(response.iter_bytes(_CHUNK))
                return Reply(request, response.status_code, dict(response.headers), body)
        except httpx.TimeoutException:
            raise self._deadline.passed(request.details()) from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise _fault(error, request) from error

    def _http(self, request: Request) -> httpx.Client:
        try:
            return httpx.Client(
                verify=_trust(request.url),
                timeout=self._deadline.remaining(),
                trust_env=not self._direct,
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
    return next((ours, what) for foreign, ours, what in _FAULTS if isinstance(error, foreign))
