"""Sends requests to a cloud: to the next management node where one cannot be reached, and again after an outage."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from zsiso import __version__
from zsiso.deadline import BackgroundTask, Deadline
from zsiso.errors import ConnectError, DeadlineExceededError, ZsisoError
from zsiso.transport.http import RequestLimits, send_request
from zsiso.transport.messages import ApiResponse, Header
from zsiso.transport.progress import RequestProgress
from zsiso.transport.proxy import proxy_for_url
from zsiso.transport.redaction import Redactor
from zsiso.transport.retry import retry_delay
from zsiso.transport.timeouts import awaited_by, connect_timeout_error
from zsiso.transport.trace import format_request, format_response, format_retry

if TYPE_CHECKING:
    from zsiso.config.connection import ConnectionSettings
    from zsiso.config.secrets import Secret
    from zsiso.output.stderr import Status
    from zsiso.transport.messages import ApiRequest, Authorize, ResponseOrError
    from zsiso.transport.proxy import Proxy
    from zsiso.transport.trace import Trace


def no_authorization(_request: ApiRequest) -> tuple[Header, ...]:
    """Return no headers: for a request without credentials."""
    return ()


class _Delivery(NamedTuple):
    """A request with all that is the same for each attempt."""

    request: ApiRequest
    authorize: Authorize
    deadline: Deadline
    on_start: Callable[[BackgroundTask[ApiResponse]], None]
    grace_seconds: float


class Transport:
    """Sends requests to the management nodes of one cloud.

    Args:
        settings: how the nodes are reached.
        deadline: the time limit for everything that is sent.
        read_proxy: returns the URL of the profile's proxy; True for the environment's, False for none.
        is_transient: tells whether a response is an outage that may end by itself.
        trace: shows a line about each request, response and retry.
        status: shows what the run waits for.
    """

    def __init__(
        self,
        settings: ConnectionSettings,
        deadline: Deadline,
        *,
        read_proxy: Callable[[], Secret | bool],
        is_transient: Callable[[ApiResponse], bool],
        trace: Trace | None = None,
        status: Status | None = None,
    ) -> None:
        self._settings = settings
        # The node that was reached last comes first.
        self._urls = settings.urls
        self._deadline = deadline
        self._read_proxy = read_proxy
        self._is_transient = is_transient
        self._trace = trace or (lambda _line: None)
        self._status = status
        self._secrets: set[str] = set()

    def register_secret(self, secret: str) -> None:
        """Show ``***`` instead of ``secret`` in every message about what is sent from now on."""
        self._secrets.add(secret)

    def send(
        self,
        request: ApiRequest,
        authorize: Authorize = no_authorization,
        *,
        deadline: Deadline | None = None,
        on_start: Callable[[BackgroundTask[ApiResponse]], None] = lambda _task: None,
        grace_seconds: float = 0.0,
    ) -> ApiResponse:
        """Send a request, again where that may help (``retry``), and return its complete response.

        Args:
            request: what to send.
            authorize: returns the headers that authorise it.
            deadline: the time limit for this request instead of the transport's own.
            on_start: receives the task of each attempt before it starts.
            grace_seconds: how long after the deadline that task still waits for the response.

        Raises:
            UnreachableError: no complete response was received.
            UnexpectedResponseError: the response is not HTTP, is too large, or cannot be decompressed.
            ConfigError: the URL, the proxy or a file for TLS cannot be used.
            CredentialsError: the proxy requires authentication.
        """
        delivery = _Delivery(request, authorize, deadline or self._deadline, on_start, grace_seconds)
        # A secret is read once: the time that takes says nothing about how long the next attempt will take.
        self._read_proxy()
        result = self._send_with_retries(delivery)
        if isinstance(result, ZsisoError):
            raise result
        return result

    def send_to_each(self, request: ApiRequest) -> list[tuple[str, ResponseOrError]]:
        """Send a request without credentials to every node once; return each node's URL and the result."""
        results: list[tuple[str, ResponseOrError]] = []
        for index, url in enumerate(self._settings.urls):
            # Each node gets an equal share of the remaining time, and so does what is sent after this.
            deadline = Deadline(self._deadline.remaining() / (len(self._settings.urls) - index + 1))
            delivery = _Delivery(request, no_authorization, deadline, lambda _task: None, 0.0)
            results.append((url, self._try_node(url, delivery, 1, self._connect_deadline(deadline))))
        return results

    # -- attempts -------------------------------------------------------------

    def _send_with_retries(self, delivery: _Delivery) -> ResponseOrError:
        for attempt in count(1):
            started = time.monotonic()
            result = self._try_nodes(delivery, attempt)
            elapsed = time.monotonic() - started
            delay = retry_delay(result, attempt, random.random(), self._is_transient)  # noqa: S311 - no secret
            if delay is None or attempt > self._settings.retries:
                break
            # An attempt with less time than the last one took would end in a timeout, which hides this result.
            if delay + elapsed >= delivery.deadline.remaining():
                break
            self._trace(format_retry(result, delay, attempt, self._settings.retries))
            self._pause(delay)
            # The node that failed comes last.
            self._urls = (*self._urls[1:], self._urls[0])
        return result

    def _try_nodes(self, delivery: _Delivery, attempt: int) -> ResponseOrError:
        """Return the result of the first node that can be reached."""
        failures: list[tuple[str, ConnectError]] = []
        urls = self._urls
        for index, url in enumerate(urls):
            connect_deadline = self._connect_deadline(delivery.deadline, len(urls) - index)
            result = self._try_node(url, delivery, attempt, connect_deadline)
            if not isinstance(result, ConnectError):
                self._urls = (url, *(other for other in urls if other != url))
                return result
            failures.append((url, result))
        return _all_unreachable_error(failures)

    def _connect_deadline(self, deadline: Deadline, nodes: int = 1) -> Deadline:
        """Return until when the next of ``nodes`` must be reached: at most an equal share of the remaining time."""
        remaining = deadline.remaining()
        seconds = min(self._settings.connect_timeout, remaining / nodes)
        return Deadline(seconds) if seconds < remaining else deadline

    def _try_node(self, url: str, delivery: _Delivery, attempt: int, connect_deadline: Deadline) -> ResponseOrError:
        try:
            return self._send_to_node(url, delivery, attempt, connect_deadline)
        except ZsisoError as error:
            return error

    def _send_to_node(self, url: str, delivery: _Delivery, attempt: int, connect_deadline: Deadline) -> ApiResponse:
        proxy = proxy_for_url(url, self._read_proxy())
        request = self._address(url, delivery, attempt, proxy)
        self._trace_lines(format_request(request))
        deadline = delivery.deadline
        limits = RequestLimits(
            Deadline(deadline.remaining() + delivery.grace_seconds) if delivery.grace_seconds else deadline,
            connect_deadline,
            self._settings.tls,
            proxy,
            self._settings.max_body,
        )
        progress = RequestProgress(
            urlsplit(url).netloc,
            request.slow_reason,
            is_tunnelled=url.startswith("https:") and proxy is not None and proxy.url.startswith("http"),
        )
        task = BackgroundTask(lambda: send_request(request, limits, progress), lambda: awaited_by(request, progress))
        # Before it starts: from then on, a signal may interrupt this run at any moment.
        delivery.on_start(task)
        task.start()
        response = self._wait_for(task, request, deadline, connect_deadline, progress)
        self._trace_lines(format_response(response))
        return response

    def _address(self, url: str, delivery: _Delivery, attempt: int, proxy: Proxy | None) -> ApiRequest:
        """Return the request as it goes to one node, with all of its headers."""
        for secret in proxy.secrets if proxy is not None else ():
            self.register_secret(secret)
        request = delivery.request._replace(
            base_url=url,
            correlation_id=uuid.uuid4().hex,
            attempt=attempt,
            proxy=str(proxy) if proxy is not None else None,
        )
        headers = [Header("User-Agent", f"zsiso/{__version__}"), Header("Accept-Encoding", "identity")]
        if request.correlation is not None:
            headers.append(Header(request.correlation.name, request.correlation_id))
        headers += (*request.headers, *delivery.authorize(request))
        return request._replace(headers=tuple(headers), redactor=Redactor(frozenset(self._secrets)))

    def _wait_for(
        self,
        task: BackgroundTask[ApiResponse],
        request: ApiRequest,
        deadline: Deadline,
        connect_deadline: Deadline,
        progress: RequestProgress,
    ) -> ApiResponse:
        def show_progress() -> None:
            self._show(progress.describe())

        try:
            if connect_deadline is not deadline:
                try:
                    return task.result(connect_deadline, show_progress)
                except DeadlineExceededError:
                    # Name resolution has no timeout of its own, and TCP and TLS have one each.
                    if progress.abandon():
                        raise connect_timeout_error(request, connect_deadline, progress) from None
            return task.result(deadline, show_progress)
        finally:
            self._clear_status()

    # -- messages -------------------------------------------------------------

    def _pause(self, seconds: float) -> None:
        self._show(f"Retrying in {seconds:.1f} s")
        time.sleep(seconds)
        self._clear_status()

    def _show(self, message: str) -> None:
        if self._status is not None:
            self._status.show(message)

    def _clear_status(self) -> None:
        if self._status is not None:
            self._status.clear()

    def _trace_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._trace(line)


def _all_unreachable_error(failures: Sequence[tuple[str, ConnectError]]) -> ConnectError:
    """Return the error for a cloud of which no node can be reached."""
    last = failures[-1][1]
    if len(failures) == 1:
        return last
    return ConnectError(
        f"none of the {len(failures)} management nodes could be reached",
        details=tuple(f"{urlsplit(url).netloc}: {error.message}" for url, error in failures) + last.details,
        # One hint is enough: the nodes are alike, and behind the same proxy.
        hint=last.hint,
        retryable=any(error.retryable for _, error in failures),
    )
