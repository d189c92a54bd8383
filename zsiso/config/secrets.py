"""Secrets: how they are held without being shown, and what a configuration that holds one has to be.

No option takes a secret's value, for the process list shows it to everybody; a
configuration holds one, or says where it is (``secret_command``).
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from zsiso.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zsiso.deadline import Deadline

_OTHERS_BITS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Secret:
    """A session UUID, a password or a key; its ``repr`` and ``str`` hide it.

    ``reveal()`` is called where a request is authorised and nowhere else.
    """

    _value: str = field(repr=False)

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def __str__(self) -> str:
        return "***"


class InlineSecret(NamedTuple):
    """A secret that stands in the configuration, or in the environment, itself.

    Args:
        where: what to call it in a message.
        secret: the secret.
        file: the file it stands in, which nobody else may read.
    """

    where: str
    secret: Secret
    file: Path | None = None

    def __str__(self) -> str:
        return "written out"

    def read(self, environ: Mapping[str, str], deadline: Deadline) -> Secret:  # noqa: ARG002 - as every source
        """Return the secret; a ``ConfigError`` where others can read its file."""
        if self.file is not None:
            check_private_mode(self.where, self.file, _file_mode(self.where, self.file))
        return require_secret(self.where, self.secret.reveal())


def strip_newline(content: str) -> str:
    """Return ``content`` less the one newline that editors and ``echo`` put at the end."""
    return content.removesuffix("\n").removesuffix("\r") if content.endswith("\n") else content


def require_secret(label: str, value: str, *, what: str = "is empty or not set") -> Secret:
    """Return a secret's value as one; a ``ConfigError`` where there is none."""
    if not value:
        raise ConfigError(f"{label} {what}", hint="put the secret there, or say in the configuration where it is")
    return Secret(value)


def _file_mode(where: str, path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError as error:
        raise ConfigError(f"{where}: cannot read {path}: {error.strerror}") from error


def check_private_mode(where: str, path: Path, mode: int) -> None:
    """Raise a ``ConfigError`` for a file with a secret whose mode lets others read it."""
    if os.name == "posix" and mode & _OTHERS_BITS:
        import shlex

        raise ConfigError(
            f"{where}: others can read the secret in {path} (mode {stat.S_IMODE(mode):04o})",
            hint=f"chmod 600 {shlex.quote(str(path))}",
        )
