"""Commands that are loaded when they are wanted: a list of commands needs a line of each, and no more."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand

from zsiso.help import GroupedCommand


class LazyCommand(TyperCommand):
    """A command by its name and its line.

    The rest is a function of that name, in a module of that name in ``zsiso.commands``.
    """

    def __init__(self, name: str, line: str, group: str) -> None:
        super().__init__(name, help=line, rich_help_panel=group)

    @cached_property
    def loaded(self) -> Any:  # noqa: ANN401 - Typer's own command, whose class it does not export
        """The command itself, with its options."""
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(cls=GroupedCommand)(getattr(import_module(f"zsiso.commands.{self.name}"), str(self.name)))
        return typer.main.get_command(app)

    def make_context(self, *arguments: Any, **settings: Any) -> Any:  # noqa: ANN401 - Typer's own context, the same
        """Return the context of a run, of help or of completion: that of the command itself."""
        return self.loaded.make_context(*arguments, **settings)
