"""Where a run of zsiso begins and ends; the only place that exits."""

from __future__ import annotations

# Nothing more up here: a signal while it loads could not be answered yet.
import sys


class _Terminated(BaseException):
    """SIGTERM came; unwinds like Ctrl-C, so that what is half done is put away."""


def main() -> None:
    """Run the command line of this process and exit with its code."""
    try:
        code = _run()
    except (KeyboardInterrupt, _Terminated) as end:
        from zsiso.errors import ExitCode

        code = ExitCode.INTERRUPTED if isinstance(end, KeyboardInterrupt) else ExitCode.TERMINATED
    sys.exit(code)


def _run() -> int:
    import signal

    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = _dispatch()
    except Exception:  # noqa: BLE001 - the last resort, which says so
        code = _bug()
    # All is done and told; what is left is Python's own, which a signal would make it complain of.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return code


def _dispatch() -> int:
    import os

    from zsiso import cli

    if form := os.environ.pop("_ZSISO_COMPLETE", None):
        return cli.complete(form, sys.argv[1:])
    return cli.run(sys.argv[1:])


def _terminate(_signal: int, _frame: object) -> None:
    raise _Terminated


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
