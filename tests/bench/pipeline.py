"""Programs joined by pipes: the time of a run, and the peak memory of its largest process."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Linux counts resident memory in KiB, macOS in bytes.
_BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024


class PipelineError(Exception):
    """A program failed; the message has its exit code and its last error lines.

    Args:
        message: the message.
        failed_run: the measurements of the failed run.
    """

    def __init__(self, message: str, failed_run: Run) -> None:
        super().__init__(message)
        self.failed_run = failed_run


@dataclass(frozen=True)
class Pipeline:
    """Programs with arguments, joined by pipes, and their environment."""

    programs: tuple[tuple[str, ...], ...]
    environ: Mapping[str, str]

    @property
    def missing(self) -> list[str]:
        """The programs that are not installed."""
        return [name for name, *_ in self.programs if shutil.which(name, path=self.environ["PATH"]) is None]


@dataclass(frozen=True)
class Run:
    """One run: seconds, peak resident bytes of its largest process, bytes on stdout."""

    seconds: float
    peak: int
    output: int


def run(pipeline: Pipeline) -> Run:
    """Run a pipeline until all its processes have ended, and read its output through a pipe.

    Raises:
        PipelineError: a program ended with an exit code other than 0.
    """
    with TemporaryFile() as errors:
        begin = perf_counter()
        processes, output = _start(pipeline, errors)
        size = _drain(output)
        # A child process inherits the peak memory of its parent, so this module imports little.
        exits = [os.wait4(process, 0)[1:] for process in processes]
        seconds = perf_counter() - begin
        measured = Run(seconds, max(usage.ru_maxrss for _, usage in exits) * _BYTES_PER_UNIT, size)
        for program, (status, _) in zip(pipeline.programs, exits, strict=True):
            if code := os.waitstatus_to_exitcode(status):
                raise PipelineError(f"{Path(program[0]).name} ended with {code}{_last_lines(errors)}", measured)
    return measured


def _start(pipeline: Pipeline, errors: IO[bytes]) -> tuple[list[int], int]:
    source = os.open(os.devnull, os.O_RDONLY)
    processes = []
    for program in pipeline.programs:
        read, write = os.pipe()
        files = [
            (os.POSIX_SPAWN_DUP2, file, descriptor) for descriptor, file in enumerate((source, write, errors.fileno()))
        ]
        # Python ignores SIGPIPE, and child processes would inherit that.
        default_signals = (signal.SIGPIPE,)
        processes.append(
            os.posix_spawnp(program[0], program, pipeline.environ, file_actions=files, setsigdef=default_signals)
        )
        os.close(source)
        os.close(write)
        source = read
    return processes, source


def _drain(output: int) -> int:
    size = 0
    while read := len(os.read(output, 1 << 20)):
        size += read
    os.close(output)
    return size


def _last_lines(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    # The error and the hint of zsiso.
    return f": {' '.join(lines[-2:])}" if lines else ""
