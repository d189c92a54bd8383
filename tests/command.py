"""Running the command as its users do: in a process of its own, with a clean environment."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.node import Node

PROGRAM = (sys.executable, "-m", "zsiso")
ISO = "3e5e142462c54736b1880b43d49edeba"
SESSION = "54ca471114824451b5b3e4cc22f9a927"
_LIMIT = 60
_SPAWN = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


@dataclass
class User:
    """Somebody with a home of their own and an environment with nothing else in it."""

    home: Path
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        measuring = {name: value for name, value in os.environ.items() if name.startswith("COV")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environ = {"HOME": str(self.home), "PATH": path, "LANG": "C.UTF-8", **measuring, **self.environ}

    @property
    def config(self) -> Path:
        return self.home / ".config" / "zsiso" / "config.toml"

    def writes_config(self, text: str, *, mode: int = 0o600) -> Path:
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(text, encoding="utf-8")
        self.config.chmod(mode)
        return self.config

    def has_profile(self, node: Node, more: str = "") -> Path:
        return self.writes_config(f'[profiles.test]\nurl = "{node.url}"\nsession = "{SESSION}"\n{more}')

    def runs(
        self,
        *arguments: str | bytes,
        env: Mapping[str, str] | None = None,
        stdin: str = "",
        cwd: Path | None = None,
        stdout: str | None = None,
    ) -> Result:
        """Run ``zsiso ARGUMENTS`` with its output in pipes, stdout in the file ``stdout`` if one is named."""
        with open(stdout, "wb") if stdout is not None else nullcontext(subprocess.PIPE) as out:  # noqa: PTH123
            done = subprocess.run(
                [*PROGRAM, *arguments],
                env={**self.environ, **(env or {})},
                input=stdin.encode(),
                stdout=out,
                stderr=subprocess.PIPE,
                cwd=cwd or self.home,
                timeout=_LIMIT,
                check=False,
            )
        return Result(done.returncode, (done.stdout or b"").decode(), done.stderr.decode())

    def runs_raw(self, *arguments: str) -> bytes:
        """Return stdout as bytes of a run that ends well and says nothing."""
        done = subprocess.run(
            [*PROGRAM, *arguments], env=self.environ, capture_output=True, cwd=self.home, timeout=_LIMIT, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout

    def starts(self, *arguments: str) -> subprocess.Popen[str]:
        """Start ``zsiso ARGUMENTS`` with its output in pipes."""
        return subprocess.Popen(
            [*PROGRAM, *arguments],
            env=self.environ,
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def sees(self, *arguments: str, columns: int = 80, env: Mapping[str, str] | None = None) -> Result:
        """Run ``zsiso ARGUMENTS`` with stdout and stderr each on a terminal of its own."""
        out, err = _Terminal(columns), _Terminal(columns)
        with subprocess.Popen(
            [*PROGRAM, *arguments],
            env={"TERM": "xterm", **self.environ, **(env or {})},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=out.slave,
            stderr=err.slave,
        ) as process:
            os.close(out.slave)
            os.close(err.slave)
            _read_until_closed([out, err])
            code = process.wait(_LIMIT)
        return Result(code, out.text(), err.text())

    @contextmanager
    def typing(self, *arguments: str, prompt: str) -> Iterator[Callable[[str], tuple[int, str]]]:
        """Run ``zsiso ARGUMENTS`` on a terminal of its own until ``prompt`` is there.

        Gives what types an answer, and returns the exit code and all that the terminal showed.
        """
        with subprocess.Popen(
            [sys.executable, "-c", _SPAWN, *PROGRAM, *arguments],
            env={"TERM": "xterm", **self.environ},
            cwd=self.home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            seen = b""
            while prompt.encode() not in seen and (data := os.read(process.stdout.fileno(), 4096)):
                seen += data

            def answer(typed: str) -> tuple[int, str]:
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(typed.encode())
                process.stdin.flush()
                rest = process.stdout.read()
                return process.wait(_LIMIT), (seen + rest).decode()

            yield answer

    def types(self, *arguments: str, prompt: str, typed: str) -> tuple[int, str]:
        """Run ``zsiso ARGUMENTS`` on a terminal, type when ``prompt`` is there, and return code and screen."""
        with self.typing(*arguments, prompt=prompt) as answer:
            return answer(typed)


class _Terminal:
    def __init__(self, columns: int) -> None:
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.shown = b""

    def text(self) -> str:
        return self.shown.decode().replace("\r\n", "\n")


def _read_until_closed(terminals: list[_Terminal]) -> None:
    waiting = {terminal.master: terminal for terminal in terminals}
    while waiting:
        for master in select.select(list(waiting), [], [], _LIMIT)[0]:
            try:
                data = os.read(master, 65536)
            except OSError:  # how Linux says that the other end is closed
                data = b""
            waiting[master].shown += data
            if not data:
                del waiting[master]
                os.close(master)
