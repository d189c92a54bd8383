"""Where a run of zsiso begins and ends; the only place that exits."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from zsiso.errors import ExitCode

if TYPE_CHECKING:
    from types import FrameType


class _Terminated(BaseException):
    """SIGTERM came; unwinds like Ctrl-C, so that what is half done is put away."""


def main() -> NoReturn:
    """Run the command line of this process and exit with its code."""
    sys.exit(_run())


def _run() -> int:
    try:
        signal.signal(signal.SIGTERM, _terminate)
        # Here, so that a signal while it loads ends as any other.
        from zsiso import cli

        if form := os.environ.pop("_ZSISO_COMPLETE", None):
            return cli.complete(form, sys.argv[1:])
        return int(cli.run(sys.argv[1:]))
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except _Terminated:
        return ExitCode.TERMINATED
    except Exception:  # noqa: BLE001 - the last resort, which says so
        return _bug()


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _Terminated


def _bug() -> int:
    import traceback

    if sys.stderr is not None:
        traceback.print_exc()
        sys.stderr.write("zsiso: this is a bug of zsiso's; please report it with the lines above\n")
    return ExitCode.BUG


if __name__ == "__main__":
    main()
