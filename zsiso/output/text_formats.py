"""Lists as rows for other programs: CSV, TSV, JSON, JSON lines, UUIDs, names."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from zsiso import text
from zsiso.inventory.columns import ResourceSchema
from zsiso.inventory.record import Record
from zsiso.output import cells
from zsiso.output.column_store import ColumnBuffer
from zsiso.output.options import OutputFormat, OutputSettings

_TAB = "\t"
_LINE_BREAKS_TO_SPACES = str.maketrans("\r\n", "  ")


def cell_formatters(settings: OutputSettings, schema: ResourceSchema) -> list[Callable[[Sequence[Record]], list[Any]]]:
    """Return the functions that return what is kept of some records for a format, one function for each column."""
    if settings.output in {OutputFormat.CSV, OutputFormat.TSV}:
        return [cells.cell_formatter(name, schema, cells.FOR_PROGRAMS) for name in settings.column_names(schema)]
    if settings.output in {OutputFormat.UUID, OutputFormat.NAME}:
        read = schema.reader(settings.output.value)
        # A name that is missing is an empty line, so that each VM instance has a line; a UUID is left out.
        missing = "" if settings.output is OutputFormat.NAME else None
        return [
            lambda records: [
                missing if value is None else text.escape_hidden(text.format_value(value)) for value in read(records)
            ]
        ]
    return [lambda records: [record.text for record in records]]


def format_rows(buffer: ColumnBuffer, settings: OutputSettings, schema: ResourceSchema) -> Iterator[str]:
    """Yield as text what the ``cell_formatters`` have returned, many rows at a time."""
    return _FORMATS[settings.output](buffer, settings, schema)


def _format_json(buffer: ColumnBuffer, _settings: OutputSettings, _schema: ResourceSchema) -> Iterator[str]:
    yield '{"inventories":['
    separator = ""
    for (rows,) in buffer.sorted_batches():
        yield separator + ",".join(map(str, rows))
        separator = ","
    yield "]}\n"


def _format_jsonl(buffer: ColumnBuffer, _settings: OutputSettings, _schema: ResourceSchema) -> Iterator[str]:
    for (rows,) in buffer.sorted_batches():
        # In JSON, a line break is only between tokens; inside a string it is escaped.
        yield "".join([f"{str(row).translate(_LINE_BREAKS_TO_SPACES)}\n" for row in rows])


def _format_csv(buffer: ColumnBuffer, settings: OutputSettings, schema: ResourceSchema) -> Iterator[str]:
    for rows in _rows_with_header(buffer, settings, schema):
        lines = StringIO()
        csv.writer(lines, lineterminator="\n").writerows(rows)
        yield lines.getvalue()


def _format_tsv(buffer: ColumnBuffer, settings: OutputSettings, schema: ResourceSchema) -> Iterator[str]:
    for rows in _rows_with_header(buffer, settings, schema):
        # A clean cell has neither a tab nor a line break.
        yield "".join([f"{_TAB.join(row)}\n" for row in rows])


def _rows_with_header(
    buffer: ColumnBuffer, settings: OutputSettings, schema: ResourceSchema
) -> Iterator[Iterable[Sequence[str]]]:
    if settings.header:
        yield [settings.column_names(schema)]
    for columns in buffer.sorted_batches():
        yield zip(*columns, strict=True)


def _format_values(buffer: ColumnBuffer, settings: OutputSettings, _schema: ResourceSchema) -> Iterator[str]:
    end = "\0" if settings.print0 else "\n"
    for (values,) in buffer.sorted_batches():
        yield "".join([value + end for value in values if value is not None])


_FORMATS: dict[OutputFormat, Callable[[ColumnBuffer, OutputSettings, ResourceSchema], Iterator[str]]] = {
    OutputFormat.JSON: _format_json,
    OutputFormat.JSONL: _format_jsonl,
    OutputFormat.CSV: _format_csv,
    OutputFormat.TSV: _format_tsv,
    OutputFormat.UUID: _format_values,
    OutputFormat.NAME: _format_values,
}
