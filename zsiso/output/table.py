"""Records as a table, on a terminal or in a pipe.

Drawn line by line, and not by rich's Table, which measures and wraps each cell: a
hundred thousand rows take a second so, and minutes there. The lines are the same
(tests/test_fast_paths.py holds them against it); rich measures what is not ASCII, and
knows the colours.
"""

from __future__ import annotations

from functools import cache
from itertools import repeat
from typing import TYPE_CHECKING

from zsiso.output import layout, stdout
from zsiso.output.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import ModuleType

    from zsiso.output.column_store import ColumnBuffer
    from zsiso.output.layout import TableColumn


def write_table(heads: Sequence[TableColumn], sheet: ColumnBuffer, environ: Mapping[str, str]) -> None:
    """Write a table to stdout; the cells are clean text (``cells.cell_formatter``)."""
    screen = Terminal.of(environ)
    stdout.write_chunks(map(screen.encoded, draw_table(heads, sheet, screen)))


def draw_table(heads: Sequence[TableColumn], sheet: ColumnBuffer, screen: Terminal) -> Iterator[str]:
    """Give a table that fits ``screen``, some lines at a time: the heads, a rule beneath them, and a line a row."""
    full, short = _widths(heads, sheet, screen)
    fit = layout.fit_columns(heads, full, short, screen.width)
    pen = CellPainter(screen)
    yield _lines([[pen.head(heads[at], width)] for at, width in fit.kept])
    yield ("─" if screen.unicode else "-") * layout.total_width(fit.widths) + "\n"
    for some in map(screen.cells, sheet.in_order(fit.places)):
        yield _lines(
            [
                pen.column(heads[at], _shorten_column(heads[at], cells) if fit.shortened else cells, width)
                for cells, (at, width) in zip(some, fit.kept, strict=True)
            ]
        )


def _widths(heads: Sequence[TableColumn], sheet: ColumnBuffer, screen: Terminal) -> tuple[list[int], list[int]]:
    """Return how wide the columns are, in full and with their cells shortened."""
    full = [_width(head.head) for head in heads]
    short = list(full)
    # Not in their order, in which they lie all over the memory.
    for some in map(screen.cells, sheet.as_it_came()):
        full = list(map(max, full, map(_max_width, some)))
        if screen.width is not None:
            short = list(map(max, short, map(_max_width, map(_shorten_column, heads, some))))
    return full, short


def _shorten_column(head: TableColumn, column: Sequence[str]) -> Sequence[str]:
    return [head.shorten(cell) for cell in column] if head.shorten is not None else column


def _max_width(column: Sequence[str]) -> int:
    # Most columns are ASCII, whose characters are a cell each.
    return max(map(len if _are_ascii(column) else _width, column))


def _are_ascii(column: Sequence[str]) -> bool:
    return "".join(column).isascii()


def _width(cell: str) -> int:
    return len(cell) if cell.isascii() else int(_rich().cell_len(cell))


@cache
def _rich() -> ModuleType:
    # Where all is ASCII, and nothing cut, it is not worth loading.
    from rich import cells

    return cells


def _lines(columns: Sequence[Sequence[str]]) -> str:
    return "".join([f"{layout.COLUMN_GAP.join(row).rstrip(' ')}\n" for row in zip(*columns, strict=True)])


class CellPainter:
    """Writes cells as wide as their column, on one screen."""

    def __init__(self, screen: Terminal) -> None:
        self._colour = screen.colour
        self._mark = "…" if screen.unicode else "..."

    def head(self, head: TableColumn, width: int) -> str:
        """Return what stands above a column."""
        return self._cell(head, head.head, width, "bold")

    def column(self, head: TableColumn, cells: Sequence[str], width: int) -> list[str]:
        """Return the cells of a column."""
        if head.right:
            # To the right stands what is seen.
            cells = [cell.rstrip() for cell in cells]
        if head.style is not None and self._colour:
            # A column that has colours says few things, over and over.
            drawn = {cell: self._cell(head, cell, width, head.style(cell)) for cell in set(cells)}
            return [drawn[cell] for cell in cells]
        fill = str.rjust if head.right else str.ljust
        if _are_ascii(cells) and max(map(len, cells)) <= width:
            return list(map(fill, cells, repeat(width)))
        return [
            fill(cell, width) if cell.isascii() and len(cell) <= width else self._cell(head, cell, width, None)
            for cell in cells
        ]

    def _cell(self, head: TableColumn, cell: str, width: int, style: str | None) -> str:
        needed = _width(cell)
        if needed > width:
            cell = _rich().set_cell_size(cell, width - len(self._mark)).rstrip() + self._mark
            needed = _width(cell)
        fill = " " * (width - needed)
        padded = fill + cell if head.right else cell + fill
        return _styled(padded, style) if style is not None and self._colour else padded


def _styled(words: str, style: str) -> str:
    # Here and not above: most tables have no colours.
    from rich.color import ColorSystem
    from rich.style import Style

    return Style.parse(style).render(words, color_system=ColorSystem.STANDARD)
