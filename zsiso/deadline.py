"""The time limit for everything that a run waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Generic, NamedTuple, NoReturn, TypeVar

from zsiso.errors import DeadlineExceededError

T = TypeVar("T")

# Seconds until a person expects to see progress, and between two updates of it.
_FIRST_PROGRESS_SECONDS = 0.5
_PROGRESS_INTERVAL_SECONDS = 0.1


class Awaited(NamedTuple):
    """Something that a run waits for, as the message about a timeout names it.

    Args:
        name: a noun: timed out waiting for …
        hint: the next step where it does not come in time.
        details: further lines about it.
    """

    name: str
    hint: str
    details: tuple[str, ...] = ()


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

    def exceeded_error(self, awaited: Awaited) -> DeadlineExceededError:
        """Return the error for something that did not come in time."""
        message = f"timed out after {self.seconds:g} s waiting for {awaited.name}"
        return DeadlineExceededError(message, details=awaited.details, hint=awaited.hint)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Put the deadline off by as long as the context lasts: a person at a prompt has no time limit."""
        started = time.monotonic()
        try:
            yield
        finally:
            self._end += time.monotonic() - started

    def run(self, work: Callable[[], T], awaited: Awaited) -> T:
        """Return what ``work`` returns, or raise what it raises.

        Args:
            work: what to do.
            awaited: what the work waits for.

        Raises:
            DeadlineExceededError: the deadline passed first.
        """
        task = BackgroundTask(work, lambda: awaited)
        task.start()
        return task.result(self)


class BackgroundTask(Generic[T]):
    """Work on a daemon thread: name resolution, or a body that arrives byte by byte, has no timeout of its own.

    After a timeout the work goes on, and its result can be asked for again.

    Args:
        work: what to do.
        awaited: returns what the work waits for at the moment.
    """

    def __init__(self, work: Callable[[], T], awaited: Callable[[], Awaited]) -> None:
        self._work = work
        self._awaited = awaited
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
                    raise deadline.exceeded_error(self._awaited()) from None
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
