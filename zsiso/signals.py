"""Signals: each raises an exception, so that a run cleans up before it ends."""

from __future__ import annotations

# No other import here: a signal that comes while it loads would not be handled yet.
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

# Seconds until a signal is raised again whose exception was lost.
_RERAISE_SECONDS = 0.001

# Windows has no such signal.
_HANGUP = getattr(signal, "SIGHUP", None)

_received: list[int] = []
# The contexts that hold signals, one within the other.
_held: list[object] = []


class Terminated(BaseException):
    """SIGTERM was received, or SIGHUP: the terminal was closed."""


def install() -> None:
    """Raise ``KeyboardInterrupt`` for Ctrl-C, and ``Terminated`` for SIGTERM and SIGHUP, from now on."""
    signal.signal(signal.SIGTERM, _handle)
    # Where SIGINT is ignored, as for a command that a shell runs in the background, it stays ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _handle)
    # So does SIGHUP, which nohup ignores.
    if _HANGUP is not None and signal.getsignal(_HANGUP) is signal.SIG_DFL:
        signal.signal(_HANGUP, _handle)
    sys.unraisablehook = _reraise_swallowed


def ignore() -> None:
    """Ignore signals from now on: the run is complete, and only Python's own exit is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, _HANGUP):
        if number is not None:
            signal.signal(number, signal.SIG_IGN)


def exit_code() -> int:
    """Return the exit code of a run that the signal received last has ended; 0 where there was none."""
    if not _received:
        return 0
    return 128 + (signal.SIGINT if _received[-1] == signal.SIGINT else signal.SIGTERM)


def exit_code_of(error: KeyboardInterrupt | Terminated) -> int:
    """Return the exit code of a run that ``error`` ended, also where Ctrl-C came before ``install`` was called."""
    return 128 + (signal.SIGTERM if isinstance(error, Terminated) else signal.SIGINT)


class Hold:
    """A context that holds signals: one that comes in between raises its exception at the end.

    A process that is started needs it: an exception in the middle would leave nobody to end it.
    """

    def __enter__(self) -> None:
        self._before = len(_received)
        _held.append(self)

    def __exit__(self, *_: object) -> None:
        _held.remove(self)
        if len(_received) > self._before:
            _raise(_received[-1])


def _handle(number: int, _frame: FrameType | None) -> None:
    _received.append(number)
    _raise(number)


def _raise(number: int) -> None:
    if not _held:
        raise KeyboardInterrupt if number == signal.SIGINT else Terminated


def _reraise_swallowed(unraisable: sys.UnraisableHookArgs) -> None:
    """Raise a signal again whose exception Python ignored, as it does in the callback of a weak reference."""
    if not isinstance(unraisable.exc_value, (KeyboardInterrupt, Terminated)):
        sys.__unraisablehook__(unraisable)
    elif _received and hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(_received[-1]))
        signal.setitimer(signal.ITIMER_REAL, _RERAISE_SECONDS)
