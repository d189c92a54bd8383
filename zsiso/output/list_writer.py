"""From records to what is written: a list of them in each format."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from zsiso.inventory.columns import Sorter, sort_records
from zsiso.inventory.record import ALL_FIELDS, Projection
from zsiso.output import stdout
from zsiso.output.column_store import ROWS_PER_BATCH, ColumnBuffer
from zsiso.output.options import OutputFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from zsiso.inventory.columns import ResourceSchema
    from zsiso.inventory.record import Record
    from zsiso.output.options import OutputSettings

_TABLES = frozenset({OutputFormat.TABLE, OutputFormat.WIDE})


def projection_of(view: OutputSettings, listing: ResourceSchema) -> Projection:
    """Return what of a record ``write_list`` looks at."""
    if view.output is OutputFormat.TREE:
        return ALL_FIELDS
    with_text = view.output in {OutputFormat.JSON, OutputFormat.JSONL}
    columns = {"name", "uuid", view.sort.column, *(() if with_text else _column_names(view, listing))}
    return Projection(listing.paths(columns), texts=with_text)


def write_list(
    records: Iterable[Record], view: OutputSettings, listing: ResourceSchema, environ: Mapping[str, str]
) -> None:
    """Write the records to stdout as ``view`` says, once all of them are there.

    What is kept of a record until then is what is written of it, for there may be a great many.

    Raises:
        OutputError, ClosedPipeError: as ``stdout.write_chunks``.
    """
    if view.output in _TABLES:
        _write_table(records, view, listing, environ)
    elif view.output is OutputFormat.TREE:
        # Here and below: rich is loaded where something is drawn, and csv where rows are.
        from zsiso.output import tree

        tree.write_tree(sort_records(records, view.sort, listing), listing, environ)
    else:
        from zsiso.output import text_formats

        sheet = _fill_buffer(records, text_formats.cell_formatters(view, listing), view, listing)
        stdout.write_texts(text_formats.format_rows(sheet, view, listing))


def _fill_buffer(
    records: Iterable[Record],
    tellers: Sequence[Callable[[Sequence[Record]], list[Any]]],
    view: OutputSettings,
    listing: ResourceSchema,
) -> ColumnBuffer:
    """Return what each teller makes of the records, and the view's order; the node's own for JSON."""
    columns: list[list[Any]] = [[] for _ in tellers]
    order = Sorter(view.sort, listing) if view.output is not OutputFormat.JSON else None
    rest = iter(records)
    while some := list(islice(rest, ROWS_PER_BATCH)):
        for column, tell in zip(columns, tellers, strict=True):
            column.extend(tell(some))
        if order is not None:
            order.note(some)
    return ColumnBuffer(columns, order.places() if order is not None else range(len(columns[0])))


def _column_names(view: OutputSettings, listing: ResourceSchema) -> tuple[str, ...]:
    return view.columns or (listing.wide if view.output is OutputFormat.WIDE else listing.table)


def _write_table(
    records: Iterable[Record], view: OutputSettings, listing: ResourceSchema, environ: Mapping[str, str]
) -> None:
    from zsiso.output import cells, layout, table

    names = _column_names(view, listing)
    tellers = [cells.cell_formatter(name, listing, cells.FOR_PEOPLE) for name in names]
    sheet = _fill_buffer(records, tellers, view, listing)
    if sheet.places:
        table.write_table(layout.table_columns(names, listing, chosen=view.columns is not None), sheet, environ)
