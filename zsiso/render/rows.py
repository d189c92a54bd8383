"""Lists as rows for other programs: CSV, TSV, JSON, JSON lines, UUIDs, names."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from zsiso import text
from zsiso.view import Output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from zsiso.columns import Listing
    from zsiso.models import Record
    from zsiso.view import View


def rows(records: Sequence[Record], view: View, listing: Listing) -> str:
    """Return the records in one of the formats that are no table and no tree."""
    return _FORMATS[view.output](records, view, listing)


def json(records: Iterable[Record]) -> str:
    """Return the records as an answer's body, each as it came to the letter."""
    return f'{{"inventories":[{",".join(record.text for record in records)}]}}\n'


def _jsonl(records: Iterable[Record], _view: View, _listing: Listing) -> str:
    # A raw line break stands between tokens only; JSON escapes those in a string.
    return "".join(f"{record.text.translate(_SPACES)}\n" for record in records)


_SPACES = str.maketrans("\r\n", "  ")


def _csv(records: Iterable[Record], view: View, listing: Listing) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(_cells(records, view, listing))
    return buffer.getvalue()


def _tsv(records: Iterable[Record], view: View, listing: Listing) -> str:
    # A clean cell holds neither a tab nor a line break.
    return "".join("\t".join(cells) + "\n" for cells in _cells(records, view, listing))


def _cells(records: Iterable[Record], view: View, listing: Listing) -> Iterable[Sequence[str]]:
    names = view.columns or listing.table
    if view.header:
        yield names
    for record in records:
        yield [text.clean(",".join(map(text.plain, listing.values(record, name)))) for name in names]


def _one_each(column: str) -> Callable[[Iterable[Record], View, Listing], str]:
    def one_each(records: Iterable[Record], view: View, listing: Listing) -> str:
        end = "\0" if view.print0 else "\n"
        values = (value for record in records for value in listing.values(record, column))
        return "".join(text.clean(text.plain(value)) + end for value in values)

    return one_each


_FORMATS: dict[Output, Callable[[Sequence[Record], View, Listing], str]] = {
    Output.JSON: lambda records, _view, _listing: json(records),
    Output.JSONL: _jsonl,
    Output.CSV: _csv,
    Output.TSV: _tsv,
    Output.UUID: _one_each("uuid"),
    Output.NAME: _one_each("name"),
}
