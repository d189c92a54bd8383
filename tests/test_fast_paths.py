"""What is fast gives what is plain: rows of large answers as json's, lines of a table as rich's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO, TextIOWrapper
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.box import Box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.command import ISO, User
from tests.node import Node
from tests.shown import as_table, cells_of
from zsiso import text
from zsiso.api import json_blocks
from zsiso.api.json_rows import InvalidJsonError, parse_body
from zsiso.inventory.candidates import unique_candidates
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.record import ALL_FIELDS, Projection, Record
from zsiso.inventory.sorting import SortOrder, natural_sort_key, natural_sort_keys
from zsiso.output import cells, layout
from zsiso.output.cells import CellStyle
from zsiso.output.layout import TableColumn
from zsiso.output.list_writer import required_projection
from zsiso.output.options import OutputFormat, OutputSettings
from zsiso.output.terminal import Terminal
from zsiso.transport.body import LARGE_BODY_BYTES, Body

# -- rows ---------------------------------------------------------------------

anything = st.text(st.characters(exclude_categories=()), max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=6,
)
nics = st.lists(st.dictionaries(st.sampled_from(["uuid", "ip", "mac"]), json_values), max_size=3)
instances = st.fixed_dictionaries(
    {},
    optional={
        "uuid": st.uuids().map(lambda uuid: uuid.hex) | json_values,
        "name": anything | json_values,
        "state": st.sampled_from(["Running", "Stopped"]) | json_values,
        "memorySize": st.integers(0, 2**45) | st.floats(0, 2**45) | json_values,
        "vmNics": nics | json_values,
        "vmCdRoms": st.lists(st.fixed_dictionaries({}, optional={"isoUuid": st.just(ISO)}), max_size=2) | json_values,
        "padding": st.integers(0, 3000).map(lambda size: "," * size + "]},{"),
    },
)
spaces = st.text(st.sampled_from(" \t\n\r"), max_size=2)
SHAPE = "it is JSON of another shape"
WANTED = Projection(frozenset({"uuid", "name", "state", "memorySize", "vmNics.ip", "vmCdRoms.isoUuid"}), texts=False)


def body_of(data: bytes) -> Body:
    body = Body()
    body.add(data)
    return body


def written(vms: Sequence[object], space: str, tail: str, *, ascii_only: bool) -> bytes:
    """Return an answer that is longer than some blocks, whatever its VM instances are."""
    texts = [json.dumps(vm, ensure_ascii=ascii_only) for vm in vms] or ["{}"]
    size = sum(map(len, texts)) + len(texts)
    texts *= 200_000 // size + 1
    rows = f"{space},{space}".join(texts)
    return f'{space}{{{space}"inventories"{space}:{space}[{rows}]{tail}}}'.encode("utf-8", "surrogatepass")


def fast(data: bytes, wanted: Projection) -> tuple[list[Record], dict[str, Any]] | str:
    """Return the rows and the rest of the document, or the flaw."""
    records: list[Record] = []
    given = json_blocks.read_blocks(body_of(data), wanted)
    try:
        while True:
            records += next(given)
    except StopIteration as end:
        return records, {**end.value.value, "inventories": None}
    except InvalidJsonError as flaw:
        return str(flaw)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(instances, max_size=6), spaces, st.booleans(), st.sampled_from(["", ',"total":3', ',"error":{"code":1}'])
)
def test_rows_are_json_s(vms: list[dict[str, Any]], space: str, ascii_only: bool, tail: str) -> None:
    data = written(vms, space, tail, ascii_only=ascii_only)
    plain = parse_body(data)
    whole = fast(data, ALL_FIELDS)
    if plain.flaw is not None:
        assert whole == plain.flaw
        assert fast(data, WANTED) == plain.flaw
        return
    assert not isinstance(whole, str)
    records, rest = whole
    assert [record.fields for record in records] == plain.document["inventories"]
    assert tuple(str(record.text) for record in records) == plain.texts
    assert rest == {**plain.document, "inventories": None}

    some = fast(data, WANTED)
    assert not isinstance(some, str)
    shown = [told(record) for record in unique_candidates(some[0], ISO)]
    assert shown == [
        told(record) for record in unique_candidates(map(Record, plain.document["inventories"], plain.texts), ISO)
    ]


def told(record: Record) -> tuple[str, ...]:
    names = ("name", "uuid", "state", "cdrom", "memorySize", "ips")
    (row,) = cells_of([record], names)
    return row


@settings(max_examples=150, deadline=None)
@given(st.data(), st.lists(instances, min_size=1, max_size=4))
def test_what_is_spoilt_has_one_verdict(data: st.DataObject, vms: list[dict[str, Any]]) -> None:
    spoilt = bytearray(written(vms, "", "", ascii_only=False))
    at = data.draw(st.integers(0, len(spoilt) - 1))
    spoilt[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    plain = parse_body(bytes(spoilt))
    result = fast(bytes(spoilt), WANTED)
    rows = plain.document.get("inventories") if isinstance(plain.document, dict) else None
    if plain.flaw is not None:
        # A row that is no object may stand before what is no JSON.
        assert result in {plain.flaw, SHAPE}
    elif isinstance(rows, list) and not all(isinstance(row, dict) for row in rows):
        assert result == SHAPE
    else:
        assert not isinstance(result, str)
        assert len(result[0]) == len(rows if isinstance(rows, list) else [])


@pytest.mark.parametrize(
    "row",
    [
        '{"uuid": 1e400}',
        '{"name": "\\ud800"}',
        '{"cpuNum": ' + "9" * 5000 + "}",
        '{"vmNics": [1, {"ip": 2}]}',
        '{"vmNics": {"ip": 2}}',
        '{"a": "' + "x" * 300_000 + '"}',
        '{"uuid": "a", "uuid": "b"}',
        '{"\\u0075uid": "a"}',
        '{"a": [' + "[" * 500 + "]" * 500 + "]}",
    ],
)
@pytest.mark.parametrize("needed", [ALL_FIELDS, WANTED], ids=["all", "some"])
def test_an_odd_row_among_many(row: str, needed: Projection) -> None:
    many = ",".join(['{"uuid": "c", "name": "' + "n" * 500 + '"}'] * 400)
    data = f'{{"inventories": [{many}, {row}, {many}]}}'.encode()
    plain = parse_body(data)
    assert plain.flaw is None
    result = fast(data, needed)
    assert not isinstance(result, str)
    assert len(result[0]) == len(plain.texts)
    assert told(result[0][400]) == told(Record(plain.document["inventories"][400], ""))


@pytest.mark.parametrize(
    "end",
    ["", "]", "]}]", "]}{}", ",]}", '], "inventories": []}', '], "x": NaN}', ", 1]}", ', {"a": Infinity}]}', "]\0}"],
)
def test_an_odd_end(end: str) -> None:
    many = ",".join(['{"uuid": "c", "name": "' + "n" * 500 + '"}'] * 400)
    data = f'{{"inventories": [{many}{end}'.encode()
    plain = parse_body(data)
    shape = [row for row in (plain.document or {}).get("inventories", ()) if not isinstance(row, dict)]
    assert fast(data, WANTED) == (SHAPE if shape else plain.flaw)


def test_memory_is_taken_for_what_is_looked_at_alone() -> None:
    assert required_projection(
        OutputSettings(OutputFormat.TABLE, ("name", "ips"), SortOrder("rootSize"), header=True, print0=False),
        VM_INSTANCES,
    ) == (Projection(frozenset({"uuid", "name", "vmNics.ip", "allVolumes.type", "allVolumes.size"}), texts=False))


@pytest.mark.parametrize(
    "shown",
    [
        ("--json",),
        ("--json", "--attachable"),
        *(("-o", form) for form in ("table", "wide", "tree", "jsonl", "csv", "tsv", "uuid", "name")),
        ("-o", "csv", "-c", "uuid,vmNics,vmNics.mac,rootSize", "--sort", "rootSize:desc"),
    ],
    ids=" ".join,
)
def test_a_large_answer_is_shown_like_a_small_one(user: User, node: Node, shown: tuple[str, ...]) -> None:
    rows = [
        {
            "uuid": f"{number:032x}",
            "name": f"vm-{number} 数据",
            "vmNics": [{"ip": f"10.0.0.{number}", "mac": "x"}] * (number % 3),
            "allVolumes": [{"type": "Root", "size": number * 2**30}],
            "vmCdRoms": [{}] * (number % 2),
        }
        for number in range(50)
    ]
    small = json.dumps({"inventories": rows}, ensure_ascii=False)
    # The same rows again and again: a VM instance that is listed twice is shown once, but in raw JSON.
    large = json.dumps({"inventories": rows * (LARGE_BODY_BYTES // len(small) + 2)}, ensure_ascii=False)
    assert len(large) > LARGE_BODY_BYTES
    user.has_profile(node)
    results = []
    for body in (small, large):
        node.answers(body)
        node.next_act()
        results.append(user.runs("candidates", ISO, "-q", *shown))
        assert (results[-1].code, results[-1].err) == (0, "")
    if shown == ("--json",):
        assert [result.out for result in results] == [small + "\n", large + "\n"]
    else:
        assert results[0].out == results[1].out


# -- cells --------------------------------------------------------------------


def one_by_one(record: Record, name: str, manner: CellStyle) -> str:
    """Return a cell the plain way: the values there are, each told and all of them cleaned."""
    items, _, item = name.rpartition(".")
    if name == "ips":
        items, item = "vmNics", "ip"
    if name == "cdrom":
        values = [record.computed["cdrom"]]
    elif items:
        held = record.fields.get(items)
        held = held if isinstance(held, list) else [held]
        values = [one.get(item) for one in held if isinstance(one, dict)]
    else:
        values = [record.fields.get(name)]
    sized = manner.gib and name in VM_INSTANCES.sizes
    words = [
        text.format_gib(value) if sized and text.is_number(value) else text.format_value(value)
        for value in values
        if value is not None
    ]
    return text.escape_hidden(manner.separator.join(words)) or manner.missing


@settings(deadline=None)
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
@example([{"name": value} for value in ("web-1", "", "a\x1b", "\u3164", "数据库")], "name", cells.FOR_PEOPLE)
def test_cells_of_many_are_those_of_each(vms: list[dict[str, Any]], name: str, manner: CellStyle) -> None:
    records = list(unique_candidates([Record(vm, "") for vm in vms], ISO))
    together = cells.cell_formatter(name, VM_INSTANCES, manner)(records)
    assert together == [one_by_one(record, name, manner) for record in records]


# Runs of digits of every length, as UUIDs and dates have them.
runs = st.integers(0, 10**40).map(str) | st.uuids().map(lambda uuid: uuid.hex)
names = st.text(st.sampled_from("ab \n0129\u0662ß"), max_size=12) | runs | anything


@given(st.lists(names, max_size=12))
@example(["web-" + "9" * 5000, "web-2", ""])
@example(["web-" + "1" * length for length in range(1, 100)])
def test_keys_of_many_are_those_of_each(some: list[str]) -> None:
    assert natural_sort_keys(some) == [natural_sort_key(name) for name in some]


# -- lines --------------------------------------------------------------------


def by_rich(heads: Sequence[TableColumn], rows: Sequence[Sequence[str]], screen: Terminal) -> str:
    """Draw a table the plain way, with rich's own Table."""
    rows = [[screen.cell(cell) for cell in row] for row in rows]
    short = [
        [head.shorten(cell) if head.shorten else cell for head, cell in zip(heads, row, strict=True)] for row in rows
    ]
    fit = layout.fit_columns(heads, widths(heads, rows), widths(heads, short), screen.width)
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
            Text(cut(heads[at].heading, width, screen), style="bold"),
            width=width,
            justify="right" if heads[at].align_right else "left",
            no_wrap=True,
            overflow="crop",
        )
    for row in short if fit.shortened else rows:
        table.add_row(*(styled(heads[at], row[at], width, screen) for at, width in fit.kept))
    return printed(table, screen)


