"""Real shells on a pseudo-terminal: half a line typed, Tab pressed, the screen read."""

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
"""How each shell is started, and how it reads its completion script."""


@dataclass
class Shell:
    """A shell in a terminal, and what the terminal shows."""

    process: Any
    screen: pyte.Screen
    stream: pyte.Stream

    def type_keys(self, keys: str) -> None:
        self.process.send(keys)

    def wait_for(self, *texts: str) -> str:
        """Return the screen's text once it shows every one of ``texts``; fail when it does not come to that."""
        while not all(text in self.text() for text in texts):
            try:
                self.stream.feed(self.process.read_nonblocking(4096, timeout=_LIMIT))
            except (pexpect.TIMEOUT, pexpect.EOF):
                pytest.fail(f"the screen never showed {texts}, but:\n{self.text()}")
        return self.text()

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def wait_until_idle(self) -> str:
        """Return the screen's text once the shell has run all that was typed."""
        self.type_keys("\x15")
        self.type_keys("printf '%s%s' all done\r")
        return self.wait_for("alldone")


@contextmanager
def open_shell(name: str, user: User, folder: Path) -> Iterator[Shell]:
    """Run a shell that has just read its completion script, with a clear screen."""
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
        running = Shell(process, screen, pyte.Stream(screen))
        word = _READY.replace("to", "'to'")
        running.type_keys(f"{setup.format(folder=folder)}\rclear; echo {word}\r")
        running.wait_for(_READY)
        yield running
    finally:
        process.close(force=True)
