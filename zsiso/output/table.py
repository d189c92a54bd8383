"""Records as a table, on a terminal or in a pipe.

The table is drawn line by line and not by rich's Table, which measures and wraps each
cell: a hundred thousand rows take a second here, and minutes there. The lines are the
same as rich's, and a test compares them (tests/property/test_table_rendering.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat

from zsiso.output import layout, stdout
from zsiso.output.column_store import ColumnBuffer
from zsiso.output.display_width import cut_middle, display_width
from zsiso.output.layout import TableColumn, TableFit
from zsiso.output.terminal import Terminal


def write_table(columns: Sequence[TableColumn], buffer: ColumnBuffer, environ: Mapping[str, str]) -> tuple[int, ...]:
    """Write a table to stdout; its cells are clean text (``cells.cell_formatter``).

    Returns:
        The indexes of the columns that are left out, because the terminal is too narrow.
    """
    terminal = stdout.terminal(environ)
    fit = _fit_table(columns, buffer, terminal)
    stdout.write_texts(_draw_fit(columns, buffer, terminal, fit))
    return tuple(index for index in range(len(columns)) if index not in fit.indexes)


def draw_table(columns: Sequence[TableColumn], buffer: ColumnBuffer, terminal: Terminal) -> Iterator[str]:
    """Yield a table that fits ``terminal``, some lines at a time: the headings, a rule, and a line for each row."""
    return _draw_fit(columns, buffer, terminal, _fit_table(columns, buffer, terminal))


def _fit_table(columns: Sequence[TableColumn], buffer: ColumnBuffer, terminal: Terminal) -> TableFit:
    full, short = _column_widths(columns, buffer, terminal)
    return layout.fit_columns(columns, full, short, terminal.width)


def _draw_fit(columns: Sequence[TableColumn], buffer: ColumnBuffer, terminal: Terminal, fit: TableFit) -> Iterator[str]:
    painter = CellPainter(terminal)
    yield _lines([[painter.draw_heading(columns[index], width)] for index, width in fit.kept])
    yield ("─" if terminal.unicode else "-") * layout.total_width(fit.widths) + "\n"
    for batch in map(terminal.cells, buffer.sorted_batches(fit.indexes)):
        yield _lines(
            [
                painter.draw_cells(
                    columns[index], _shorten_cells(columns[index], cells) if fit.shortened else cells, width
                )
                for cells, (index, width) in zip(batch, fit.kept, strict=True)
            ]
        )


def _column_widths(
    columns: Sequence[TableColumn], buffer: ColumnBuffer, terminal: Terminal
) -> tuple[list[int], list[int]]:
    """Return how wide the columns are, in full and with their cells shortened."""
    full = [display_width(column.heading) for column in columns]
    short = list(full)
    # Not in the sorted order, which jumps about in memory and takes longer.
    for batch in map(terminal.cells, buffer.batches()):
        full = list(map(max, full, map(_max_width, batch)))
        if terminal.width is not None:
            short = list(map(max, short, map(_max_width, map(_shorten_cells, columns, batch))))
    return full, short


def _shorten_cells(column: TableColumn, cells: Sequence[str]) -> Sequence[str]:
    return [column.shorten(cell) for cell in cells] if column.shorten is not None else cells


def _max_width(cells: Sequence[str]) -> int:
    # Most columns are ASCII, where a character takes one cell.
    return max(map(len if _are_ascii(cells) else display_width, cells))


def _are_ascii(cells: Sequence[str]) -> bool:
    return "".join(cells).isascii()


def _lines(columns: Sequence[Sequence[str]]) -> str:
    return "".join([f"{layout.COLUMN_GAP.join(row).rstrip(' ')}\n" for row in zip(*columns, strict=True)])


class CellPainter:
    """Draws cells as wide as their column, for one terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def draw_heading(self, column: TableColumn, width: int) -> str:
        """Return the heading of a column, ``width`` cells wide."""
        return self._terminal.paint(self._fill(column, column.heading, width), "bold")

    def draw_cells(self, column: TableColumn, cells: Sequence[str], width: int) -> list[str]:
        """Return cells of a column, each ``width`` cells wide."""
        if column.align_right:
            # Blanks at the end would move the text away from the edge.
            cells = [cell.rstrip() for cell in cells]
        if column.style is not None and self._terminal.colour:
            # A column with colours has few values, each of them in many rows.
            painted = {cell: self._paint(cell, self._fill(column, cell, width), column.style) for cell in set(cells)}
            return [painted[cell] for cell in cells]
        pad = str.rjust if column.align_right else str.ljust
        if _are_ascii(cells) and max(map(len, cells)) <= width:
            return list(map(pad, cells, repeat(width)))
        return [
            pad(cell, width) if cell.isascii() and len(cell) <= width else self._fill(column, cell, width)
            for cell in cells
        ]

    def _paint(self, cell: str, filled: str, style_of: Callable[[str], str | None]) -> str:
        style = style_of(cell)
        return filled if style is None else self._terminal.paint(filled, style)

    def _fill(self, column: TableColumn, cell: str, width: int) -> str:
        """Return a cell cut to ``width`` or filled up to it."""
        taken = display_width(cell)
        if taken > width:
            cell = cut_middle(cell, width, self._terminal.ellipsis)
            taken = display_width(cell)
        blanks = " " * (width - taken)
        return blanks + cell if column.align_right else cell + blanks
