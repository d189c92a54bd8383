"""The time limit for everything that a run waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Generic, NoReturn, TypeVar

from zsiso.errors import DeadlineExceededError

T = TypeVar("T")

# Seconds until a person expects to see progress, and between two updates of it.
_FIRST_PROGRESS_SECONDS = 0.5
_PROGRESS_INTERVAL_SECONDS = 0.1


class Deadline:
    """A moment on the monotonic clock.

    Args:
        seconds: how far in the future it is.
    """

    def __init__(self, seconds: float) -> None:
        # No thread can wait longer; this is some 292 years.
        self.seconds = min(seconds, threading.TIMEOUT_MAX / 2)
        self._end = time.monotonic() + self.seconds

    def remaining(self) -> float:
        """Return the seconds until the deadline, at least 0.001: a timeout of 0 has another meaning to sockets."""
        return max(self._end - time.monotonic(), 0.001)

    def passed(self, details: tuple[str, ...] = ()) -> DeadlineExceededError:
        """Return the error for work that was not complete in time; ``details`` say what it was."""
        return DeadlineExceededError(
            f"no whole answer within {self.seconds:g} seconds",
            details=details,
            hint="give it longer with --timeout SECONDS, or look whether the management node is well",
        )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Put the deadline off by as long as the context lasts: a person at a prompt has no time limit."""
        started = time.monotonic()
        try:
            yield
        finally:
            self._end += time.monotonic() - started

    def run(self, work: Callable[[], T], *, details: tuple[str, ...] = ()) -> T:
        """Return what ``work`` returns, or raise what it raises.

        Args:
            work: what to do.
            details: the lines that say what it is, for an error.

        Raises:
            DeadlineExceededError: the deadline passed first.
        """
        task = BackgroundTask(work, details)
        task.start()
        return task.result(self)


class BackgroundTask(Generic[T]):
    """Work on a daemon thread: name resolution, or a body that arrives byte by byte, has no timeout of its own.

    After a timeout the work goes on, and its result can be asked for again.

    Args:
        work: what to do.
        details: the lines that say what it is, for an error.
    """

    def __init__(self, work: Callable[[], T], details: tuple[str, ...] = ()) -> None:
        self._work = work
        self._details = details
        self._outcome: Callable[[], T] | None = None
        # Holds no result, only wakes the waiting thread: a signal could come between taking a result and storing it.
        self._done: SimpleQueue[None] = SimpleQueue()

    def start(self) -> None:
        """Start the work and return at once."""
        threading.Thread(target=self._perform, daemon=True).start()

    def result(self, deadline: Deadline, while_waiting: Callable[[], None] = lambda: None) -> T:
        """Return what the work returns, or raise what it raises.

        Args:
            deadline: until when to wait.
            while_waiting: called several times a second, first after half a second.

        Raises:
            DeadlineExceededError: the work was not complete in time.
        """
        timeout = _FIRST_PROGRESS_SECONDS
        while self._outcome is None:
            remaining = deadline.remaining()
            try:
                self._done.get(timeout=min(timeout, remaining))
            except Empty:
                if remaining <= timeout:
                    raise deadline.passed(self._details) from None
                while_waiting()
                timeout = _PROGRESS_INTERVAL_SECONDS
        return self._outcome()

    def _perform(self) -> None:
        try:
            value = self._work()
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            self._outcome = _raiser_of(error)
        else:
            self._outcome = lambda: value
        self._done.put(None)


def _raiser_of(error: BaseException) -> Callable[[], NoReturn]:
    def fail() -> NoReturn:
        raise error

    return fail
