"""Records as each format shows them, without a process."""

from __future__ import annotations

from collections.abc import Sequence

from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.record import Record
from zsiso.output import cells, layout, table, text_formats
from zsiso.output.column_store import ColumnBuffer
from zsiso.output.options import OutputSettings
from zsiso.output.terminal import Terminal


def columns_of(records: Sequence[Record], names: Sequence[str]) -> list[list[str]]:
    """Return the cells of a table beneath each head, as people read them."""
    return [cells.cell_formatter(name, VM_INSTANCES, cells.FOR_PEOPLE)(records) for name in names]


def cells_of(records: Sequence[Record], names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the rows of a table, as people read them."""
    return list(zip(*columns_of(records, names), strict=True))


def as_table(records: Sequence[Record], names: Sequence[str], screen: Terminal, *, requested: bool = False) -> str:
    """Return records as a table of the columns called ``names``."""
    heads = layout.table_columns(names, VM_INSTANCES, requested=requested)
    return "".join(table.draw_table(heads, ColumnBuffer(columns_of(records, names), range(len(records))), screen))


def as_rows(records: Sequence[Record], view: OutputSettings) -> str:
    """Return records in one of the formats for other programs."""
    columns = [tell(records) for tell in text_formats.cell_formatters(view, VM_INSTANCES)]
    return "".join(text_formats.format_rows(ColumnBuffer(columns, range(len(records))), view, VM_INSTANCES))
