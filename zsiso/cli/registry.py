"""Which commands there are, and how one is loaded.

A command is a function in a module of its own name in ``zsiso.commands``. The module is loaded
when more of the command is needed than its summary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zsiso.cli.command import Command

GROUPS = {
    "Ask": {
        "candidates": "List the VM instances that an ISO can be attached to.",
        "isos": "List the ISO images.",
    },
    "Set up": {
        "init": "Write a configuration to start from.",
        "profiles": "List the profiles in the configuration.",
        "doctor": "Check a profile step by step, with a cure for what is not well.",
        "login": "Log an account in and keep its session for the runs to come.",
        "logout": "End the kept session of an account, on the node and here.",
        "completion": "Print the script that teaches a shell to complete zsiso.",
    },
    "Try without a cloud": {
        "mock": "Run the embedded mock node on loopback until Ctrl-C.",
    },
}
"""The summary of each command by its name, in the groups of the help: the first line of its function's docstring."""

SUMMARIES = {name: line for commands in GROUPS.values() for name, line in commands.items()}
"""The same without the groups."""


def load_command(name: str) -> Command:
    """Return a command with its parameters, as Typer reads them from its function."""
    from importlib import import_module

    import typer

    from zsiso.cli.command import Command
    from zsiso.cli.parameters import expand_options, find_suggesters

    function = expand_options(getattr(import_module(f"zsiso.commands.{name}"), name))
    # rich_markup_mode: with it, help would load rich.
    app = typer.Typer(
        add_completion=False, rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]}
    )
    app.command(name, cls=Command)(function)
    command = typer.main.get_command(app)
    assert isinstance(command, Command)  # noqa: S101 - Typer makes what cls says
    command.suggesters = find_suggesters(function)
    return command
