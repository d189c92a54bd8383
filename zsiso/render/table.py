"""A table on a terminal or in a pipe, and the only module that knows rich."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from rich.box import Box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from zsiso.render import columns, stdout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zsiso.models import VmInstance
    from zsiso.render.columns import Column, Fit

# A rule beneath the heads and nothing else, so that a line is a VM for grep and eye.
_RULE = Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
_ASCII_RULE = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
# Wider than any line: rich cuts what a pipe must get whole.
_UNBOUNDED = 1_000_000


@dataclass(frozen=True)
class Screen:
    """What a table is drawn for; ``width`` in cells, None where nothing may be cut."""

    width: int | None
    colour: bool
    encoding: str

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Screen:
        """Return the screen that stdout is, colours as NO_COLOR and FORCE_COLOR want them."""
        terminal = stdout.is_terminal()
        colour = bool(environ.get("FORCE_COLOR")) or (terminal and environ.get("TERM") != "dumb")
        return cls(
            width=shutil.get_terminal_size().columns if terminal else None,
            colour=colour and not environ.get("NO_COLOR"),
            encoding=stdout.encoding(),
        )

    @property
    def unicode(self) -> bool:
        """Whether the encoding has rules and an ellipsis."""
        return self.encoding.lower().replace("-", "").startswith("utf")

    def cell(self, text: str) -> str:
        """Return ``text`` as this screen's encoding can show it."""
        return text if self.unicode else text.encode(self.encoding, "backslashreplace").decode(self.encoding)


def show_vm_instances(vms: Sequence[VmInstance]) -> None:
    """Write a table of VM instances to stdout."""
    heads = [column for column, _ in columns.VM_COLUMNS]
    rows = [[cell(vm) for _, cell in columns.VM_COLUMNS] for vm in vms]
    show(heads, rows)


def show(heads: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Write a table to stdout; the cells are clean text (``columns.shown``)."""
    stdout.write_text(draw(heads, rows, Screen.of(os.environ)))


def draw(heads: Sequence[Column], rows: Sequence[Sequence[str]], screen: Screen) -> str:
    """Return a table as lines of text that fit ``screen``."""
    rows = [[screen.cell(cell) for cell in row] for row in rows]
    short = [[_shorten(column, cell) for column, cell in zip(heads, row, strict=True)] for row in rows]
    fit = columns.fit(heads, _widths(heads, rows), _widths(heads, short), screen.width or _UNBOUNDED)
    return _print(heads, short if fit.shortened else rows, fit, screen)


def _shorten(column: Column, cell: str) -> str:
    return column.shorten(cell) if column.shorten else cell


def _widths(heads: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(cell_len(cell) for cell in (column.head, *cells)) for column, *cells in zip(heads, *rows, strict=True)]


def _print(heads: Sequence[Column], rows: Sequence[Sequence[str]], fit: Fit, screen: Screen) -> str:
    table = Table(
        box=_RULE if screen.unicode else _ASCII_RULE,
        show_edge=False,
        pad_edge=False,
        header_style="",
        padding=(0, 1, 0, 0),
    )
    kept = [heads[at] for at in fit.places]
    for column, width in zip(kept, fit.widths, strict=True):
        table.add_column(
            Text(column.head, style="bold"),
            width=width,
            justify="right" if column.right else "left",
            no_wrap=True,
            overflow="crop",
        )
    for row in rows:
        cells = zip(kept, fit.places, fit.widths, strict=True)
        table.add_row(*(_styled(column, row[at], width, screen) for column, at, width in cells))
    buffer = StringIO()
    console = Console(
        file=buffer,
        width=_UNBOUNDED,
        height=100,
        force_terminal=screen.colour,
        color_system="standard" if screen.colour else None,
        no_color=not screen.colour,
        legacy_windows=False,
        _environ={},
    )
    console.print(table, crop=False, soft_wrap=True, end="")
    # rich fills each line up with spaces; a line ends where its text does.
    return "".join(line.rstrip(" ") + "\n" for line in buffer.getvalue().removesuffix("\n").split("\n"))


def _styled(column: Column, cell: str, width: int, screen: Screen) -> Text:
    style = column.style(cell) if column.style else None
    if cell_len(cell) > width:
        mark = "…" if screen.unicode else "..."
        cell = set_cell_size(cell, width - len(mark)).rstrip() + mark
    return Text(cell, style=style or "", end="")
