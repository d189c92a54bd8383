"""What a signal does to a run: it unwinds, so that what is half done is put away."""

from __future__ import annotations

# Nothing more up here: a signal while it loads could not be answered yet.
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

# Seconds until a run is struck again that did not feel it.
_RERAISE_SECONDS = 0.001

_received: list[int] = []


class Terminated(BaseException):
    """SIGTERM came; unwinds like Ctrl-C."""


def install() -> None:
    """Raise ``KeyboardInterrupt`` for Ctrl-C and ``Terminated`` for SIGTERM from now on."""
    signal.signal(signal.SIGTERM, _terminate)
    # Where it is ignored, as in a shell's background, it stays so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    sys.unraisablehook = _reraise_swallowed


def ignore() -> None:
    """Let no signal do anything from now on: all is done and told, and what is left is Python's own."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)


def exit_code() -> int:
    """Return the exit code of a run that a signal ended, 0 where none came: 128 and its number, as shells have it."""
    return 128 + _received[-1] if _received else 0


def exit_code_of(end: KeyboardInterrupt | Terminated) -> int:
    """Return the exit code of a run that ``end`` ended; a Ctrl-C may have come before anybody took note of it."""
    return 128 + (signal.SIGTERM if isinstance(end, Terminated) else signal.SIGINT)


def _interrupt(number: int, frame: FrameType | None) -> None:
    _received.append(number)
    signal.default_int_handler(number, frame)


def _terminate(number: int, _frame: FrameType | None) -> None:
    _received.append(number)
    raise Terminated


def _reraise_swallowed(unraisable: sys.UnraisableHookArgs) -> None:
    """Strike again: Python has swallowed what a signal raised, as in a weakref's callback; importing has many."""
    if not isinstance(unraisable.exc_value, (KeyboardInterrupt, Terminated)):
        sys.__unraisablehook__(unraisable)
    elif _received and hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(_received[-1]))
        signal.setitimer(signal.ITIMER_REAL, _RERAISE_SECONDS)
