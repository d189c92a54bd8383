"""The entry and the exit of the process: signals, the crash report, the exit code."""

from __future__ import annotations

# No other import here: a signal that comes while it loads would not be handled yet.
import sys

from zsiso import signals


def main() -> None:
    """Run the command line of this process and exit with its code."""
    try:
        code = _run()
    except (KeyboardInterrupt, signals.Terminated) as error:
        code = signals.exit_code_of(error)
    sys.exit(code)


def _run() -> int:
    signals.install()
    try:
        _silence_warnings()
        code = _run_without_gc()
    except Exception:  # noqa: BLE001 - the last resort, which reports the crash
        # C code that imports a module may replace the exception of a signal by one of its own.
        code = signals.exit_code() or _report_crash()
    signals.ignore()
    return code


def _silence_warnings() -> None:
    """Hide the warnings of libraries, which are for developers, unless PYTHONWARNINGS or an option asks for them."""
    if not sys.warnoptions:
        import warnings

        warnings.simplefilter("ignore")


def _run_without_gc() -> int:
    """Run without the garbage collector, which a short run does not need; `zsiso mock` turns it on again."""
    import gc

    gc.disable()
    code = _dispatch()
    # Python would collect once more at exit: the memory is freed with the process anyway.
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

    from zsiso.errors import ZsisoError
    from zsiso.output import stderr

    # The traceback of Python itself shows no local variables, which may hold secrets.
    stderr.write_lines(traceback.format_exc().splitlines())
    error = ZsisoError("internal error: this is a bug in zsiso", hint="report it, with the lines above")
    stderr.write_error(error)
    return error.exit_code


if __name__ == "__main__":
    main()
