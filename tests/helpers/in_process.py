"""Run the ``main`` function of zsiso in this process, as if in a new process."""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO
from unittest.mock import patch

import pytest

from zsiso import signals
from zsiso.__main__ import main

# Python reads these variables only at its start: a run in this process cannot apply them.
_READ_AT_STARTUP = ("PYTHON", "LC_", "TZ")


def run_main(
    arguments: Sequence[str], *, environ: Mapping[str, str], cwd: Path, stdin: bytes, stdout: IO[bytes]
) -> tuple[int, bytes]:
    """Run ``zsiso ARGUMENTS`` and return its exit code and its stderr.

    The state of the process is replaced during the run and restored after it: environment, working
    directory, arguments, standard streams, signal handlers, garbage collection, the folder of temporary files.
    A warning is an error, except for files that a run leaves open to the end of its process.

    Args:
        arguments: the words after ``zsiso``.
        environ: the whole environment.
        cwd: the working directory.
        stdin: what can be read from stdin.
        stdout: an open file for stdout.

    Raises:
        ValueError: ``environ`` has a variable that only a new process applies.
    """
    if misplaced := [name for name in environ if name.startswith(_READ_AT_STARTUP)]:
        raise ValueError(f"{misplaced} have an effect only in a new process: use User.run_process")
    with ExitStack() as stack:
        input_file = stack.enter_context(tempfile.TemporaryFile(buffering=0))
        input_file.write(stdin)
        input_file.seek(0)
        stderr = stack.enter_context(tempfile.TemporaryFile(buffering=0))
        replace = stack.enter_context(pytest.MonkeyPatch.context())
        for name, file, mode in (("stdin", input_file, "r"), ("stdout", stdout, "w"), ("stderr", stderr, "w")):
            stream = stack.enter_context(open(file.fileno(), mode, encoding="utf-8", closefd=False))
            replace.setattr(sys, name, stream)
            replace.setattr(sys, f"__{name}__", stream)
        replace.setattr(sys, "argv", ["zsiso", *arguments])
        replace.setattr(sys, "unraisablehook", sys.unraisablehook)
        replace.setattr(sys, "warnoptions", ["error"])
        replace.setattr(tempfile, "tempdir", None)
        replace.chdir(cwd)
        stack.enter_context(patch.dict(os.environ, environ, clear=True))
        stack.enter_context(_strict_warnings())
        stack.enter_context(_restored_signals())
        stack.enter_context(_restored_garbage_collection())
        _clear_caches()
        exit_code = _run_to_exit()
        stderr.seek(0)
        return exit_code, stderr.read()


def _run_to_exit() -> int:
    with pytest.raises(SystemExit) as end:
        main()
    if signals.exit_code():
        # Ctrl-C was pressed to stop the tests.
        raise KeyboardInterrupt
    assert isinstance(end.value.code, int)
    return int(end.value.code)


def _clear_caches() -> None:
    """Empty the caches of zsiso's functions: they are meant for one run."""
    for name, module in list(sys.modules.items()):
        if name.startswith("zsiso"):
            for value in vars(module).values():
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()


@contextmanager
def _strict_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ResourceWarning)
        yield


@contextmanager
def _restored_signals() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
    handlers = [signal.getsignal(number) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, handlers, strict=True):
            signal.signal(number, handler)


@contextmanager
def _restored_garbage_collection() -> Iterator[None]:
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()
