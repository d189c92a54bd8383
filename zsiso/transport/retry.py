"""Decides whether a request is sent again, and after how many seconds. Sends nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zsiso.errors import ConnectError, ConnectionLostError
from zsiso.transport.messages import ApiResponse

if TYPE_CHECKING:
    from zsiso.transport.messages import ResponseOrError

# The first delay; each further one is twice as long.
_FIRST_DELAY_SECONDS = 0.5


def retry_delay(
    result: ResponseOrError, attempt: int, jitter: float, is_transient: Callable[[ApiResponse], bool]
) -> float | None:
    """Return the seconds to wait before the request is sent again, None where the result is final.

    Args:
        result: what the last attempt resulted in.
        attempt: how many attempts there were, from 1 on.
        jitter: a random number from 0 to 1; spreads runs that failed at the same time over half of the delay.
        is_transient: tells whether a response is an outage that may end by itself.
    """
    delay = _FIRST_DELAY_SECONDS * 2.0 ** (attempt - 1) * (1 - jitter / 2)
    if isinstance(result, ApiResponse):
        return max(delay, _retry_after(result)) if is_transient(result) else None
    return delay if _is_transient_error(result) else None


def _is_transient_error(error: Exception) -> bool:
    return isinstance(error, ConnectionLostError) or (isinstance(error, ConnectError) and error.retryable)


def _retry_after(response: ApiResponse) -> float:
    """Return the seconds that the header Retry-After asks for, as a number or as a date; 0 without one."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value[:10])
    date = response.header_date("retry-after")
    return max((date - response.received).total_seconds(), 0.0) if date is not None else 0.0
