"""``zsiso completion``: the script that teaches a shell to complete zsiso."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer


class Shell(str, Enum):
    """The shells there is a script for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(
    shell: Annotated[Shell, typer.Argument(metavar="bash|zsh|fish", help="The shell to print the script for.")],
) -> None:
    """Print the script that teaches a shell to complete zsiso.

    \b
    zsiso completion bash > ~/.local/share/bash-completion/completions/zsiso
    zsiso completion zsh > ~/.zfunc/_zsiso
    zsiso completion fish > ~/.config/fish/completions/zsiso.fish
    """
    from zsiso.completion.shells import SCRIPTS
    from zsiso.output import stdout

    stdout.write_text(SCRIPTS[shell.value])
