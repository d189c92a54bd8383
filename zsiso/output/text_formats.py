"""Lists as rows for other programs: CSV, TSV, JSON, JSON lines, UUIDs, names."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

from zsiso import text
from zsiso.output import cells
from zsiso.output.options import Output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from zsiso.inventory.columns import Listing
    from zsiso.inventory.record import Record
    from zsiso.output.column_store import Sheet
    from zsiso.output.options import View

_TAB = "\t"
_SPACES = str.maketrans("\r\n", "  ")


def tellers(view: View, listing: Listing) -> list[Callable[[Sequence[Record]], list[Any]]]:
    """Return what makes of some records what is kept of them for the view's format, a column each."""
    if view.output in {Output.CSV, Output.TSV}:
        return [cells.teller(name, listing, cells.TO_PROGRAMS) for name in _names(view, listing)]
    if view.output in {Output.UUID, Output.NAME}:
        read = listing.reader(view.output.value)
        return [lambda records: [value if value is None else text.clean(text.plain(value)) for value in read(records)]]
    return [lambda records: [record.text for record in records]]


def pieces(sheet: Sheet, view: View, listing: Listing) -> Iterator[str]:
    """Give as text what ``tellers`` have told, many rows at a time."""
    return _FORMATS[view.output](sheet, view, listing)


def _json(sheet: Sheet, _view: View, _listing: Listing) -> Iterator[str]:
    yield '{"inventories":['
    between = ""
    for (rows,) in sheet.in_order():
        yield between + ",".join(map(str, rows))
        between = ","
    yield "]}\n"


def _jsonl(sheet: Sheet, _view: View, _listing: Listing) -> Iterator[str]:
    for (rows,) in sheet.in_order():
        # A raw line break stands between tokens only; JSON escapes those in a string.
        yield "".join([f"{str(row).translate(_SPACES)}\n" for row in rows])


def _csv(sheet: Sheet, view: View, listing: Listing) -> Iterator[str]:
    for rows in _with_header(sheet, view, listing):
        lines = StringIO()
        csv.writer(lines, lineterminator="\n").writerows(rows)
        yield lines.getvalue()


def _tsv(sheet: Sheet, view: View, listing: Listing) -> Iterator[str]:
    for rows in _with_header(sheet, view, listing):
        # A clean cell holds neither a tab nor a line break.
        yield "".join([f"{_TAB.join(row)}\n" for row in rows])


def _with_header(sheet: Sheet, view: View, listing: Listing) -> Iterator[Iterable[Sequence[str]]]:
    if view.header:
        yield [_names(view, listing)]
    for columns in sheet.in_order():
        yield zip(*columns, strict=True)


def _names(view: View, listing: Listing) -> tuple[str, ...]:
    return view.columns or listing.table


def _one_each(sheet: Sheet, view: View, _listing: Listing) -> Iterator[str]:
    end = "\0" if view.print0 else "\n"
    for (values,) in sheet.in_order():
        yield "".join([value + end for value in values if value is not None])


_FORMATS: dict[Output, Callable[[Sheet, View, Listing], Iterator[str]]] = {
    Output.JSON: _json,
    Output.JSONL: _jsonl,
    Output.CSV: _csv,
    Output.TSV: _tsv,
    Output.UUID: _one_each,
    Output.NAME: _one_each,
}
