"""A table looks as if drawn by rich, and fits every terminal."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO, TextIOWrapper
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from rich.box import Box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.helpers.json_values import instances
from tests.helpers.rendering import build_vm, draw_table, format_cells, render_table
from tests.helpers.runner import ISO
from zsiso import text
from zsiso.inventory.candidates import unique_candidates
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.record import Record
from zsiso.output import cells, layout
from zsiso.output.cells import CellStyle
from zsiso.output.display_width import cut_middle
from zsiso.output.layout import TableColumn
from zsiso.output.terminal import Terminal


def list_objects(content: object) -> list[dict[str, Any]]:
    """Return the objects of a list; an object where a list is expected counts as its only one."""
    return [element for element in (content if isinstance(content, list) else [content]) if isinstance(element, dict)]


def format_single_cell(record: Record, name: str, cell_style: CellStyle) -> str:
    """Return a cell in the simplest way: format each value, join them, escape the result."""
    items, _, item = name.rpartition(".")
    values: list[Any]
    if name == "ips":
        addresses = [
            element.get("ip")
            for nic in list_objects(record.fields.get("vmNics"))
            for element in (nic, *list_objects(nic.get("usedIps")))
        ]
        # Each address once, in order; two values are the same address if they are written alike.
        values = list({text.format_value(address): address for address in addresses if address is not None})
    elif name == "cdrom":
        values = [record.computed["cdrom"]]
    elif items:
        values = [element.get(item) for element in list_objects(record.fields.get(items))]
    else:
        values = [record.fields.get(name)]
    sized = cell_style.gib and name in VM_INSTANCES.sizes
    words = [
        text.format_bytes(value) if sized and text.is_number(value) else text.format_value(value)
        for value in values
        if value is not None
    ]
    return text.escape_hidden(cell_style.separator.join(words)) or cell_style.missing


@given(
    st.lists(instances, min_size=1, max_size=30),
    st.sampled_from(["name", "uuid", "state", "memorySize", "cdrom", "ips", "vmNics", "vmNics.uuid"]),
    st.sampled_from([cells.FOR_PEOPLE, cells.FOR_PROGRAMS]),
)
@example(
    [{"memorySize": value} for value in (1, True, 1.0, 0.0, -0.0, None, "1", 2**53, 2.0**53)],
    "memorySize",
    cells.FOR_PEOPLE,
)
@example(
    [{"memorySize": value} for value in (1, 1.0, 0.0, -0.0, None, "1", 2**53, 2.0**53)],
    "memorySize",
    cells.FOR_PROGRAMS,
)
@example(
    [{"vmNics": [{"ip": "10.0.0.2", "usedIps": [{"ip": "10.0.0.2"}, {"ip": "2001:db8::1"}]}, {"ip": "10.0.0.2"}]}],
    "ips",
    cells.FOR_PROGRAMS,
)
@example([{"name": value} for value in ("web-1", "", "a\x1b", "\u3164", "数据库")], "name", cells.FOR_PEOPLE)
def test_column_of_cells_equals_cells_formatted_one_by_one(
    vms: list[dict[str, Any]], name: str, cell_style: CellStyle
) -> None:
    records = list(unique_candidates([Record(vm, "") for vm in vms], ISO))
    column = cells.cell_formatter(name, VM_INSTANCES, cell_style)(records)
    assert column == [format_single_cell(record, name, cell_style) for record in records]


def draw_with_rich(heads: Sequence[TableColumn], rows: Sequence[Sequence[str]], screen: Terminal) -> str:
    """Draw a table with rich's Table."""
    rows = [[screen.cell(cell) for cell in row] for row in rows]
    short = [
        [head.shorten(cell) if head.shorten else cell for head, cell in zip(heads, row, strict=True)] for row in rows
    ]
    fit = layout.fit_columns(heads, measure_columns(heads, rows), measure_columns(heads, short), screen.width)
    box = (
        "    \n    \n ── \n    \n    \n    \n    \n    \n"
        if screen.unicode
        else "    \n    \n -- \n    \n    \n    \n    \n    \n"
    )
    table = Table(
        box=Box(box, ascii=not screen.unicode), show_edge=False, pad_edge=False, header_style="", padding=(0, 1, 0, 0)
    )
    for at, width in fit.kept:
        table.add_column(
            Text(truncate(heads[at].heading, width, screen), style="bold"),
            width=width,
            justify="right" if heads[at].align_right else "left",
            no_wrap=True,
            overflow="crop",
        )
    for row in short if fit.shortened else rows:
        table.add_row(*(style_cell(heads[at], row[at], width, screen) for at, width in fit.kept))
    return print_with_rich(table, screen)


def measure_columns(heads: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(cell_len(cell) for cell in (head.heading, *column)) for head, *column in zip(heads, *rows, strict=True)]


def style_cell(head: TableColumn, cell: str, width: int, screen: Terminal) -> Text:
    style = head.style(cell) if head.style else None
    return Text(truncate(cell, width, screen), style=style or "", end="")


def truncate(cell: str, width: int, screen: Terminal) -> str:
    if cell_len(cell) <= width:
        return cell
    return cut_middle(cell, width, "…" if screen.unicode else "...")


def print_with_rich(table: Table, screen: Terminal) -> str:
    file = TextIOWrapper(BytesIO(), screen.encoding, "backslashreplace", newline="")
    console = Console(
        file=file,
        width=1_000_000,
        height=100,
        force_terminal=screen.colour,
        color_system="standard" if screen.colour else None,
        no_color=not screen.colour,
        legacy_windows=False,
        _environ={},
    )
    console.print(table, crop=False, soft_wrap=True, end="")
    file.flush()
    lines = file.buffer.getvalue().decode(screen.encoding).removesuffix("\n").split("\n")
    return "".join(line.rstrip(" ") + "\n" for line in lines)


@given(
    st.lists(instances, min_size=1, max_size=5),
    st.none() | st.integers(20, 300),
    st.booleans(),
    st.sampled_from(["utf-8", "ascii", "latin-1"]),
    st.lists(st.sampled_from([*VM_INSTANCES.plain, *VM_INSTANCES.computed, "vmNics.ip"]), unique=True, min_size=1),
    st.booleans(),
)
def test_table_equals_the_table_drawn_by_rich(
    vms: list[dict[str, Any]], width: int | None, colour: bool, encoding: str, names: list[str], requested: bool
) -> None:
    shown = tuple(names) if requested else VM_INSTANCES.wide
    records = list(unique_candidates([Record(vm, "") for vm in vms], ISO))
    heads = layout.table_columns(shown, VM_INSTANCES, requested=requested)
    screen = Terminal(width, colour, encoding)
    assert render_table(records, shown, screen, requested=requested) == draw_with_rich(
        heads, format_cells(records, shown), screen
    )


names = st.text(st.characters(exclude_categories=()), max_size=80)
addresses = st.lists(st.fixed_dictionaries({"ip": st.ip_addresses().map(str)}), max_size=8)


@given(
    st.lists(
        st.builds(build_vm, st.just("f"), names, st.sampled_from(["Running", "Stopped"]), vmNics=addresses), max_size=5
    ),
    st.integers(32, 300),
)
def test_table_fits_any_terminal_and_keeps_uuids_whole(vms: list[Record], width: int) -> None:
    lines = draw_table(vms, width)
    assert len(lines) == 2 + len(vms)
    assert all(cell_len(line) <= width for line in lines)
    assert all("f" * 32 in line for line in lines[2:])
