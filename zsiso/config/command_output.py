"""The output of a command, up to a limit, however long its pipes stay open."""

from __future__ import annotations

import os
import selectors
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

MAX_OUTPUT_BYTES = 64 * 1024
"""How much is kept of each of the command's outputs; the rest is read and dropped."""

# Seconds until it is checked again whether the command has ended: a process that it started may hold its pipes.
_CHECK_SECONDS = 0.02


def collect_output(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """Wait until a command has ended, and return the beginning of its stdout and of its stderr.

    A process that the command leaves behind may keep the pipes open; zsiso does not wait for it.

    Args:
        process: the command; both outputs are pipes.
    """
    kept = {pipe: bytearray() for pipe in (process.stdout, process.stderr) if pipe is not None}
    with selectors.DefaultSelector() as selector:
        for pipe in kept:
            os.set_blocking(pipe.fileno(), False)
            selector.register(pipe, selectors.EVENT_READ, pipe)
        while selector.get_map() and process.poll() is None:
            for key, _ in selector.select(_CHECK_SECONDS):
                if _read_once(key.data, kept[key.data]) == 0:
                    selector.unregister(key.data)
    process.wait()
    for pipe, output in kept.items():
        while len(output) < MAX_OUTPUT_BYTES and _read_once(pipe, output):
            pass
        pipe.close()
    stdout, stderr = kept.values()
    return bytes(stdout), bytes(stderr)


def _read_once(pipe: IO[bytes], output: bytearray) -> int | None:
    """Add what is in a pipe to ``output``, up to the limit; return its size, None where the pipe is empty."""
    try:
        data = os.read(pipe.fileno(), MAX_OUTPUT_BYTES)
    except BlockingIOError:
        return None
    output += data[: MAX_OUTPUT_BYTES - len(output)]
    return len(data)
