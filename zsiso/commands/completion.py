"""``zsiso completion``: the script that makes a shell complete zsiso."""

from __future__ import annotations

from typing import Annotated

import typer

from zsiso.completion.shells import Shell


def completion(
    shell: Annotated[Shell, typer.Argument(metavar="bash|zsh|fish", help="The shell to print the script for.")],
) -> None:
    """Print the script that completes zsiso in a shell.

    \b
    zsiso completion bash > ~/.local/share/bash-completion/completions/zsiso
    zsiso completion zsh > ~/.zfunc/_zsiso
    zsiso completion fish > ~/.config/fish/completions/zsiso.fish
    """
    from zsiso.completion.shells import read_script
    from zsiso.output import stdout

    stdout.write_text(read_script(shell))
