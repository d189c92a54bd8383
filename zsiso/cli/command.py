"""A command as Typer runs it, with help in groups: options that belong together stand together.

Typer itself groups options only with rich, which help does without. The group of an option is its
``rich_help_panel``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand

from zsiso.errors import UsageError
from zsiso.output import stdout

if TYPE_CHECKING:
    from zsiso.cli.parameters import Suggest

    Row = tuple[str, str]

_OTHER_OPTIONS = "Options"


# The parameters are Typer's own context and formatter, whose classes it does not export.
class Command(TyperCommand):
    """A command of zsiso."""

    suggesters: Mapping[str, Suggest] = {}
    """The functions that suggest values for completion, by the name of the parameter."""

    def list_parameters(self) -> list[Any]:
        """Return the arguments and options of the command, ``--help`` among them."""
        return list(self.get_params(self.make_context(self.name, [], resilient_parsing=True)))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401
        """Read the words behind the command.

        Raises:
            UsageError: the value of an option is empty.
        """
        values, _, _ = self.make_parser(ctx).parse_args(args=list(args))
        for parameter in self.get_params(ctx):
            value = values.get(parameter.name or "")
            if parameter.param_type_name == "option" and (value == "" or (isinstance(value, list) and "" in value)):
                raise UsageError(f"{parameter.opts[0]} is empty", hint="give it a value, or leave it out")
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the line about the usage."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{_paint_heading('Usage')}: ")

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the arguments, then each group of options, those without a group last."""
        groups: dict[str, list[Row]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                groups.setdefault(_group_of(parameter), []).append(record)
        others = groups.pop(_OTHER_OPTIONS, [])
        _write(formatter, [*groups.items(), (_OTHER_OPTIONS, others)])


def _paint_heading(text: str) -> str:
    return stdout.terminal(os.environ).paint(text, "bold")


def _group_of(parameter: Any) -> str:  # noqa: ANN401
    if parameter.param_type_name == "argument":
        return "Arguments"
    return getattr(parameter, "rich_help_panel", None) or _OTHER_OPTIONS


def _write(formatter: Any, groups: Iterable[tuple[str, list[Row]]]) -> None:  # noqa: ANN401
    for heading, rows in groups:
        if rows:
            with formatter.section(_paint_heading(heading)):
                formatter.write_dl(rows)
