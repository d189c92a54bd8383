"""One run of the soak test, in a separate process."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.helpers.runner import PROGRAM
from tests.soak.node import ObservedRun
from tests.soak.plan import PlannedSignal, StdoutTarget

# Longer than any run that obeys its time limit.
_MAX_SECONDS = 120.0


@dataclass(frozen=True)
class RunResult:
    """The result of a run.

    Args:
        code: the exit code; 128 + N after signal N, as in a shell.
        out: the bytes on stdout.
        err: the text on stderr.
        seconds_after_signal: the seconds from the signal to its end, None when it ended before the signal.
        seconds_late: the seconds from its deadline or the signal to its end, without those that it waited for a CPU.
    """

    code: int
    out: bytes
    err: str
    seconds_after_signal: float | None
    seconds_late: float


def run(arguments: Sequence[str], environ: Mapping[str, str], observed: ObservedRun) -> RunResult:
    """Run ``zsiso ARGUMENTS`` with the stdout and the signal of its plan."""
    plan = observed.plan
    started = time.monotonic()
    with (
        _open_stdout(plan.stdout_target) as stdout,
        subprocess.Popen(
            [*PROGRAM, *arguments], env=environ, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE
        ) as process,
    ):
        signal_sender = _SignalSender(process.pid, plan.planned_signal, observed)
        limit = threading.Timer(_MAX_SECONDS, process.kill)
        limit.start()
        # WNOWAIT keeps the ended process in /proc, and its PID reserved.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        ended, seconds_without_cpu = time.monotonic(), _seconds_without_cpu(process.pid)
        limit.cancel()
        signal_sender.cancel()
        # Both outputs fit into the buffer of a pipe.
        err = process.stderr.read() if process.stderr else b""
        out = process.stdout.read() if process.stdout else b""
    code = process.returncode
    seconds_after_signal = ended - signal_sender.sent_at if signal_sender.sent_at is not None else None
    seconds_late = (
        seconds_after_signal if seconds_after_signal is not None else ended - started - plan.timeout
    ) - seconds_without_cpu
    return RunResult(code if code >= 0 else 128 - code, out, err.decode(), seconds_after_signal, seconds_late)


@contextmanager
def _open_stdout(stdout_target: StdoutTarget) -> Iterator[int]:
    if stdout_target is StdoutTarget.PIPE:
        yield subprocess.PIPE
        return
    if stdout_target is StdoutTarget.FULL_DISK:
        descriptor = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, descriptor = os.pipe()
        os.close(reader)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class _SignalSender(threading.Thread):
    """Sends the planned signal to a process; ``sent_at`` is the time of it."""

    def __init__(self, pid: int, planned_signal: PlannedSignal | None, observed: ObservedRun) -> None:
        super().__init__()
        self._pid = pid
        self._planned_signal = planned_signal
        self._observed = observed
        self._cancelled = threading.Event()
        self.sent_at: float | None = None
        if planned_signal is not None:
            self.start()

    def run(self) -> None:
        assert self._planned_signal is not None
        if self._planned_signal.after_request:
            self._observed.first_request.wait(_MAX_SECONDS)
        if not self._cancelled.wait(self._planned_signal.seconds):
            self.sent_at = time.monotonic()
            os.kill(self._pid, self._planned_signal.signal)

    def cancel(self) -> None:
        """Send no signal any more."""
        self._cancelled.set()
        self._observed.first_request.set()
        if self._planned_signal is not None:
            self.join()


def _seconds_without_cpu(pid: int) -> float:
    """Return the seconds that a process waited for a CPU, 0 if the system does not report them."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    return 0.0
