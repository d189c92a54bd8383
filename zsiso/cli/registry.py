"""The commands: options in, one run, nothing else.

Each is a function in a module of its own name, loaded when somebody wants more of it than
its line; and imports what it needs when it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from typer.core import TyperCommand

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
"""The commands as help groups them, each with its line: the first of its function's docstring."""

SUMMARIES = {name: line for commands in GROUPS.values() for name, line in commands.items()}
"""The same without the groups."""


def load_command(name: str) -> TyperCommand:
    """Return a command with its options, as Typer reads them from its function."""
    import inspect
    from importlib import import_module

    import typer

    from zsiso.cli.command_help import GroupedCommand

    function = getattr(import_module(f"zsiso.commands.{name}"), name)
    # Typer reads the annotations four times, and would evaluate their text each time.
    function.__annotations__ = inspect.get_annotations(function, eval_str=True)
    # rich_markup_mode: with it, help would load rich.
    app = typer.Typer(
        add_completion=False, rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]}
    )
    app.command(cls=GroupedCommand)(function)
    return cast("TyperCommand", typer.main.get_command(app))
