"""Lists as rows for other programs: CSV, TSV, JSON, JSON lines, UUIDs, names."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

from zsiso import text
from zsiso.output import cells
from zsiso.output.options import OutputFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from zsiso.inventory.columns import ResourceSchema
    from zsiso.inventory.record import Record
    from zsiso.output.column_store import ColumnBuffer
    from zsiso.output.options import OutputSettings

_TAB = "\t"
_SPACES = str.maketrans("\r\n", "  ")


def cell_formatters(view: OutputSettings, listing: ResourceSchema) -> list[Callable[[Sequence[Record]], list[Any]]]:
    """Return what makes of some records what is kept of them for the view's format, a column each."""
    if view.output in {OutputFormat.CSV, OutputFormat.TSV}:
        return [cells.cell_formatter(name, listing, cells.FOR_PROGRAMS) for name in _column_names(view, listing)]
    if view.output in {OutputFormat.UUID, OutputFormat.NAME}:
        read = listing.reader(view.output.value)
        return [
            lambda records: [
                value if value is None else text.escape_hidden(text.format_value(value)) for value in read(records)
            ]
        ]
    return [lambda records: [record.text for record in records]]


def format_rows(sheet: ColumnBuffer, view: OutputSettings, listing: ResourceSchema) -> Iterator[str]:
    """Give as text what ``cell_formatters`` have told, many rows at a time."""
    return _FORMATS[view.output](sheet, view, listing)


def _format_json(sheet: ColumnBuffer, _view: OutputSettings, _listing: ResourceSchema) -> Iterator[str]:
    yield '{"inventories":['
    between = ""
    for (rows,) in sheet.in_order():
        yield between + ",".join(map(str, rows))
        between = ","
    yield "]}\n"


def _format_jsonl(sheet: ColumnBuffer, _view: OutputSettings, _listing: ResourceSchema) -> Iterator[str]:
    for (rows,) in sheet.in_order():
        # A raw line break stands between tokens only; JSON escapes those in a string.
        yield "".join([f"{str(row).translate(_SPACES)}\n" for row in rows])


def _format_csv(sheet: ColumnBuffer, view: OutputSettings, listing: ResourceSchema) -> Iterator[str]:
    for rows in _rows_with_header(sheet, view, listing):
        lines = StringIO()
        csv.writer(lines, lineterminator="\n").writerows(rows)
        yield lines.getvalue()


def _format_tsv(sheet: ColumnBuffer, view: OutputSettings, listing: ResourceSchema) -> Iterator[str]:
    for rows in _rows_with_header(sheet, view, listing):
        # A clean cell holds neither a tab nor a line break.
        yield "".join([f"{_TAB.join(row)}\n" for row in rows])


def _rows_with_header(
    sheet: ColumnBuffer, view: OutputSettings, listing: ResourceSchema
) -> Iterator[Iterable[Sequence[str]]]:
    if view.header:
        yield [_column_names(view, listing)]
    for columns in sheet.in_order():
        yield zip(*columns, strict=True)


def _column_names(view: OutputSettings, listing: ResourceSchema) -> tuple[str, ...]:
    return view.columns or listing.table


def _format_values(sheet: ColumnBuffer, view: OutputSettings, _listing: ResourceSchema) -> Iterator[str]:
    end = "\0" if view.print0 else "\n"
    for (values,) in sheet.in_order():
        yield "".join([value + end for value in values if value is not None])


_FORMATS: dict[OutputFormat, Callable[[ColumnBuffer, OutputSettings, ResourceSchema], Iterator[str]]] = {
    OutputFormat.JSON: _format_json,
    OutputFormat.JSONL: _format_jsonl,
    OutputFormat.CSV: _format_csv,
    OutputFormat.TSV: _format_tsv,
    OutputFormat.UUID: _format_values,
    OutputFormat.NAME: _format_values,
}
