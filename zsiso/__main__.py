"""Where a run of zsiso begins and ends; the only place that exits."""

from __future__ import annotations

# Nothing more up here: a signal while it loads could not be answered yet.
import sys

from zsiso import signals


def main() -> None:
    """Run the command line of this process and exit with its code."""
    try:
        code = _run()
    except (KeyboardInterrupt, signals.Terminated) as end:
        code = signals.exit_code_of(end)
    sys.exit(code)


def _run() -> int:
    signals.install()
    try:
        code = _run_without_gc()
    except Exception:  # noqa: BLE001 - the last resort, which says so
        # C code that imports makes an error of its own of what a signal raises.
        code = signals.exit_code() or _report_crash()
    signals.ignore()
    return code


def _run_without_gc() -> int:
    """Run without looking for cycles of garbage, of which a short run makes little: `zsiso mock` looks again."""
    import gc

    gc.disable()
    code = _dispatch()
    # Nor at the end, among all that was loaded: the process takes everything with it.
    gc.freeze()
    return code


def _dispatch() -> int:
    import os

    from zsiso import main

    if form := os.environ.pop("_ZSISO_COMPLETE", None):
        return main.complete(form, sys.argv[1:])
    return main.run(sys.argv[1:])


def _report_crash() -> int:
    import traceback

    from zsiso.errors import ExitCode
    from zsiso.output import stderr

    # Python's own traceback, which shows no local variables.
    stderr.write_lines(traceback.format_exc().splitlines())
    stderr.write_lines(["zsiso: this is a bug of zsiso's; please report it with the lines above"])
    return ExitCode.BUG


if __name__ == "__main__":
    main()
