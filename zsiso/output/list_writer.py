"""From records to what is written: a list of them in each format."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from zsiso.inventory.columns import Order, in_order
from zsiso.inventory.record import EVERYTHING, Needs
from zsiso.output import stdout
from zsiso.output.column_store import PIECE, Sheet
from zsiso.output.options import Output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from zsiso.inventory.columns import Listing
    from zsiso.inventory.record import Record
    from zsiso.output.options import View

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

    What is kept of a record until then is what is written of it, for there may be a great many.

    Raises:
        OutputError, ClosedPipeError: as ``stdout.write_pieces``.
    """
    if view.output in _TABLES:
        _show_table(records, view, listing, environ)
    elif view.output is Output.TREE:
        # Here and below: rich is loaded where something is drawn, and csv where rows are.
        from zsiso.output import tree

        tree.show(in_order(records, view.sort, listing), listing, environ)
    else:
        from zsiso.output import text_formats

        sheet = _sheet(records, text_formats.tellers(view, listing), view, listing)
        stdout.write_texts(text_formats.pieces(sheet, view, listing))


def _sheet(
    records: Iterable[Record], tellers: Sequence[Callable[[Sequence[Record]], list[Any]]], view: View, listing: Listing
) -> Sheet:
    """Return what each teller makes of the records, and the view's order; the node's own for JSON."""
    columns: list[list[Any]] = [[] for _ in tellers]
    order = Order(view.sort, listing) if view.output is not Output.JSON else None
    rest = iter(records)
    while some := list(islice(rest, PIECE)):
        for column, tell in zip(columns, tellers, strict=True):
            column.extend(tell(some))
        if order is not None:
            order.note(some)
    return Sheet(columns, order.places() if order is not None else range(len(columns[0])))


def _names(view: View, listing: Listing) -> tuple[str, ...]:
    return view.columns or (listing.wide if view.output is Output.WIDE else listing.table)


def _show_table(records: Iterable[Record], view: View, listing: Listing, environ: Mapping[str, str]) -> None:
    from zsiso.output import cells, layout, table

    names = _names(view, listing)
    tellers = [cells.teller(name, listing, cells.TO_PEOPLE) for name in names]
    sheet = _sheet(records, tellers, view, listing)
    if sheet.places:
        table.show(layout.columns(names, listing, chosen=view.columns is not None), sheet, environ)
