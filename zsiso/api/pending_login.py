"""A login whose response may arrive after the run has given up on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zsiso.api.responses import read_login

if TYPE_CHECKING:
    from zsiso.api.responses import LoginResult
    from zsiso.deadline import BackgroundTask, Deadline
    from zsiso.transport.messages import ApiResponse


class PendingLogin:
    """The login that was sent last, until its session is saved or logged out.

    After a timeout or a signal, the node may have made a session all the same. The owner
    of this object can still wait for it, and log it out.
    """

    grace_seconds = 1.0
    """How long after the deadline, or after a signal, a response is still waited for."""

    def __init__(self) -> None:
        self._task: BackgroundTask[ApiResponse] | None = None

    def track(self, task: BackgroundTask[ApiResponse]) -> None:
        """Wait for the response of ``task`` from now on, instead of an earlier one."""
        self._task = task

    def wait(self, deadline: Deadline) -> LoginResult | None:
        """Return the result of the login, None where no login is pending.

        Raises:
            ZsisoError: it failed, or there was no response until the deadline.
        """
        return read_login(self._task.result(deadline)) if self._task is not None else None

    def discard(self) -> None:
        """Wait for nothing any more: the session is saved, or logged out."""
        self._task = None
