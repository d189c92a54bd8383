"""A secret that a command prints, as ``pass show zstack`` does."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from zsiso import signals, text
from zsiso.config.command_output import MAX_OUTPUT_BYTES, collect_output
from zsiso.config.secrets import Secret, decode_first_line, require_secret
from zsiso.deadline import Awaited, Deadline
from zsiso.errors import ConfigError


@dataclass(frozen=True)
class CommandSecret:
    """A secret that a command prints as the first line of its output.

    Args:
        where: what a message calls it.
        words: the command and its arguments; no shell runs it.
    """

    where: str
    words: tuple[str, ...]

    variable: ClassVar[str | None] = None
    runs_command: ClassVar[bool] = True
    private_file: ClassVar[Path | None] = None

    def __str__(self) -> str:
        return f"command {self.words[0]}"

    @property
    def identity(self) -> str:
        """What tells this source from others: the whole command."""
        return f"command {shlex.join(self.words)}"

    def read(self, environ: Mapping[str, str], deadline: Deadline) -> Secret:
        """Run the command and return the first line of its output.

        Raises:
            ConfigError: the command can't be run, fails, or prints no first line.
            DeadlineExceededError: the command did not end before the deadline.
        """
        label = f"{self.where}: the command {text.quote(shlex.join(self.words))}"
        process: subprocess.Popen[bytes] | None = None
        try:
            # A signal in the middle would leave the command running.
            with signals.Hold():
                process = self._start(label, environ)
            output, errors = deadline.run(partial(collect_output, process), self._awaited())
        except BaseException:
            if process is not None:
                _kill(process)
            raise
        if process.returncode != 0:
            raise _failure(label, process.returncode, errors)
        return _read_output(label, output)

    def _start(self, label: str, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - the user's own command, from their configuration
                self.words,
                env=dict(environ),
                # The command must not consume the input of zsiso, as `login --password-stdin` has.
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # On a terminal the command may ask for a passphrase, which it can't in a new session.
                start_new_session=not _has_terminal(),
            )
        except FileNotFoundError as error:
            program = self.words[0]
            problem = "does not exist" if os.sep in program else "is not installed or not on PATH"
            raise ConfigError(
                f"{self.where}: `{program}` {problem}", hint="install it, or correct the command"
            ) from error
        except (OSError, ValueError) as error:
            raise ConfigError(f"{label} cannot be run: {getattr(error, 'strerror', None) or error}") from error

    def _awaited(self) -> Awaited:
        command = text.quote(shlex.join(self.words))
        hint = "run it yourself to see what it waits for, or allow more time with --timeout SECONDS"
        return Awaited(f"the command {command}", hint, (f"secret: {self.where}",))


def _read_output(label: str, output: bytes) -> Secret:
    """Return the first line of a command's output."""
    if len(output) == MAX_OUTPUT_BYTES and b"\n" not in output:
        raise ConfigError(f"{label} printed more than {MAX_OUTPUT_BYTES} bytes on its first line")
    return require_secret(label, decode_first_line(output), problem="printed nothing on its first line")


def _failure(label: str, code: int, errors: bytes) -> ConfigError:
    output = text.one_line_excerpt(errors.decode("utf-8", "replace"))
    return ConfigError(
        f"{label} failed with {f'exit code {code}' if code > 0 else f'signal {-code}'}",
        details=(f"stderr: {output}",) if output else (),
        hint="run it yourself to see what it needs",
    )


def _has_terminal() -> bool:
    """Tell whether the process has a controlling terminal, whatever its stdin and stdout are."""
    try:
        os.close(os.open(os.ctermid(), os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a command, and where it has a session of its own, every process that it started."""
    process.kill()
    with suppress(ProcessLookupError):
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, signal.SIGKILL)
