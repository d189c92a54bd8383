"""Programs joined by pipes and run once: how long it took, and how much memory the greatest of them held."""

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
_UNIT = 1 if sys.platform == "darwin" else 1024


class FailedError(Exception):
    """A program ended with another code than 0; says which, and the last that it said.

    Args:
        words: just that.
        taken: what the run took all the same.
    """

    def __init__(self, words: str, taken: Run) -> None:
        super().__init__(words)
        self.taken = taken


@dataclass(frozen=True)
class Pipeline:
    """Programs with their arguments, each one's stdout the next one's stdin, and their environment."""

    programs: tuple[tuple[str, ...], ...]
    environ: Mapping[str, str]

    @property
    def missing(self) -> list[str]:
        """The programs that are not installed."""
        return [name for name, *_ in self.programs if shutil.which(name, path=self.environ["PATH"]) is None]


@dataclass(frozen=True)
class Run:
    """What one run took: seconds, bytes resident at the most in one process, bytes written to stdout."""

    seconds: float
    peak: int
    output: int


def run(pipeline: Pipeline) -> Run:
    """Run a pipeline from its start to the end of its last process, its output read through a pipe.

    Raises:
        FailedError: a program ended with another code than 0.
    """
    with TemporaryFile() as errors:
        begin = perf_counter()
        processes, output = _start(pipeline, errors)
        size = _drain(output)
        # A process inherits the peak of the one that starts it: this one imports little.
        ended = [os.wait4(process, 0)[1:] for process in processes]
        seconds = perf_counter() - begin
        taken = Run(seconds, max(usage.ru_maxrss for _, usage in ended) * _UNIT, size)
        for program, (status, _) in zip(pipeline.programs, ended, strict=True):
            if code := os.waitstatus_to_exitcode(status):
                raise FailedError(f"{Path(program[0]).name} ended with {code}{_last_words(errors)}", taken)
    return taken


def _start(pipeline: Pipeline, errors: IO[bytes]) -> tuple[list[int], int]:
    source = os.open(os.devnull, os.O_RDONLY)
    processes = []
    for program in pipeline.programs:
        read, write = os.pipe()
        files = [(os.POSIX_SPAWN_DUP2, file, at) for at, file in enumerate((source, write, errors.fileno()))]
        # Python ignores SIGPIPE, and whom it starts would too.
        defaults = (signal.SIGPIPE,)
        processes.append(os.posix_spawnp(program[0], program, pipeline.environ, file_actions=files, setsigdef=defaults))
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


def _last_words(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    # An error of zsiso's, and its hint.
    return f": {' '.join(lines[-2:])}" if lines else ""
