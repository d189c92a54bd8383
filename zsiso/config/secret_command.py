"""Where a secret is that the configuration does not hold: in a variable, in a file, or with a command."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, Union

from zsiso import text
from zsiso.config.secrets import InlineSecret, Secret, check_private_mode, require_secret, strip_newline
from zsiso.deadline import Awaited
from zsiso.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zsiso.deadline import Deadline


@dataclass(frozen=True)
class VariableSecret:
    """A secret in an environment variable."""

    where: str
    name: str

    def __str__(self) -> str:
        return f"variable {self.name}"

    def read(self, environ: Mapping[str, str], deadline: Deadline) -> Secret:  # noqa: ARG002 - as every source
        """Return the secret; a ``ConfigError`` where the variable is empty or unset."""
        return require_secret(f"{self.where}: the environment variable {self.name}", environ.get(self.name, ""))


@dataclass(frozen=True)
class FileSecret:
    """A secret in a file of its own, which nobody else may read."""

    where: str
    path: Path

    def __str__(self) -> str:
        return f"file {self.path}"

    def read(self, environ: Mapping[str, str], deadline: Deadline) -> Secret:  # noqa: ARG002 - as every source
        """Return the file's text less one newline at its end.

        Raises:
            ConfigError: it can't be had, others can read it, or it is empty.
            UnreachableError: the deadline passed first: it may be a pipe.
        """
        return deadline.run(
            self._read,
            Awaited(
                f"the file {self.path}",
                "if it is a named pipe, check that a program writes to it",
                (f"secret: {self.where}",),
            ),
        )

    def _read(self) -> Secret:
        try:
            with self.path.open("rb") as file:
                check_private_mode(self.where, self.path, os.fstat(file.fileno()).st_mode)
                content = file.read().decode("utf-8")
        except OSError as error:
            raise ConfigError(f"{self.where}: cannot read {self.path}: {error.strerror}") from error
        except UnicodeDecodeError:
            # Not "from": the error holds the bytes.
            raise ConfigError(f"{self.where}: {self.path} is not UTF-8 text") from None
        return require_secret(f"{self.where}: the file {self.path}", strip_newline(content))


@dataclass(frozen=True)
class CommandSecret:
    """A secret that a command prints as its first line; ``words`` are run without a shell."""

    where: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"command {self.words[0]}"

    def read(self, environ: Mapping[str, str], deadline: Deadline) -> Secret:
        """Return the first line the command prints.

        Raises:
            ConfigError: it can't be run, it fails, or its first line is empty.
            UnreachableError: the deadline passed before it ended.
        """
        label = f"{self.where}: the command {text.quote(shlex.join(self.words))}"
        try:
            process = subprocess.Popen(  # noqa: S603 - the user's own command, from their configuration
                self.words,
                env=dict(environ),
                stdin=subprocess.DEVNULL,  # else it would eat what a pipe holds for somebody else
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Where a person sits, it may want to ask them, which no other session can.
                start_new_session=not _has_terminal(),
            )
        except (OSError, ValueError) as error:
            raise ConfigError(f"{label} cannot be run: {getattr(error, 'strerror', None) or error}") from error
        try:
            out, err = process.communicate(timeout=deadline.remaining())
        except BaseException as error:
            _kill(process)
            if isinstance(error, subprocess.TimeoutExpired):
                raise deadline.exceeded_error(self._awaited()) from None
            raise
        if process.returncode != 0:
            said = text.one_line_excerpt(err.decode("utf-8", "replace"))
            raise ConfigError(
                f"{label} failed with {_exit_description(process.returncode)}",
                details=(f"it said: {said}",) if said else (),
                hint="run it by hand to see what it needs",
            )
        first = out.decode("utf-8", "surrogateescape").partition("\n")[0].removesuffix("\r")
        return require_secret(label, first, what="printed nothing on its first line")

    def _awaited(self) -> Awaited:
        command = text.quote(shlex.join(self.words))
        hint = "run it by hand to see what it waits for, or allow more time with --timeout SECONDS"
        return Awaited(f"the command {command}", hint, (f"secret: {self.where}",))


SecretSource: TypeAlias = Union[InlineSecret, VariableSecret, FileSecret, CommandSecret]

SOURCE_KINDS = ("env", "file", "command")
"""The ways to say where a secret is."""


def parse_source(where: str, kind: str, place: str, folder: Path) -> SecretSource:
    """Return the source of a secret that is not written out.

    Args:
        where: what to call it in a message.
        kind: one of ``SOURCE_KINDS``.
        place: the variable's name, the file's path (``~`` works), or the command's words.
        folder: where a relative path starts.

    Raises:
        ValueError: no such kind, or no such place; the text goes on after ``where``.
    """
    if kind not in SOURCE_KINDS:
        raise ValueError(f"has no source called {text.quote(kind)}")
    if not place.strip():
        raise ValueError(f"names nothing after {kind}")
    if kind == "env":
        return VariableSecret(where, place)
    if kind == "file":
        # pathlib's expanduser raises where it knows no home.
        return FileSecret(where, folder / os.path.expanduser(place))  # noqa: PTH111
    try:
        return CommandSecret(where, tuple(shlex.split(place)))
    except ValueError as error:
        raise ValueError(f"can't be split into words: {error}") from None


def _has_terminal() -> bool:
    """Tell whether this process has a terminal at all, whatever its stdin and stdout are."""
    try:
        os.close(os.open(os.ctermid(), os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a command, and all that it has started where it has a session of its own."""
    process.kill()
    with suppress(ProcessLookupError):
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, signal.SIGKILL)


def _exit_description(code: int) -> str:
    return f"exit code {code}" if code > 0 else f"signal {-code}"
