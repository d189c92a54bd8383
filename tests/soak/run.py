"""One run of the soak, a process of its own."""

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
from tests.soak.node import Watched
from tests.soak.plan import Blow, Out

# Seconds; no run takes longer whose deadline holds.
_LIMIT = 120.0


@dataclass(frozen=True)
class Ended:
    """How a run ended.

    Args:
        code: its exit code, as a shell tells it.
        out: what it wrote.
        err: what it said.
        since_blow: the seconds since it was struck, None where it ended before.
        late: by how many seconds it outlived its deadline, or the signal, those aside that it waited for a CPU.
    """

    code: int
    out: bytes
    err: str
    since_blow: float | None
    late: float


def run(arguments: Sequence[str], environ: Mapping[str, str], watched: Watched) -> Ended:
    """Run ``zsiso ARGUMENTS`` as its plan says."""
    plan = watched.plan
    began = time.monotonic()
    with (
        _stdout(plan.out) as out,
        subprocess.Popen(
            [*PROGRAM, *arguments], env=environ, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE
        ) as process,
    ):
        blow = _Striker(process.pid, plan.blow, watched)
        limit = threading.Timer(_LIMIT, process.kill)
        limit.start()
        # Not taken away yet: it can still be asked how long it waited, and its number is nobody else's.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        ended, waited = time.monotonic(), _waited_for_a_cpu(process.pid)
        limit.cancel()
        blow.over()
        # Both are short enough for a pipe to hold.
        said = process.stderr.read() if process.stderr else b""
        written = process.stdout.read() if process.stdout else b""
    code = process.returncode
    since_blow = ended - blow.struck if blow.struck is not None else None
    late = (since_blow if since_blow is not None else ended - began - plan.timeout) - waited
    return Ended(code if code >= 0 else 128 - code, written, said.decode(), since_blow, late)


@contextmanager
def _stdout(out: Out) -> Iterator[int]:
    if out is Out.READ:
        yield subprocess.PIPE
        return
    if out is Out.FULL:
        target = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, target = os.pipe()
        os.close(reader)
    try:
        yield target
    finally:
        os.close(target)


class _Striker(threading.Thread):
    """Gives a process its blow; ``struck`` is when."""

    def __init__(self, pid: int, blow: Blow | None, watched: Watched) -> None:
        super().__init__()
        self._pid = pid
        self._blow = blow
        self._watched = watched
        self._over = threading.Event()
        self.struck: float | None = None
        if blow is not None:
            self.start()

    def run(self) -> None:
        assert self._blow is not None
        if self._blow.after_request:
            self._watched.began.wait(_LIMIT)
        if not self._over.wait(self._blow.seconds):
            self.struck = time.monotonic()
            os.kill(self._pid, self._blow.signal)

    def over(self) -> None:
        """Strike no more."""
        self._over.set()
        self._watched.began.set()
        if self._blow is not None:
            self.join()


def _waited_for_a_cpu(pid: int) -> float:
    """Return the seconds for which a process could have run and had no CPU, 0 where the system does not tell."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    return 0.0
