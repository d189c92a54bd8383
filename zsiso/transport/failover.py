"""The one place that sends: which management node is asked, how often, and what is told of it."""

from __future__ import annotations

import random
import re
import time
import uuid
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, Union
from urllib.parse import urlsplit

from zsiso import __version__
from zsiso.api.responses import ApiResponse, RequestInfo
from zsiso.deadline import BackgroundTask, Deadline
from zsiso.errors import ConnectError, DeadlineExceededError, ZsisoError
from zsiso.transport import proxy, retry
from zsiso.transport.http import RequestLimits, connect_timeout_error, send_request
from zsiso.transport.progress import RequestProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from zsiso.config.connection import ConnectionSettings
    from zsiso.config.secrets import Secret
    from zsiso.output.stderr import Status

    Trace = Callable[[str], None]

# What an Authorization header may show: the scheme, and an access key's id.
_AUTHORIZATION_PREFIX = r"^(OAuth |ZStack [^:]*:).*"

ResponseOrError: TypeAlias = Union[ApiResponse, ZsisoError]


class OutgoingCall(NamedTuple):
    """What is to be sent, whichever node it goes to.

    Args:
        method: the HTTP method.
        target: path from ``/v1`` on, and query, percent-encoded.
        headers: gives what authorises the request, anew for each try.
        content: the request's body.
        parting: seconds by which its answer is waited for beyond the deadline, for whoever asks ``late``.
    """

    method: str
    target: str
    headers: Callable[[], Mapping[str, str]] = dict
    content: bytes | None = None
    parting: float = 0.0


