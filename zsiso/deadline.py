"""One limit of time over everything a run waits for."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

from zsiso.errors import DeadlineExceededError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

# Seconds until a person wonders what is going on, and between one look and the next.
_FIRST_PROGRESS_SECONDS = 0.5
_PROGRESS_INTERVAL_SECONDS = 0.1


class Deadline:
    """A moment on the monotonic clock, ``seconds`` after it was set."""

    def __init__(self, seconds: float) -> None:
        # No thread can wait longer than this; it is some 292 years.
        self.seconds = min(seconds, threading.TIMEOUT_MAX / 2)
        self._at = time.monotonic() + self.seconds

    def remaining(self) -> float:
        """Return the seconds left, never less than a moment."""
        return max(self._at - time.monotonic(), 0.001)

    def passed(self, details: tuple[str, ...] = ()) -> DeadlineExceededError:
        """Return the error for work that the deadline ended; ``details`` say which."""
        return DeadlineExceededError(
            f"no whole answer within {self.seconds:g} seconds",
            details=details,
            hint="give it longer with --timeout SECONDS, or look whether the management node is well",
        )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Put the deadline off by as long as the context lasts: a person at a prompt is not counted."""
        since = time.monotonic()
        try:
            yield
        finally:
            self._at += time.monotonic() - since

    def run(self, work: Callable[[], T], *, details: tuple[str, ...] = ()) -> T:
        """Return what ``work`` returns, or raise what it raises, unless time runs out.

        Raises:
            DeadlineExceededError: the deadline passed first; ``details`` go with it.
        """
        started = BackgroundTask(work, details)
        started.start()
        return started.result(self)


class BackgroundTask(Generic[T]):
    """Work on a daemon thread, since name resolution and a body that drips obey no limit of their own.

    A run that gives up leaves it there, and may still ask for its result later.

    Args:
        work: what to do once it is started.
        details: what an error about it says it was.
    """

    def __init__(self, work: Callable[[], T], details: tuple[str, ...] = ()) -> None:
        self._work = work
        self._details = details
        self._outcome: Callable[[], T] | None = None
        # Only wakes whoever waits: a signal may come between taking from a queue and keeping what was taken.
        self._done: SimpleQueue[None] = SimpleQueue()

    def start(self) -> None:
        """Begin, and return at once."""
        threading.Thread(target=self._perform, daemon=True).start()

    def result(self, deadline: Deadline, while_waiting: Callable[[], None] = lambda: None) -> T:
        """Return what the work returns, or raise what it raises.

        Args:
            deadline: until when to wait.
            while_waiting: called now and again, first after half a second.

        Raises:
            DeadlineExceededError: time ran out.
        """
        patience = _FIRST_PROGRESS_SECONDS
        while self._outcome is None:
            remaining = deadline.remaining()
            try:
                self._done.get(timeout=min(patience, remaining))
            except Empty:
                if remaining <= patience:
                    raise deadline.passed(self._details) from None
                while_waiting()
                patience = _PROGRESS_INTERVAL_SECONDS
        return self._outcome()

    def _perform(self) -> None:
        try:
            value = self._work()
        except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
            self._outcome = _raiser_of(error)
        else:
            self._outcome = lambda: value
        self._done.put(None)


def _raiser_of(error: BaseException) -> Callable[[], NoReturn]:
    def fail() -> NoReturn:
        raise error

    return fail