def widths(heads: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(cell_len(cell) for cell in (head.heading, *column)) for head, *column in zip(heads, *rows, strict=True)]


def styled(head: TableColumn, cell: str, width: int, screen: Terminal) -> Text:
    style = head.style(cell) if head.style else None
    return Text(cut(cell, width, screen), style=style or "", end="")


def cut(cell: str, width: int, screen: Terminal) -> str:
    if cell_len(cell) <= width:
        return cell
    mark = "…" if screen.unicode else "..."
    return set_cell_size(cell, width - len(mark)).rstrip() + mark


def printed(table: Table, screen: Terminal) -> str:
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


@settings(deadline=None)
@given(
    st.lists(instances, min_size=1, max_size=5),
    st.none() | st.integers(20, 300),
    st.booleans(),
    st.sampled_from(["utf-8", "ascii", "latin-1"]),
    st.lists(st.sampled_from([*VM_INSTANCES.plain, *VM_INSTANCES.computed, "vmNics.ip"]), unique=True, min_size=1),
    st.booleans(),
)
def test_lines_are_rich_s(
    vms: list[dict[str, Any]], width: int | None, colour: bool, encoding: str, names: list[str], chosen: bool
) -> None:
    shown = tuple(names) if chosen else VM_INSTANCES.wide
    records = list(unique_candidates([Record(vm, "") for vm in vms], ISO))
    heads = layout.table_columns(shown, VM_INSTANCES, requested=chosen)
    screen = Terminal(width, colour, encoding)
    assert as_table(records, shown, screen, requested=chosen) == by_rich(heads, cells_of(records, shown), screen)
