"""Records in full, as trees: every field, and the items of every list."""

from __future__ import annotations

from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from zsiso import text
from zsiso.render import stdout
from zsiso.render.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zsiso.columns import Listing
    from zsiso.models import Record


# Wider than any line: rich wraps what a pipe must get whole.
_UNBOUNDED = 1_000_000


def show(records: Iterable[Record], listing: Listing, environ: Mapping[str, str]) -> None:
    """Write a tree for each record to stdout."""
    screen = Screen.of(environ)
    stdout.write_text("".join(_drawn(_tree(record, listing, screen), screen) for record in records))


def _tree(record: Record, listing: Listing, screen: Screen) -> Tree:
    tree = Tree(_text(record.name or record.uuid or text.MISSING, screen, style="bold"), guide_style="dim")
    for name, values in record.computed.items():
        tree.add(_text(f"{name}: {values}", screen))
    _grow(tree, record.fields, listing, screen)
    return tree


def _grow(tree: Tree, fields: Mapping[str, Any], listing: Listing, screen: Screen, path: str = "") -> None:
    for name, value in fields.items():
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            _grow_list(tree, name, value, listing, screen)
        else:
            tree.add(_text(f"{name}: {_said(f'{path}{name}', value, listing)}", screen))


def _grow_list(tree: Tree, name: str, items: list[Mapping[str, Any]], listing: Listing, screen: Screen) -> None:
    branch = tree.add(_text(f"{name}: {len(items) or 'none'}", screen))
    for item in items:
        title = item.get("name") or item.get("ip") or item.get("uuid") or text.MISSING
        _grow(branch.add(_text(text.plain(title), screen)), item, listing, screen, f"{name}.")


def _said(path: str, value: Any, listing: Listing) -> str:  # noqa: ANN401 - it is whatever JSON holds
    return text.gib(value) if path in listing.sizes and text.is_number(value) else text.plain(value)


def _text(words: str, screen: Screen, style: str = "") -> Text:
    return Text(screen.cell(text.clean(words)), style=style)


def _drawn(tree: Tree, screen: Screen) -> str:
    """Return what rich draws as lines of text, wrapped at the screen's width or not at all."""
    # rich draws guides in ASCII where the file's encoding has no others.
    file = TextIOWrapper(BytesIO(), screen.encoding, "backslashreplace", newline="")
    console = Console(
        file=file,
        width=screen.width or _UNBOUNDED,
        height=100,
        force_terminal=screen.colour,
        color_system="standard" if screen.colour else None,
        no_color=not screen.colour,
        legacy_windows=False,
        _environ={},
    )
    console.print(tree, crop=False, soft_wrap=screen.width is None, end="")
    # rich fills each line up with spaces; a line ends where its text does.
    file.flush()
    lines = file.buffer.getvalue().decode(screen.encoding).removesuffix("\n").split("\n")
    return "".join(line.rstrip(" ") + "\n" for line in lines)
