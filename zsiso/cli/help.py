"""The help of zsiso itself: the commands and the exit codes. It does without Typer, which loads slowly."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill, shorten

from zsiso.cli.registry import GROUPS
from zsiso.errors import ExitCode
from zsiso.output.terminal import Terminal

OPTIONS = {"-V, --version": "Show the version and exit.", "-h, --help": "Show this message and exit."}
"""The options of zsiso itself, each with its summary."""

_USAGE = "zsiso [OPTIONS] COMMAND [ARGS]...\n"
_SUMMARY = "Which VM instances of a ZStack cloud can this ISO be attached to?"
_EXAMPLES = """\
  zsiso candidates --mock
  zsiso candidates rescue-disk --attachable -o csv
"""
_EXIT_CODES = f"Exit codes: {'; '.join(f'{code.value} {code.meaning}' for code in ExitCode)}."
# Columns: the limits of Typer for the help of a command.
_MAX_WIDTH = 78
_MIN_WIDTH = 50


def format_overview(columns: int, terminal: Terminal) -> str:
    """Return the help of zsiso.

    Args:
        columns: the width to wrap at, on a terminal or not.
        terminal: what the help is written to; its headings are bold where that shows colours.
    """
    width = max(min(columns - 2, _MAX_WIDTH), _MIN_WIDTH)
    groups = {"Options": OPTIONS, **GROUPS}
    sections = (f"{_heading(name, terminal)}\n{_section(rows, width)}" for name, rows in groups.items())
    usage = f"{_heading('Usage', terminal)} {_USAGE}"
    return "\n".join((usage, _wrap(_SUMMARY, width), _EXAMPLES, *sections, _wrap(_EXIT_CODES, width)))


def _heading(text: str, terminal: Terminal) -> str:
    return f"{terminal.paint(text, 'bold')}:"


def _wrap(text: str, width: int) -> str:
    return fill(text, width, initial_indent="  ", subsequent_indent="  ") + "\n"


def _section(rows: Mapping[str, str], width: int) -> str:
    column = max(map(len, rows))
    lines = (
        fill(line, width, initial_indent=f"  {name:<{column}}  ", subsequent_indent=" " * (column + 4))
        for name, line in rows.items()
    )
    return "".join(f"{line}\n" for line in lines)


def shorten_line(line: str, room: int) -> str:
    """Return a line of at most ``room`` characters; three dots stand for words that are left out."""
    return shorten(line, room, placeholder="...")
