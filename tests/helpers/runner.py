"""Run the command for a user with an own home folder and a clean environment."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.helpers import terminal
from tests.helpers.in_process import run_main
from tests.helpers.scripted_node import ScriptedNode

PROGRAM = (sys.executable, "-m", "zsiso")
"""The command line that starts zsiso in a separate process."""

ISO = "3e5e142462c54736b1880b43d49edeba"
SESSION = "54ca471114824451b5b3e4cc22f9a927"
_LIMIT = 60


@dataclass(frozen=True)
class Result:
    """The exit code, stdout and stderr of a run."""

    code: int
    out: str
    err: str


@dataclass
class User:
    """A user whose environment has only HOME, PATH and LANG, and the variables that a test adds."""

    home: Path
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        coverage = {name: value for name, value in os.environ.items() if name.startswith("COV")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environ = {"HOME": str(self.home), "PATH": path, "LANG": "C.UTF-8", **coverage, **self.environ}

    @property
    def config(self) -> Path:
        return self.home / ".config" / "zsiso" / "config.toml"

    def write_config(self, text: str, *, mode: int = 0o600) -> Path:
        """Write the configuration file and return its path."""
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(text, encoding="utf-8")
        self.config.chmod(mode)
        return self.config

    def write_profile(self, node: ScriptedNode, more: str = "") -> Path:
        """Write a configuration whose only profile, ``test``, has the node and ``SESSION``."""
        return self.write_config(f'[profiles.test]\nurl = "{node.url}"\nsession = "{SESSION}"\n{more}')

    # -- in this process --------------------------------------------------------

    def run(
        self,
        *arguments: str | bytes,
        env: Mapping[str, str] | None = None,
        stdin: str = "",
        cwd: Path | None = None,
        stdout: str | None = None,
    ) -> Result:
        """Run ``zsiso ARGUMENTS`` in this process.

        Args:
            arguments: the words after ``zsiso``.
            env: variables beside those of ``environ``.
            stdin: what can be read from stdin.
            cwd: the working directory, the home unless given.
            stdout: the path of a file to be stdout.
        """
        with _open_output(stdout) as out:
            code, err = run_main(
                [os.fsdecode(argument) for argument in arguments],
                environ={**self.environ, **(env or {})},
                cwd=cwd or self.home,
                stdin=stdin.encode(),
                stdout=out,
            )
            return Result(code, _read_from_start(out).decode() if stdout is None else "", err.decode())

    def run_for_bytes(self, *arguments: str) -> bytes:
        """Return the stdout of a run in this process; check that it succeeds and that stderr is empty."""
        with _open_output() as out:
            result = run_main(arguments, environ=self.environ, cwd=self.home, stdin=b"", stdout=out)
            assert result == (0, b"")
            return _read_from_start(out)

    # -- in a separate process ---------------------------------------------------

    def run_process(
        self,
        *arguments: str | bytes,
        env: Mapping[str, str] | None = None,
        stdin: str = "",
        cwd: Path | None = None,
        stdout: str | None = None,
    ) -> Result:
        """Run ``zsiso ARGUMENTS`` in a process with its output in pipes; the arguments are those of ``run``."""
        with open(stdout, "wb") if stdout is not None else nullcontext(subprocess.PIPE) as out:  # noqa: PTH123
            process = subprocess.run(
                [*PROGRAM, *arguments],
                env={**self.environ, **(env or {})},
                input=stdin.encode(),
                stdout=out,
                stderr=subprocess.PIPE,
                cwd=cwd or self.home,
                timeout=_LIMIT,
                check=False,
            )
        return Result(process.returncode, (process.stdout or b"").decode(), process.stderr.decode())

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start ``zsiso ARGUMENTS`` in a process with its output in pipes."""
        return subprocess.Popen(
            [*PROGRAM, *arguments],
            env=self.environ,
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start_without_terminal(self, *arguments: str) -> subprocess.Popen[str]:
        """Start ``zsiso ARGUMENTS`` in a process that has no terminal, as cron does."""
        return subprocess.Popen(
            [*PROGRAM, *arguments],
            env=self.environ,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )

    def run_in_bash(self, line: str) -> tuple[int, str]:
        """Return the exit code and stderr of a bash line in which ``zsiso`` is the command."""
        process = subprocess.run(
            ["bash", "-c", line.replace("zsiso", " ".join(PROGRAM))],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=_LIMIT,
            check=False,
        )
        return process.returncode, process.stderr

    # -- on a terminal --------------------------------------------------------

    def run_on_terminal(self, *arguments: str, columns: int = 80, env: Mapping[str, str] | None = None) -> Result:
        """Run ``zsiso ARGUMENTS`` with stdout and stderr on one terminal each."""
        environ = {"TERM": "xterm", **self.environ, **(env or {})}
        return Result(
            *terminal.run_on_terminals([*PROGRAM, *arguments], environ=environ, cwd=self.home, columns=columns)
        )

    @contextmanager
    def run_until_prompt(self, *arguments: str, prompt: str) -> Iterator[Callable[[str], tuple[int, str]]]:
        """Run ``zsiso ARGUMENTS`` on a terminal until it shows ``prompt``.

        Gives a function that types keys, and returns the exit code and the whole output of the terminal.
        """
        environ = {"TERM": "xterm", **self.environ}
        with terminal.run_until_prompt(
            [*PROGRAM, *arguments], environ=environ, cwd=self.home, prompt=prompt
        ) as type_keys:
            yield type_keys

    def answer_prompt(self, *arguments: str, prompt: str, keys: str) -> tuple[int, str]:
        """Run ``zsiso ARGUMENTS`` on a terminal, type ``keys`` at ``prompt``, and return exit code and screen."""
        with self.run_until_prompt(*arguments, prompt=prompt) as type_keys:
            return type_keys(keys)


def _open_output(path: str | None = None) -> IO[bytes]:
    if path is None:
        return tempfile.TemporaryFile(buffering=0)
    return open(path, "wb", buffering=0)  # noqa: PTH123 - the caller closes it


def _read_from_start(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()
