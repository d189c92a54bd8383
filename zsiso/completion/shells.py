"""The shells that zsiso has a completion script for; the scripts are data files beside this module.

A script runs zsiso with the environment variable ``_ZSISO_COMPLETE`` set, and reads the
suggestions from its stdout; ``zsiso.completion.completer`` has the protocol.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path


class Shell(str, Enum):
    """A shell, by the name that ``zsiso completion`` takes."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


_FILE_NAMES = {Shell.BASH: "zsiso.bash", Shell.ZSH: "_zsiso", Shell.FISH: "zsiso.fish"}


def read_script(shell: Shell) -> str:
    """Return the script that makes ``shell`` complete zsiso."""
    # Not importlib.resources, which loads tempfile and random: 9 ms.
    from pkgutil import get_data

    return (get_data("zsiso.completion", f"scripts/{_FILE_NAMES[shell]}") or b"").decode()


def write_scripts(folder: Path) -> None:
    """Write the script of each shell into ``folder``, under the name that the shell looks for."""
    for shell, name in _FILE_NAMES.items():
        (folder / name).write_text(read_script(shell), encoding="utf-8")
