"""Records in full, as trees: every field, and the items of every list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text
from rich.tree import Tree

from zsiso import text
from zsiso.render import stdout
from zsiso.render.screen import Screen, drawn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zsiso.columns import Listing
    from zsiso.models import Record


def show(records: Iterable[Record], listing: Listing, environ: Mapping[str, str]) -> None:
    """Write a tree for each record to stdout."""
    screen = Screen.of(environ)
    stdout.write_text("".join(drawn(_tree(record, listing, screen), screen, width=screen.width) for record in records))


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
