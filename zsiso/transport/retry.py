"""Pure: whether a call is tried again, and after how long."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from zsiso.api import responses
from zsiso.api.responses import ApiResponse
from zsiso.errors import ConnectError, ConnectionLostError

if TYPE_CHECKING:
    from zsiso.errors import ZsisoError

# Seconds; it doubles from one wait to the next.
_FIRST_DELAY_SECONDS = 0.5
# What a proxy in front of a node says of it while it starts, or is too busy; a node says
# that by itself never: its 503 has an ``error`` object (wire page, "Failures").
_TRANSIENT_STATUSES = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


def retry_delay(outcome: ApiResponse | ZsisoError, again: int, chance: float) -> float | None:
    """Return the seconds to wait before the call is tried again, None where its outcome stands.

    Args:
        outcome: what the last try came to.
        again: which repetition it would be, from 1 on.
        chance: from 0 to 1; spreads the jobs that failed together over half of the wait.
    """
    if not _is_transient(outcome):
        return None
    own = _FIRST_DELAY_SECONDS * 2.0 ** (again - 1) * (1 - chance / 2)
    return max(own, _retry_after(outcome) if isinstance(outcome, ApiResponse) else 0.0)


def _is_transient(outcome: ApiResponse | ZsisoError) -> bool:
    if isinstance(outcome, ApiResponse):
        return outcome.status in _TRANSIENT_STATUSES and responses.error_code(outcome) is None
    return isinstance(outcome, ConnectionLostError) or (isinstance(outcome, ConnectError) and outcome.passes)


def _retry_after(answer: ApiResponse) -> float:
    """Return the seconds that ``Retry-After`` asks for: a number of them, or a date."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdecimal():
        return float(asked[:10])
    until = answer.moment("retry-after")
    return max((until - answer.received).total_seconds(), 0.0) if until is not None else 0.0
