"""Records as a table, on a terminal or in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import Box
from rich.cells import cell_len, set_cell_size
from rich.table import Table
from rich.text import Text

from zsiso.render import layout, stdout
from zsiso.render.screen import Screen, drawn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zsiso.columns import Listing
    from zsiso.models import Record
    from zsiso.render.layout import Column, Fit

# A rule beneath the heads and nothing else, so that a line is a record for grep and eye.
_RULE = Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
_ASCII_RULE = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
# Wider than any table.
_UNBOUNDED = 1_000_000


def show_records(
    records: Sequence[Record], names: Sequence[str], listing: Listing, environ: Mapping[str, str], *, chosen: bool
) -> None:
    """Write a table of the columns called ``names``; ``chosen`` as in ``layout.columns``."""
    heads = layout.columns(names, listing, chosen=chosen)
    show(heads, [[layout.cell(record, name, listing) for name in names] for record in records], environ)


def show(heads: Sequence[Column], rows: Sequence[Sequence[str]], environ: Mapping[str, str]) -> None:
    """Write a table to stdout; the cells are clean text (``layout.shown``)."""
    stdout.write_text(draw(heads, rows, Screen.of(environ)))


def draw(heads: Sequence[Column], rows: Sequence[Sequence[str]], screen: Screen) -> str:
    """Return a table as lines of text that fit ``screen``."""
    rows = [[screen.cell(cell) for cell in row] for row in rows]
    short = [[_shorten(column, cell) for column, cell in zip(heads, row, strict=True)] for row in rows]
    fit = layout.fit(heads, _widths(heads, rows), _widths(heads, short), screen.width or _UNBOUNDED)
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
    return drawn(table, screen)


def _styled(column: Column, cell: str, width: int, screen: Screen) -> Text:
    style = column.style(cell) if column.style else None
    if cell_len(cell) > width:
        mark = "…" if screen.unicode else "..."
        cell = set_cell_size(cell, width - len(mark)).rstrip() + mark
    return Text(cell, style=style or "", end="")
