"""Render records in each format, without running the command."""

from __future__ import annotations

from collections.abc import Sequence

from tests.helpers.runner import ISO
from zsiso.answer import candidates
from zsiso.columns import VM_INSTANCES
from zsiso.models import Record
from zsiso.render import cells, layout, rows, table
from zsiso.render.screen import Screen
from zsiso.render.sheet import Sheet
from zsiso.view import View


def format_columns(records: Sequence[Record], names: Sequence[str]) -> list[list[str]]:
    """Return the cells of a table beneath each head, as people read them."""
    return [cells.teller(name, VM_INSTANCES, cells.TO_PEOPLE)(records) for name in names]


def format_cells(records: Sequence[Record], names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the rows of a table, as people read them."""
    return list(zip(*format_columns(records, names), strict=True))


def render_table(records: Sequence[Record], names: Sequence[str], screen: Screen, *, chosen: bool = False) -> str:
    """Return records as a table of the columns called ``names``."""
    heads = layout.columns(names, VM_INSTANCES, chosen=chosen)
    return "".join(table.draw(heads, Sheet(format_columns(records, names), range(len(records))), screen))


def render_text(records: Sequence[Record], view: View) -> str:
    """Return records in one of the formats for other programs."""
    columns = [tell(records) for tell in rows.tellers(view, VM_INSTANCES)]
    return "".join(rows.pieces(Sheet(columns, range(len(records))), view, VM_INSTANCES))


def build_vm(uuid: str, name: str, state: str, **more: object) -> Record:
    fields = {"uuid": uuid * 32, "name": name, "state": state, **more}
    return next(candidates([Record(fields, "")], ISO))


def draw_table(vms: Sequence[Record], width: int | None, *names: str, encoding: str = "utf-8") -> list[str]:
    shown = names or VM_INSTANCES.table
    return render_table(vms, shown, Screen(width, colour=False, encoding=encoding), chosen=bool(names)).splitlines()
