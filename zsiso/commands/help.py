"""``zsiso help``: the help of zsiso, or of a command."""

from __future__ import annotations

import os
from typing import Annotated, Optional

import typer

from zsiso.cli import suggestions
from zsiso.cli.parameters import Suggester


def help(  # noqa: A001 - the name of the command
    command: Annotated[
        Optional[str],
        typer.Argument(metavar="COMMAND", help="The command to show the help of.", show_default=False),
        Suggester(suggestions.suggest_commands),
    ] = None,
) -> None:
    """Show the help of zsiso, or of a command.

    \b
    zsiso help
    zsiso help candidates
    """
    from zsiso.cli.help import format_overview
    from zsiso.cli.registry import SUMMARIES, load_command
    from zsiso.cli.usage import unknown_command_error
    from zsiso.output import stdout

    if command is None:
        stdout.write_text(format_overview(stdout.width(os.environ), stdout.terminal(os.environ)))
    elif command in SUMMARIES:
        load_command(command).main(["--help"], prog_name=f"zsiso {command}", standalone_mode=False)
    else:
        raise unknown_command_error(command)
