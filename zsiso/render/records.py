"""From records to what is written: a list of them in each format."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from zsiso.columns import Order, in_order
from zsiso.models import EVERYTHING, Needs
from zsiso.render import stdout
from zsiso.view import Output

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zsiso.columns import Listing
    from zsiso.models import Record
    from zsiso.render.cells import Projection
    from zsiso.view import View

T = TypeVar("T")

# Records that are looked at at once.
_PIECE = 1000
_TABLES = frozenset({Output.TABLE, Output.WIDE})


def needs(view: View, listing: Listing) -> Needs:
    """Return what of a record ``show`` looks at."""
    if view.output is Output.TREE:
        return EVERYTHING
    with_text = view.output in {Output.JSON, Output.JSONL}
    columns = {"name", "uuid", view.sort.column, *(() if with_text else _names(view, listing))}
    return Needs(listing.paths(columns), texts=with_text)


def show(records: Iterable[Record], view: View, listing: Listing, environ: Mapping[str, str]) -> None:
    """Write the records to stdout as ``view`` says, once all of them are there.

    What is kept of a record until then is what its row says, for there may be a great many.

    Raises:
        OutputError, ClosedPipeError: as ``stdout.write_pieces``.
    """
    if view.output in _TABLES:
        _show_table(records, view, listing, environ)
    elif view.output is Output.TREE:
        # Here and below: rich is loaded where something is drawn, and csv where rows are.
        from zsiso.render import tree

        tree.show(in_order(records, view.sort, listing), listing, environ)
    else:
        from zsiso.render import rows

        made = _made(records, rows.projection(view, listing), view, listing)
        stdout.write_texts(rows.pieces(made, view, listing))


def _made(records: Iterable[Record], project: Projection[T], view: View, listing: Listing) -> list[T]:
    """Return the rows that a format makes of records, in the view's order."""
    if view.output is Output.JSON:
        return [row for some in _some(records) for row in project(some)]
    order = Order(view.sort, listing)
    return order.sorted(pair for some in _some(records) for pair in zip(order.keys(some), project(some), strict=True))


def _some(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Give the records, some at a time: what is done to many at once takes half the time."""
    rest = iter(records)
    while some := list(islice(rest, _PIECE)):
        yield some


def _names(view: View, listing: Listing) -> tuple[str, ...]:
    return view.columns or (listing.wide if view.output is Output.WIDE else listing.table)


def _show_table(records: Iterable[Record], view: View, listing: Listing, environ: Mapping[str, str]) -> None:
    from zsiso.render import cells, layout, table

    names = _names(view, listing)
    rows = _made(records, cells.rows(names, listing, cells.TO_PEOPLE), view, listing)
    if rows:
        table.show(layout.columns(names, listing, chosen=view.columns is not None), rows, environ)
