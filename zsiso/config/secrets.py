"""Secrets, and where they are: in the configuration itself, in an environment variable, in a file.

No option takes a secret as its value: every user of the machine can read the list of processes.
Secrets that a command prints are in ``secret_command``.
"""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, NamedTuple

from zsiso.deadline import Awaited, Deadline
from zsiso.errors import ConfigError

_OTHERS_BITS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Secret:
    """A session UUID, a password or a key; ``repr`` and ``str`` do not show it.

    Only the code that authorises a request, or hides secrets in a message, calls ``reveal()``.
    """

    _value: str = field(repr=False)

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def __str__(self) -> str:
        return "***"


class InlineSecret(NamedTuple):
    """A secret written in the configuration itself, or the value of a variable that zsiso reads.

    Args:
        where: what a message calls it.
        secret: the secret.
        file: the configuration file that holds it, which only its owner may read; None for a variable.
    """

    where: str
    secret: Secret
    file: Path | None = None

    def __str__(self) -> str:
        return "written out"

    @property
    def identity(self) -> str:
        """What tells this source from others."""
        return str(self)

    @property
    def variable(self) -> str | None:
        """The variable that the configuration names for the secret: none."""
        return None

    @property
    def runs_command(self) -> bool:
        """Whether a command gives the secret."""
        return False

    @property
    def private_file(self) -> Path | None:
        """The file that holds the secret, which only its owner may read; None for a variable."""
        return self.file

    def read(self, environ: Mapping[str, str], deadline: Deadline) -> Secret:  # noqa: ARG002 - as every source
        """Return the secret.

        Raises:
            ConfigError: it is empty, or other users can read its file.
        """
        if self.file is not None:
            check_private_mode(self.where, self.file, _file_mode(self.where, self.file))
        return require_secret(self.where, self.secret.reveal())


@dataclass(frozen=True)
class VariableSecret:
    """A secret in an environment variable.

    Args:
        where: what a message calls it.
        variable: the name of the variable.
    """

    where: str
    variable: str

    runs_command: ClassVar[bool] = False
    private_file: ClassVar[Path | None] = None

    def __str__(self) -> str:
        return f"variable {self.variable}"

    @property
    def identity(self) -> str:
        """What tells this source from others."""
        return str(self)

    def read(self, environ: Mapping[str, str], deadline: Deadline) -> Secret:  # noqa: ARG002 - as every source
        """Return the secret.

        Raises:
            ConfigError: the variable is empty or not set.
        """
        return require_secret(f"{self.where}: the environment variable {self.variable}", environ.get(self.variable, ""))


@dataclass(frozen=True)
class FileSecret:
    """A secret in a file of its own, which only its owner may read.

    Args:
        where: what a message calls it.
        path: the file.
    """

    where: str
    path: Path

    variable: ClassVar[str | None] = None
    runs_command: ClassVar[bool] = False

    def __str__(self) -> str:
        return f"file {self.path}"

    @property
    def private_file(self) -> Path:
        """The file that holds the secret, which only its owner may read."""
        return self.path

    @property
    def identity(self) -> str:
        """What tells this source from others."""
        return str(self)

    def read(self, environ: Mapping[str, str], deadline: Deadline) -> Secret:  # noqa: ARG002 - as every source
        """Return the text of the file without one newline at its end.

        Raises:
            ConfigError: the file can't be read, is empty, or other users can read it.
            DeadlineExceededError: the deadline passed first: the file may be a named pipe.
        """
        hint = "if it is a named pipe, check that a program writes to it"
        return deadline.run(self._read, Awaited(f"the file {self.path}", hint, (f"secret: {self.where}",)))

    def _read(self) -> Secret:
        try:
            with self.path.open("rb") as file:
                check_private_mode(self.where, self.path, os.fstat(file.fileno()).st_mode)
                content = file.read().decode("utf-8-sig")
        except OSError as error:
            raise ConfigError(f"{self.where}: cannot read {self.path}: {error.strerror}") from error
        except UnicodeDecodeError:
            # Not "from error": the error holds the bytes.
            raise ConfigError(f"{self.where}: {self.path} is not UTF-8 text") from None
        return require_secret(f"{self.where}: the file {self.path}", strip_newline(content))


def decode_first_line(data: bytes) -> str:
    """Return the first line of what a program wrote, without a byte order mark; invalid UTF-8 becomes surrogates."""
    line = data.removeprefix(codecs.BOM_UTF8).partition(b"\n")[0].removesuffix(b"\r")
    return line.decode("utf-8", "surrogateescape")


def strip_newline(content: str) -> str:
    """Return ``content`` without the one newline that editors and ``echo`` put at its end."""
    return content.removesuffix("\n").removesuffix("\r") if content.endswith("\n") else content


def require_secret(label: str, value: str, *, problem: str = "is empty or not set") -> Secret:
    """Return ``value`` as a secret.

    Args:
        label: what a message calls the secret.
        value: the secret, or an empty string.
        problem: what the message says when it is empty.

    Raises:
        ConfigError: the value is empty.
    """
    if not value:
        raise ConfigError(
            f"{label} {problem}", hint="set it, or name another source of the secret in the configuration"
        )
    return Secret(value)


def check_private_mode(where: str, path: Path, mode: int) -> None:
    """Check that only the owner of a file with a secret can read it.

    Args:
        where: what a message calls the secret.
        path: the file.
        mode: the mode of the file, as ``os.stat`` gives it.

    Raises:
        ConfigError: others can read it.
    """
    if os.name == "posix" and mode & _OTHERS_BITS:
        import shlex

        raise ConfigError(
            f"{where}: other users can read the secret in {path} (mode {stat.S_IMODE(mode):04o})",
            hint=f"chmod 600 {shlex.quote(str(path))}",
        )


def check_file_mode(where: str, path: Path) -> None:
    """Check a file with a secret as ``check_private_mode``; what cannot be read, as a folder, counts as private.

    Args:
        where: what a message calls the secret.
        path: the file.

    Raises:
        ConfigError: others can read it.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    if not stat.S_ISDIR(mode):
        check_private_mode(where, path, mode)


def _file_mode(where: str, path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError as error:
        raise ConfigError(f"{where}: cannot read {path}: {error.strerror}") from error
