"""Records as each format shows them, without a process."""

from __future__ import annotations

from collections.abc import Sequence

from zsiso.columns import VM_INSTANCES
from zsiso.models import Record
from zsiso.render import cells, layout, rows, table
from zsiso.render.screen import Screen
from zsiso.view import View


def cells_of(records: Sequence[Record], names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the rows of a table, as people read them."""
    return list(cells.rows(names, VM_INSTANCES, cells.TO_PEOPLE)(records))


def as_table(records: Sequence[Record], names: Sequence[str], screen: Screen, *, chosen: bool = False) -> str:
    """Return records as a table of the columns called ``names``."""
    heads = layout.columns(names, VM_INSTANCES, chosen=chosen)
    return "".join(table.draw(heads, cells_of(records, names), screen))


def as_rows(records: Sequence[Record], view: View) -> str:
    """Return records in one of the formats for other programs."""
    return "".join(rows.pieces(rows.projection(view, VM_INSTANCES)(records), view, VM_INSTANCES))
