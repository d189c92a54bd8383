"""What draws a result, and the only place that writes stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zsiso.render import stdout

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zsiso.columns import Listing
    from zsiso.models import Record
    from zsiso.view import View


def show(records: Sequence[Record], view: View, listing: Listing, environ: Mapping[str, str]) -> None:
    """Write the records to stdout as ``view`` says; in their order.

    Raises:
        OutputError, ClosedPipeError: as ``stdout.write_bytes``.
    """
    # Here and below: what is not of use to everybody who writes to stdout is loaded where it is.
    from zsiso.view import Output

    if view.output in {Output.TABLE, Output.WIDE}:
        _show_table(records, view, listing, environ)
    elif view.output is Output.TREE:
        from zsiso.render import tree

        tree.show(records, listing, environ)
    else:
        from zsiso.render.rows import rows

        stdout.write_text(rows(records, view, listing))


def _show_table(records: Sequence[Record], view: View, listing: Listing, environ: Mapping[str, str]) -> None:
    from zsiso.render import table
    from zsiso.view import Output

    if records:
        names = view.columns or (listing.wide if view.output is Output.WIDE else listing.table)
        table.show_records(records, names, listing, environ, chosen=view.columns is not None)
