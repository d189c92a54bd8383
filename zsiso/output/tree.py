"""Records in full, as trees: every field, and the items of every list."""

from __future__ import annotations

import re
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from zsiso import text
from zsiso.output import stdout
from zsiso.output.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zsiso.inventory.columns import ResourceSchema
    from zsiso.inventory.record import Record

# How a line beneath a root begins, as rich draws it in Unicode and in ASCII.
_CHILD_FIELDS = re.compile(r"[\s├│└]|\+-- |`-- |\|   ")
# Lists in lists that are drawn as branches, and the cells that their text has room in:
# rich leaves out what stands further to the right than the window.
_MAX_DEPTH = 2
_MIN_WIDTH = 40
# Wider than any line: rich wraps what a pipe must get whole.
_UNBOUNDED = 1_000_000


def write_tree(records: Iterable[Record], listing: ResourceSchema, environ: Mapping[str, str]) -> None:
    """Write a tree for each record to stdout."""
    stdout.write_text(draw_tree(records, listing, Terminal.of(environ)))


def draw_tree(records: Iterable[Record], listing: ResourceSchema, screen: Terminal) -> str:
    """Return a tree for each record as lines of text that fit ``screen``."""
    width = screen.width and max(screen.width, _MIN_WIDTH)
    return "".join(_render(_tree(record, listing, screen), screen, width) for record in records)


def _tree(record: Record, listing: ResourceSchema, screen: Terminal) -> Tree:
    tree = Tree(_root(record.name or record.uuid or text.MISSING, screen), guide_style="dim")
    for name, values in record.computed.items():
        tree.add(_text(f"{name}: {values}", screen))
    _add_fields(tree, record.fields, listing, screen)
    return tree


def _root(title: str, screen: Terminal) -> Text:
    # One line, and never like one beneath it: every other VM's is told from it by that. The
    # name stands whole among the fields.
    root = _text(text.quote(title) if _CHILD_FIELDS.match(title) else title, screen, style="bold")
    root.no_wrap, root.overflow = True, "ellipsis" if screen.unicode else "crop"
    return root


def _add_fields(
    tree: Tree, fields: Mapping[str, Any], listing: ResourceSchema, screen: Terminal, path: tuple[str, ...] = ()
) -> None:
    for name, value in fields.items():
        here = (*path, name)
        if len(path) < _MAX_DEPTH and isinstance(value, list) and all(isinstance(item, dict) for item in value):
            _add_list(tree, here, value, listing, screen)
        else:
            tree.add(_text(f"{name}: {_format_value('.'.join(here), value, listing)}", screen))


def _add_list(
    tree: Tree, path: tuple[str, ...], items: list[Mapping[str, Any]], listing: ResourceSchema, screen: Terminal
) -> None:
    branch = tree.add(_text(f"{path[-1]}: {len(items) or 'none'}", screen))
    for item in items:
        title = item.get("name") or item.get("ip") or item.get("uuid") or text.MISSING
        _add_fields(branch.add(_text(text.format_value(title), screen)), item, listing, screen, path)


def _format_value(path: str, value: Any, listing: ResourceSchema) -> str:  # noqa: ANN401 - it is whatever JSON holds
    return text.format_gib(value) if path in listing.sizes and text.is_number(value) else text.format_value(value)


def _text(words: str, screen: Terminal, style: str = "") -> Text:
    return Text(screen.cell(text.escape_hidden(words)), style=style)


def _render(tree: Tree, screen: Terminal, width: int | None) -> str:
    """Return what rich draws as lines of text, wrapped at ``width`` cells or not at all."""
    # rich draws guides in ASCII where the file's encoding has no others.
    file = TextIOWrapper(BytesIO(), screen.encoding, "backslashreplace", newline="")
    console = Console(
        file=file,
        width=width or _UNBOUNDED,
        height=100,
        force_terminal=screen.colour,
        color_system="standard" if screen.colour else None,
        no_color=not screen.colour,
        legacy_windows=False,
        _environ={},
    )
    console.print(tree, crop=False, soft_wrap=width is None, end="")
    # rich fills each line up with spaces; a line ends where its text does.
    file.flush()
    lines = file.buffer.getvalue().decode(screen.encoding).removesuffix("\n").split("\n")
    return "".join(line.rstrip(" ") + "\n" for line in lines)
