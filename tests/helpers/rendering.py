"""Render records in the output formats, without running the command."""

from __future__ import annotations

from collections.abc import Sequence

from tests.helpers.runner import ISO
from zsiso.inventory.candidates import unique_candidates
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.record import Record
from zsiso.output import cells, layout, table, text_formats
from zsiso.output.column_store import ColumnBuffer
from zsiso.output.options import OutputSettings
from zsiso.output.terminal import Terminal


def format_columns(records: Sequence[Record], names: Sequence[str]) -> list[list[str]]:
    """Return the cells of each column of a table."""
    return [cells.cell_formatter(name, VM_INSTANCES, cells.FOR_PEOPLE)(records) for name in names]


def format_cells(records: Sequence[Record], names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the cells of each row of a table."""
    return list(zip(*format_columns(records, names), strict=True))


def render_table(records: Sequence[Record], names: Sequence[str], screen: Terminal, *, requested: bool = False) -> str:
    """Return records as a table of the columns called ``names``."""
    heads = layout.table_columns(names, VM_INSTANCES, requested=requested)
    return "".join(table.draw_table(heads, ColumnBuffer(format_columns(records, names), range(len(records))), screen))


def render_text(records: Sequence[Record], view: OutputSettings) -> str:
    """Return records in one of the formats for other programs."""
    columns = [formatter(records) for formatter in text_formats.cell_formatters(view, VM_INSTANCES)]
    return "".join(text_formats.format_rows(ColumnBuffer(columns, range(len(records))), view, VM_INSTANCES))


def build_vm(uuid: str, name: str, state: str, **more: object) -> Record:
    fields = {"uuid": uuid * 32, "name": name, "state": state, **more}
    return next(unique_candidates([Record(fields, "")], ISO))


def draw_table(vms: Sequence[Record], width: int | None, *names: str, encoding: str = "utf-8") -> list[str]:
    shown = names or VM_INSTANCES.table
    return render_table(
        vms, shown, Terminal(width, colour=False, encoding=encoding), requested=bool(names)
    ).splitlines()
