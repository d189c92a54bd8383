"""``zsiso completion``: the script that makes a shell complete zsiso."""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import Annotated, Optional

import typer

from zsiso.completion.shells import Shell
from zsiso.errors import UsageError
from zsiso.text import quote


def completion(
    shell: Annotated[
        Optional[Shell],
        typer.Argument(
            metavar="bash|zsh|fish",
            help="The shell to print the script for. [default: that of the variable SHELL]",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print the script that completes zsiso in a shell.

    \b
    zsiso completion bash > ~/.local/share/bash-completion/completions/zsiso
    zsiso completion zsh > ~/.zfunc/_zsiso
    zsiso completion fish > ~/.config/fish/completions/zsiso.fish
    """
    from zsiso.completion.shells import read_script
    from zsiso.output import stdout

    stdout.write_text(read_script(shell or _login_shell()))


def _login_shell() -> Shell:
    """Return the shell that the variable SHELL names.

    Raises:
        UsageError: it names none that there is a script for.
    """
    path = os.environ.get("SHELL", "")
    try:
        return Shell(PurePath(path).name)
    except ValueError:
        problem = f"SHELL names none that zsiso has a script for: {quote(path)}" if path else "SHELL is not set"
        commands = ", ".join(f"`zsiso completion {shell.value}`" for shell in Shell)
        raise UsageError(f"the shell is missing, and {problem}", hint=f"run {commands}") from None
