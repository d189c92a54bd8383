"""Pseudo-terminals on which the command runs."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_LIMIT = 60
# Starts a program on a new terminal, and connects the other end to stdin and stdout.
_SPAWN = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


def run_on_terminals(
    command: Sequence[str], *, environ: Mapping[str, str], cwd: Path, columns: int
) -> tuple[int, str, str]:
    """Run a command with stdout and stderr on one terminal each; return its exit code and both outputs."""
    out, err = _Terminal(columns), _Terminal(columns)
    with subprocess.Popen(
        command, env=environ, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out.slave, stderr=err.slave
    ) as process:
        os.close(out.slave)
        os.close(err.slave)
        _read_until_closed([out, err])
        code = process.wait(_LIMIT)
    return code, out.text(), err.text()


@contextmanager
def run_until_prompt(
    command: Sequence[str], *, environ: Mapping[str, str], cwd: Path, prompt: str
) -> Iterator[Callable[[str], tuple[int, str]]]:
    """Run a command on a new terminal until it shows ``prompt``.

    Gives a function that types keys, and returns the exit code and the whole output of the terminal.
    """
    with subprocess.Popen(
        [sys.executable, "-c", _SPAWN, *command],
        env=environ,
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        output = b""
        while prompt.encode() not in output and (data := os.read(process.stdout.fileno(), 4096)):
            output += data

        def type_keys(keys: str) -> tuple[int, str]:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(keys.encode())
            process.stdin.flush()
            rest = process.stdout.read()
            return process.wait(_LIMIT), (output + rest).decode()

        yield type_keys


class _Terminal:
    def __init__(self, columns: int) -> None:
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.output = b""

    def text(self) -> str:
        return self.output.decode().replace("\r\n", "\n")


def _read_until_closed(terminals: list[_Terminal]) -> None:
    waiting = {terminal.master: terminal for terminal in terminals}
    while waiting:
        for master in select.select(list(waiting), [], [], _LIMIT)[0]:
            try:
                data = os.read(master, 65536)
            except OSError:  # Linux: the other end is closed
                data = b""
            waiting[master].output += data
            if not data:
                del waiting[master]
                os.close(master)
