"""Records in full, as trees: every field, and the items of every list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from io import BytesIO, TextIOWrapper
from typing import Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from zsiso import text
from zsiso.inventory.columns import ResourceSchema
from zsiso.inventory.record import Record
from zsiso.output import stdout
from zsiso.output.display_width import cut_middle
from zsiso.output.layout import cdrom_style
from zsiso.output.terminal import Terminal

# How a line below a root begins, as rich draws it in Unicode and in ASCII.
_BRANCH_START = re.compile(r"[\s├│└]|\+-- |`-- |\|   ")
# Lists in lists that are drawn as branches, and the smallest width that their text fits into:
# rich leaves out what is further to the right than the terminal is wide.
_MAX_DEPTH = 2
_MIN_WIDTH = 40
# Wider than any line: in a pipe, rich must not wrap.
_UNBOUNDED = 1_000_000


def write_tree(records: Iterable[Record], schema: ResourceSchema, environ: Mapping[str, str]) -> None:
    """Write a tree for each record to stdout."""
    stdout.write_text(draw_tree(records, schema, stdout.terminal(environ)))


def draw_tree(records: Iterable[Record], schema: ResourceSchema, terminal: Terminal) -> str:
    """Return a tree for each record as lines of text that fit ``terminal``."""
    width = terminal.width and max(terminal.width, _MIN_WIDTH)
    return "".join(_render(_build_tree(record, schema, terminal), terminal, width) for record in records)


def _build_tree(record: Record, schema: ResourceSchema, terminal: Terminal) -> Tree:
    tree = Tree(_root(record.name or record.uuid or text.MISSING, terminal), guide_style="dim")
    for name, value in record.computed.items():
        style = (cdrom_style(value) if name == "cdrom" else None) or ""
        tree.add(_text(f"{name}: ", terminal).append_text(_text(value, terminal, style)))
    _add_fields(tree, record.fields, schema, terminal)
    return tree


def _root(title: str, terminal: Terminal) -> Text:
    # One line, which never looks like one below a root: this separates the trees.
    # A name that is cut here is complete among the fields.
    line = terminal.cell(text.escape_hidden(text.quote(title) if _BRANCH_START.match(title) else title))
    if terminal.width is not None:
        line = cut_middle(line, max(terminal.width, _MIN_WIDTH), terminal.ellipsis)
    return Text(line, style="bold", no_wrap=True)


def _add_fields(
    tree: Tree, fields: Mapping[str, Any], schema: ResourceSchema, terminal: Terminal, parents: tuple[str, ...] = ()
) -> None:
    for name, value in fields.items():
        path = (*parents, name)
        if len(parents) < _MAX_DEPTH and isinstance(value, list) and all(isinstance(item, dict) for item in value):
            _add_list(tree, path, value, schema, terminal)
        else:
            tree.add(_text(f"{name}: {_format_value('.'.join(path), value, schema)}", terminal))


def _add_list(
    tree: Tree, path: tuple[str, ...], items: list[Mapping[str, Any]], schema: ResourceSchema, terminal: Terminal
) -> None:
    branch = tree.add(_text(f"{path[-1]}: {len(items) or 'none'}", terminal))
    for item in items:
        title = item.get("name") or item.get("ip") or item.get("uuid") or text.MISSING
        _add_fields(branch.add(_text(text.format_value(title), terminal)), item, schema, terminal, path)


def _format_value(path: str, value: Any, schema: ResourceSchema) -> str:  # noqa: ANN401 - whatever JSON holds
    return text.format_size(value) if path in schema.sizes else text.format_value(value)


def _text(value: str, terminal: Terminal, style: str = "") -> Text:
    return Text(terminal.cell(text.escape_hidden(value)), style=style)


def _render(tree: Tree, terminal: Terminal, width: int | None) -> str:
    """Return what rich draws as lines of text, wrapped at ``width`` cells or not at all."""
    # rich draws the guides in ASCII where the encoding of the file has no others.
    file = TextIOWrapper(BytesIO(), terminal.encoding, "backslashreplace", newline="")
    console = Console(
        file=file,
        width=width or _UNBOUNDED,
        height=100,
        force_terminal=terminal.colour,
        color_system="standard" if terminal.colour else None,
        no_color=not terminal.colour,
        legacy_windows=False,
        _environ={},
    )
    console.print(tree, crop=False, soft_wrap=width is None, end="")
    # rich fills each line up with spaces, which are removed.
    file.flush()
    lines = file.buffer.getvalue().decode(terminal.encoding).removesuffix("\n").split("\n")
    return "".join(line.rstrip(" ") + "\n" for line in lines)
