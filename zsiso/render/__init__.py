"""What draws a result, and the only place that writes stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zsiso.render import stdout
from zsiso.view import Output

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zsiso.columns import Listing
    from zsiso.models import Record
    from zsiso.view import View


def show(records: Sequence[Record], view: View, listing: Listing, environ: Mapping[str, str]) -> None:
    """Write the records to stdout as ``view`` says; in their order.

    Raises:
        OutputError, ClosedPipeError: as ``stdout.write_pieces``.
    """
    if view.output in {Output.TABLE, Output.WIDE}:
        _show_table(records, view, listing, environ)
    elif view.output is Output.TREE:
        # Here and below: rich is loaded where something is drawn, and csv where rows are.
        from zsiso.render import tree

        tree.show(records, listing, environ)
    else:
        from zsiso.render.rows import rows

        stdout.write_text(rows(records, view, listing))


def _show_table(records: Sequence[Record], view: View, listing: Listing, environ: Mapping[str, str]) -> None:
    from zsiso.render import table

    if records:
        names = view.columns or (listing.wide if view.output is Output.WIDE else listing.table)
        table.show_records(records, names, listing, environ, chosen=view.columns is not None)
