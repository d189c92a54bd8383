"""Which commands there are, and how one is loaded.

A command is a function in a module of its own name in ``zsiso.commands``. The module is loaded
when more of the command is needed than its summary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zsiso.cli.command import Command

GROUPS = {
    "List": {
        "candidates": "List the VM instances that an ISO can be attached to.",
        "isos": "List the ISO images.",
    },
    "Set up": {
        "init": "Create a configuration.",
        "profiles": "List the profiles in the configuration.",
        "doctor": "Check step by step whether a profile works.",
        "login": "Log in and save the session.",
        "logout": "Log out and delete the saved session.",
        "completion": "Print the script that completes zsiso in a shell.",
        "help": "Show the help of zsiso, or of a command.",
    },
    "Try without a cloud": {
        "mock": "Run the built-in mock node on loopback until Ctrl-C.",
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
    # color: whether headings are bold is decided by the command. rich_markup_mode: with it, help would load rich.
    context_settings = {"help_option_names": ["-h", "--help"], "color": True}
    app = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=context_settings)
    app.command(name, cls=Command)(function)
    command = typer.main.get_command(app)
    assert isinstance(command, Command)  # noqa: S101 - Typer makes what cls says
    command.suggesters = find_suggesters(function)
    return command
