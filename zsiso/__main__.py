"""Where a run of zsiso begins and ends; the only place that exits."""

from __future__ import annotations

# Nothing more up here: a signal while it loads could not be answered yet.
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sys import UnraisableHookArgs


class _Terminated(BaseException):
    """SIGTERM came; unwinds like Ctrl-C, so that what is half done is put away."""


_came: list[type[BaseException]] = []


def main() -> None:
    """Run the command line of this process and exit with its code."""
    try:
        code = _run()
    except (KeyboardInterrupt, _Terminated) as end:
        from zsiso.errors import ExitCode

        code = ExitCode.INTERRUPTED if isinstance(end, KeyboardInterrupt) else ExitCode.TERMINATED
    sys.exit(code)


def _run() -> int:
    # Before the first import.
    sys.unraisablehook = _unraisable
    import signal

    signal.signal(signal.SIGTERM, _end)
    # Where nobody ignores it for us, as a shell does for what runs behind it.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
    try:
        code = _dispatch()
    except Exception:  # noqa: BLE001 - the last resort, which says so
        if _came:
            # It fell into the import of a module in C, which makes an error of its own of it.
            raise _came[0] from None
        code = _bug()
    # All is done and told; what is left is Python's own, which a signal would make it complain of.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(ending, signal.SIG_IGN)
    return code


def _dispatch() -> int:
    import os

    from zsiso import cli

    if form := os.environ.pop("_ZSISO_COMPLETE", None):
        return cli.complete(form, sys.argv[1:])
    return cli.run(sys.argv[1:])


def _end(number: int, _frame: object) -> None:
    import signal

    _came.append(_Terminated if number == signal.SIGTERM else KeyboardInterrupt)
    raise _came[-1]


def _unraisable(unraisable: UnraisableHookArgs) -> None:
    """See to what was raised where Python passes nothing on, as between two imports: an end comes again at once."""
    import signal

    end = type(unraisable.exc_value)
    if end not in {KeyboardInterrupt, _Terminated}:
        sys.__unraisablehook__(unraisable)
        return

    def come_again(_signal: int, _frame: object) -> None:
        raise end

    signal.signal(signal.SIGALRM, come_again)
    # Not from in here, where it would be lost too.
    signal.setitimer(signal.ITIMER_REAL, 0.001)


def _bug() -> int:
    import traceback

    from zsiso import stderr
    from zsiso.errors import ExitCode

    # Python's own traceback, which shows no local variables.
    stderr.write_lines(traceback.format_exc().splitlines())
    stderr.write_lines(["zsiso: this is a bug of zsiso's; please report it with the lines above"])
    return ExitCode.BUG


if __name__ == "__main__":
    main()
