"""Writes a list of records to stdout, in each format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from zsiso.inventory.columns import ResourceSchema
from zsiso.inventory.record import ALL_FIELDS, Projection, Record
from zsiso.inventory.sorting import Sorter, sort_records
from zsiso.output import stdout
from zsiso.output.column_store import ROWS_PER_BATCH, ColumnBuffer
from zsiso.output.options import OutputFormat, OutputSettings

_TABLES = frozenset({OutputFormat.TABLE, OutputFormat.WIDE})
_WITH_COLUMNS = _TABLES | {OutputFormat.CSV, OutputFormat.TSV}
_WITH_TEXTS = frozenset({OutputFormat.JSON, OutputFormat.JSONL})


def required_projection(settings: OutputSettings, schema: ResourceSchema) -> Projection:
    """Return what ``write_list`` reads of a record."""
    if settings.output is OutputFormat.TREE:
        return ALL_FIELDS
    shown = settings.column_names(schema) if settings.output in _WITH_COLUMNS else ()
    columns = {"name", "uuid", settings.sort.column, *shown}
    return Projection(schema.paths(columns), texts=settings.output in _WITH_TEXTS)


def write_list(
    records: Iterable[Record], settings: OutputSettings, schema: ResourceSchema, environ: Mapping[str, str]
) -> tuple[str, ...]:
    """Write the records to stdout once all of them have been read.

    Until then, what will be written of each is kept, and not the record: there may be a great many.

    Returns:
        The columns of a table that the terminal is too narrow for.

    Raises:
        OutputError, ClosedPipeError: as ``stdout.write_chunks``.
    """
    if settings.output in _TABLES:
        return _write_table(records, settings, schema, environ)
    if settings.output is OutputFormat.TREE:
        # Here and below: rich is loaded only for a tree, and csv only for rows.
        from zsiso.output import tree

        tree.write_tree(sort_records(records, settings.sort, schema), schema, environ)
    else:
        from zsiso.output import text_formats

        buffer = _fill_buffer(records, text_formats.cell_formatters(settings, schema), settings, schema)
        stdout.write_texts(text_formats.format_rows(buffer, settings, schema))
    return ()


def _fill_buffer(
    records: Iterable[Record],
    formatters: Sequence[Callable[[Sequence[Record]], list[Any]]],
    settings: OutputSettings,
    schema: ResourceSchema,
) -> ColumnBuffer:
    """Return what each formatter returns of the records, and their order: sorted, for JSON that of the response."""
    columns: list[list[Any]] = [[] for _ in formatters]
    sorter = Sorter(settings.sort, schema) if settings.output is not OutputFormat.JSON else None
    remaining = iter(records)
    while batch := list(islice(remaining, ROWS_PER_BATCH)):
        for column, format_cells in zip(columns, formatters, strict=True):
            column.extend(format_cells(batch))
        if sorter is not None:
            sorter.add(batch)
    return ColumnBuffer(columns, sorter.order() if sorter is not None else range(len(columns[0])))


def _write_table(
    records: Iterable[Record], settings: OutputSettings, schema: ResourceSchema, environ: Mapping[str, str]
) -> tuple[str, ...]:
    from zsiso.output import cells, layout, table

    names = settings.column_names(schema)
    formatters = [cells.cell_formatter(name, schema, cells.FOR_PEOPLE) for name in names]
    buffer = _fill_buffer(records, formatters, settings, schema)
    if not buffer.order:
        return ()
    requested, is_wide = settings.columns is not None, settings.output is OutputFormat.WIDE
    columns = layout.table_columns(names, schema, requested=requested, wide=is_wide)
    return tuple(names[index] for index in table.write_table(columns, buffer, environ))
