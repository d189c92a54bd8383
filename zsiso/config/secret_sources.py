"""The ways to say where a secret is."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, Union

from zsiso import text
from zsiso.config.paths import expand_path
from zsiso.config.secrets import FileSecret, InlineSecret, VariableSecret

if TYPE_CHECKING:
    from zsiso.config.secret_command import CommandSecret

SecretSource: TypeAlias = "Union[InlineSecret, VariableSecret, FileSecret, CommandSecret]"

SOURCE_KINDS = ("env", "file", "command")
"""The keys of a table that names the source of a secret."""


def parse_source(where: str, kind: str, value: str, folder: Path) -> SecretSource:
    """Return the source of a secret that is not written out.

    Args:
        where: what a message calls the secret.
        kind: one of ``SOURCE_KINDS``.
        value: the name of the variable, the path of the file (``~`` works), or the command.
        folder: where a relative path starts.

    Raises:
        ValueError: the kind or the value is wrong; the text goes on after ``where``.
    """
    if kind not in SOURCE_KINDS:
        raise ValueError(f"has an unknown source: {text.quote(kind)}")
    if not value.strip():
        raise ValueError(f"has an empty value for {kind}")
    if "\0" in value:
        raise ValueError(f"has a NUL character in the value for {kind}")
    if kind == "env":
        return VariableSecret(where, value)
    if kind == "file":
        return FileSecret(where, expand_path(value, folder))
    return _parse_command(where, value)


def _parse_command(where: str, command: str) -> CommandSecret:
    # Only here: it loads subprocess.
    from zsiso.config.secret_command import CommandSecret

    try:
        return CommandSecret(where, tuple(shlex.split(command)))
    except ValueError as error:
        raise ValueError(f"has an invalid command: {error}") from None