class Transport:
    """What goes to the management nodes of one cloud, and what must not be shown of it.

    Args:
        route: how they are reached.
        deadline: the limit over everything sent.
        proxy_secret: gives the URL of the profile's proxy.
        trace: told of each request, each answer and each repetition, a line at a time.
        status: shows what is waited for.
    """

    def __init__(
        self,
        route: ConnectionSettings,
        deadline: Deadline,
        *,
        proxy_secret: Callable[[], Secret | bool],
        trace: Trace | None = None,
        status: Status | None = None,
    ) -> None:
        self._route = route
        # The one that was reached last is asked first.
        self._urls = route.urls
        self._deadline = deadline
        self._proxy_secret = proxy_secret
        self._trace = trace or (lambda _line: None)
        self._status = status
        self._never_shown: set[str] = set()
        self._parting: BackgroundTask[ApiResponse] | None = None

    def hide(self, secret: str) -> None:
        """Let no message about what is sent from now on show ``secret``, whoever repeats it."""
        self._never_shown.add(secret)

    def send(self, call: OutgoingCall, deadline: Deadline | None = None) -> ApiResponse:
        """Send a call, again if that may help (``retry``), and return its whole response.

        Args:
            call: what to send.
            deadline: another limit than the sender's.

        Raises:
            UnreachableError: no whole answer came.
            UnexpectedResponseError: what came is not HTTP, is too long, or can't be decompressed.
            ApiError: a redirect to what is no URL.
            ConfigError: the URL, the proxy or a file of TLS can't be used.
            CredentialsError: the proxy does not accept who is asking.
        """
        limit = deadline or self._deadline
        # Secrets are read once, which is no part of what a try takes.
        self._proxy_secret()
        call.headers()
        for tries in count(1):
            began = time.monotonic()
            outcome = self._tried(call, tries, limit)
            took = time.monotonic() - began
            pause = retry.retry_delay(outcome, tries, random.random())  # noqa: S311 - spreads, and hides nothing
            # In less time than the last one took, another would but hide what came of that.
            if pause is None or tries > self._route.retries or pause + took >= limit.remaining():
                break
            self._trace(f"* {_describe(outcome)}; once more in {pause:.1f} s ({tries} of {self._route.retries})")
            self._pause(pause)
            # Whoever failed is asked last.
            self._urls = (*self._urls[1:], self._urls[0])
        if isinstance(outcome, ZsisoError):
            raise outcome
        return outcome

    def late(self, deadline: Deadline) -> ApiResponse | None:
        """Return the answer to the last call with ``parting``, None where it was seen to or there was none.

        Raises:
            ZsisoError: as ``send``.
        """
        return self._parting.result(deadline) if self._parting is not None else None

    def seen_to(self) -> None:
        """Forget the last call with ``parting``: whoever sent it has seen to what its answer brings."""
        self._parting = None

    def each(self, call: OutgoingCall) -> list[tuple[str, ResponseOrError]]:
        """Send a call to every node, once, and return each node's URL and what came of it."""
        found: list[tuple[str, ResponseOrError]] = []
        for done, url in enumerate(self._route.urls):
            # Each gets its share of the time, and so does what comes after them.
            limit = Deadline(self._deadline.remaining() / (len(self._route.urls) - done + 1))
            try:
                found.append((url, self._asked(url, call, 1, limit, limit)))
            except ZsisoError as error:
                found.append((url, error))
        return found

    # -- one try --------------------------------------------------------------

    def _tried(self, call: OutgoingCall, tries: int, limit: Deadline) -> ResponseOrError:
        """Return what came of going through the nodes until one can be reached."""
        missed: list[tuple[str, ConnectError]] = []
        urls = self._urls
        for at, url in enumerate(urls):
            # The last one may take all the time that is left.
            others = len(urls) - at - 1
            share = Deadline(limit.remaining() / (others + 1)) if others else limit
            try:
                outcome: ResponseOrError = self._asked(url, call, tries, limit, share)
            except ConnectError as error:
                missed.append((url, error))
                continue
            except ZsisoError as error:
                outcome = error
            self._urls = (url, *(other for other in urls if other != url))
            return outcome
        return _all_unreachable(missed)

    def _asked(self, url: str, call: OutgoingCall, tries: int, limit: Deadline, share: Deadline) -> ApiResponse:
        way = proxy.proxy_for_url(url, self._proxy_secret())
        for secret in way.secrets if way is not None else ():
            self.hide(secret)
        # Read first: what it reads is hidden from then on.
        authorised = call.headers()
        request = RequestInfo(
            call.method,
            url + call.target,
            uuid.uuid4().hex,
            frozenset(self._never_shown),
            str(way) if way is not None else None,
            tries,
        )
        headers = _headers(request, authorised)
        self._tell_request(request, headers)
        terms = RequestLimits(
            Deadline(limit.remaining() + call.parting) if call.parting else limit,
            share,
            self._route.tls,
            way,
            self._route.max_body,
        )
        steps = RequestProgress(urlsplit(url).netloc)
        work = BackgroundTask(lambda: send_request(request, headers, call.content, terms, steps), request.details())
        if call.parting:
            # Before it starts: from then on a signal may come at any moment.
            self._parting = work
        work.start()
        answer = self._awaited(work, request, limit, share, steps)
        self._tell_reply(answer)
        return answer

    def _awaited(
        self,
        work: BackgroundTask[ApiResponse],
        request: RequestInfo,
        limit: Deadline,
        share: Deadline,
        steps: RequestProgress,
    ) -> ApiResponse:
        def show_progress() -> None:
            if self._status is not None:
                self._status.show(steps.now())

        try:
            if share is not limit:
                try:
                    return work.result(share, show_progress)
                except DeadlineExceededError:
                    # Name resolution obeys no limit of its own.
                    if not steps.connected:
                        steps.abandon()
                        raise connect_timeout_error(request, share) from None
            return work.result(limit, show_progress)
        finally:
            if self._status is not None:
                self._status.clear()

    def _pause(self, seconds: float) -> None:
        if self._status is not None:
            self._status.show(f"Trying again in {seconds:.1f} s")
        time.sleep(seconds)
        if self._status is not None:
            self._status.clear()

    # -- telling --------------------------------------------------------------

    def _tell_request(self, request: RequestInfo, headers: Mapping[str, str]) -> None:
        self._trace(f"> {request.method} {request.hide(request.url)}")
        if request.through is not None:
            self._trace(f"* through the proxy {request.through}")
        for name, value in headers.items():
            shown = re.sub(_AUTHORIZATION_PREFIX, r"\1***", value) if name == "Authorization" else value
            self._trace(f"> {name}: {shown}")

    def _tell_reply(self, reply: ApiResponse) -> None:
        self._trace(f"< {reply.status}, {len(reply.body)} bytes from {reply.connection.address}")
        steps = (f"{name} {seconds * 1000:.1f} ms" for name, seconds in reply.connection.steps.items())
        self._trace(f"* {', '.join(steps)}")


def _headers(request: RequestInfo, authorised: Mapping[str, str]) -> Mapping[str, str]:
    return {
        "User-Agent": f"zsiso/{__version__}",
        "Accept-Encoding": "identity",
        "X-Job-UUID": request.job_uuid,
        **authorised,
    }


def _describe(outcome: ResponseOrError) -> str:
    return outcome.message if isinstance(outcome, ZsisoError) else f"status {outcome.status}"


def _all_unreachable(missed: Sequence[tuple[str, ConnectError]]) -> ConnectError:
    """Return the error for a cloud none of whose nodes can be reached."""
    if len(missed) == 1:
        return missed[0][1]
    return ConnectError(
        f"none of the {len(missed)} management nodes could be reached",
        details=tuple(f"{urlsplit(url).netloc}: {error.message}" for url, error in missed) + missed[-1][1].details,
        # That of the last will do: it is the proxy that all of them were asked through, or nodes alike.
        hint=missed[-1][1].hint,
        retryable=any(error.retryable for _, error in missed),
    )
