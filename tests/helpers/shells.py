"""Real shells on a pseudo-terminal: type part of a line, press Tab, read the screen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pexpect
import pyte
import pytest

from tests.helpers.runner import User

BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")
_LIMIT = 30
_COLUMNS, _LINES = 120, 40
_READY = "ready to type"

SHELLS = {
    "bash": ("bash --norc --noprofile", "source {folder}/zsiso.bash"),
    "bash with bash-completion": (
        "bash --norc --noprofile",
        f"source {BASH_COMPLETION}; d=~/.local/share/bash-completion/completions; mkdir -p $d; cp {{folder}}/zsiso.bash $d",
    ),
    "zsh by fpath": ("zsh -f", "fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -d ~/.zcompdump"),
    "zsh by source": ("zsh -f", "autoload -Uz compinit; compinit -u -d ~/.zcompdump; source {folder}/_zsiso"),
    "fish": (
        "fish --no-config",
        "set fish_complete_path ~/.config/fish/completions; mkdir -p ~/.config/fish/completions; cp {folder}/zsiso.fish $fish_complete_path",
    ),
}
"""The command that starts each shell, and the line that loads its completion script."""


@dataclass
class Shell:
    """A shell on a terminal, and the screen of the terminal."""

    process: Any
    screen: pyte.Screen
    stream: pyte.Stream

    def type_keys(self, keys: str) -> None:
        self.process.send(keys)

    def wait_for(self, *texts: str) -> str:
        """Return the text on the screen when it shows all of ``texts``; fail after 30 seconds without output."""
        while not all(text in self.text() for text in texts):
            try:
                self.stream.feed(self.process.read_nonblocking(4096, timeout=_LIMIT))
            except (pexpect.TIMEOUT, pexpect.EOF):
                pytest.fail(f"the screen never showed {texts}, but:\n{self.text()}")
        return self.text()

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def wait_until_idle(self) -> str:
        """Return the text on the screen after the shell has run everything typed."""
        self.type_keys("\x15")
        self.type_keys("printf '%s%s' all done\r")
        return self.wait_for("alldone")


@contextmanager
def open_shell(name: str, user: User, folder: Path) -> Iterator[Shell]:
    """Run a shell with its completion script loaded and a clear screen."""
    command, setup = SHELLS[name]
    program = command.split()[0]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    if "bash-completion" in name and not BASH_COMPLETION.exists():
        pytest.skip("bash-completion is not installed")
    screen = pyte.Screen(_COLUMNS, _LINES)
    process = pexpect.spawn(
        command,
        env={**user.environ, "TERM": "xterm", "PS1": "$ "},
        cwd=str(user.home),
        encoding="utf-8",
        dimensions=(_LINES, _COLUMNS),
        timeout=_LIMIT,
    )
    try:
        shell = Shell(process, screen, pyte.Stream(screen))
        word = _READY.replace("to", "'to'")
        shell.type_keys(f"{setup.format(folder=folder)}\rclear; echo {word}\r")
        shell.wait_for(_READY)
        yield shell
    finally:
        process.close(force=True)
