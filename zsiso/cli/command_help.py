"""Help of a command in groups: options that belong together stand together, in plain text.

Typer groups only with rich, which help does without; the group's name is the
``rich_help_panel`` of an option.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand

if TYPE_CHECKING:
    from collections.abc import Iterable

    Row = tuple[str, str]

# The parameters are Typer's own context and formatter, whose classes it does not export.
_OTHERS = "Options"


class GroupedCommand(TyperCommand):
    """A command whose help shows its options in groups."""

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the arguments, then each group of options, those without a group last."""
        groups: dict[str, list[Row]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                groups.setdefault(_group_of(parameter), []).append(record)
        others = groups.pop(_OTHERS, [])
        _write(formatter, [*groups.items(), (_OTHERS, others)])


def _group_of(parameter: Any) -> str:  # noqa: ANN401
    if parameter.param_type_name == "argument":
        return "Arguments"
    return getattr(parameter, "rich_help_panel", None) or _OTHERS


def _write(formatter: Any, groups: Iterable[tuple[str, list[Row]]]) -> None:  # noqa: ANN401
    for heading, rows in groups:
        if rows:
            with formatter.section(heading):
                formatter.write_dl(rows)
