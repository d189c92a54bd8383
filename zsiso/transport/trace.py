"""What ``--verbose`` shows of each request and response, as lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from zsiso.transport.messages import ApiResponse

if TYPE_CHECKING:
    from zsiso.transport.messages import ApiRequest, ResponseOrError

Trace: TypeAlias = Callable[[str], None]
"""Shows one line."""


def format_request(request: ApiRequest) -> Iterator[str]:
    """Yield the lines about a request, without its secrets."""
    yield f"> {request.method} {request.redactor.redact(request.url)}"
    if request.proxy is not None:
        yield f"* proxy: {request.proxy}"
    for header in request.headers:
        yield f"> {header}"


def format_response(response: ApiResponse) -> Iterator[str]:
    """Yield the lines about a response and the seconds that its steps took."""
    yield f"< {response.status}, {len(response.body)} bytes from {response.connection.address}"
    steps = (f"{name} {seconds * 1000:.1f} ms" for name, seconds in response.connection.steps.items())
    yield f"* {', '.join(steps)}"


def format_retry(result: ResponseOrError, delay: float, attempt: int, retries: int) -> str:
    """Return the line about a retry.

    Args:
        result: what the last attempt resulted in.
        delay: seconds until the next attempt.
        attempt: how many attempts there were.
        retries: how many retries are allowed.
    """
    reason = f"status {result.status}" if isinstance(result, ApiResponse) else result.message
    return f"* {reason}; retrying in {delay:.1f} s (attempt {attempt + 1} of {retries + 1})"
