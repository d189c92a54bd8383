"""Lists as rows for other programs: CSV, TSV, JSON, JSON lines, UUIDs, names."""

from __future__ import annotations

import csv
from io import StringIO
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from zsiso import text
from zsiso.render import cells
from zsiso.view import Output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from zsiso.columns import Listing
    from zsiso.render.cells import Projection
    from zsiso.view import View

    # What is kept of a record until all of them are there: its cells, or its own text.
    Row = Any

# Rows that are written at once.
_PIECE = 1000
_SPACES = str.maketrans("\r\n", "  ")


def projection(view: View, listing: Listing) -> Projection[Row]:
    """Return what makes some records rows of the view's format."""
    if view.output in {Output.CSV, Output.TSV}:
        return cells.rows(view.columns or listing.table, listing, cells.TO_PROGRAMS)
    if view.output in {Output.UUID, Output.NAME}:
        read = listing.reader(view.output.value)
        return lambda records: [[text.clean(text.plain(value)) for value in read(record)] for record in records]
    return lambda records: [record.text for record in records]


def pieces(rows: Iterable[Row], view: View, listing: Listing) -> Iterator[str]:
    """Give the rows as text, many of them at a time."""
    rest = iter(_FORMATS[view.output](rows, view, listing))
    while some := list(islice(rest, _PIECE)):
        yield "".join(some)


def _json(rows: Iterable[Row], _view: View, _listing: Listing) -> Iterator[str]:
    yield '{"inventories":['
    for at, row in enumerate(rows):
        yield f",{row}" if at else str(row)
    yield "]}\n"


def _jsonl(rows: Iterable[Row], _view: View, _listing: Listing) -> Iterator[str]:
    # A raw line break stands between tokens only; JSON escapes those in a string.
    return (f"{str(row).translate(_SPACES)}\n" for row in rows)


def _csv(rows: Iterable[Row], view: View, listing: Listing) -> Iterator[str]:
    line = StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for row in _with_header(rows, view, listing):
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _tsv(rows: Iterable[Row], view: View, listing: Listing) -> Iterator[str]:
    # A clean cell holds neither a tab nor a line break.
    return ("\t".join(row) + "\n" for row in _with_header(rows, view, listing))


def _with_header(rows: Iterable[Row], view: View, listing: Listing) -> Iterable[Sequence[str]]:
    names = view.columns or listing.table
    return chain([names] if view.header else [], rows)


def _one_each(rows: Iterable[Row], view: View, _listing: Listing) -> Iterator[str]:
    end = "\0" if view.print0 else "\n"
    return (value + end for row in rows for value in row)


_FORMATS: dict[Output, Callable[[Iterable[Row], View, Listing], Iterator[str]]] = {
    Output.JSON: _json,
    Output.JSONL: _jsonl,
    Output.CSV: _csv,
    Output.TSV: _tsv,
    Output.UUID: _one_each,
    Output.NAME: _one_each,
}
