"""The values of a column as clean text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from zsiso import text
from zsiso.inventory.columns import ResourceSchema
from zsiso.inventory.record import Record

# Returns a cell for each record.
CellFormatter = Callable[[Sequence[Record]], list[str]]

# Values that can be the keys of a dict together; True would be taken for 1.
_SCALARS = frozenset({str, int, float, type(None)})


class CellStyle(NamedTuple):
    """How values are written.

    Args:
        separator: what is written between several values of one cell.
        missing: what is written for no value.
        gib: whether sizes are written in GiB or TiB, and not in bytes.
    """

    separator: str
    missing: str
    gib: bool


FOR_PEOPLE = CellStyle(", ", text.MISSING, gib=True)
FOR_PROGRAMS = CellStyle(",", "", gib=False)


def cell_formatter(column: str, schema: ResourceSchema, style: CellStyle) -> CellFormatter:
    """Return the function that returns the cells of a column, one for each record."""
    read = schema.reader(column)
    format_one = text.format_size if style.gib and column in schema.sizes else text.format_value

    def to_cell(value: Any) -> str:  # noqa: ANN401 - what a reader returns
        if value is None:
            return style.missing
        cell = style.separator.join(map(format_one, value)) if isinstance(value, tuple) else format_one(value)
        return text.escape_hidden(cell) or style.missing

    def to_cells(records: Sequence[Record]) -> list[str]:
        values = read(records)
        if _are_clean(values):
            return values
        if _SCALARS.issuperset(map(type, values)):
            # Numbers and states have few different values, however many VM instances there are.
            cells_by_value = {value: to_cell(value) for value in set(values)}
            return [cells_by_value[value] for value in values]
        cells = [value if value.__class__ is str else to_cell(value) for value in values]
        return cells if _are_clean(cells) else [to_cell(value) for value in values]

    return to_cells


def _are_clean(values: Sequence[Any]) -> bool:
    """Return whether all the values are text that can be written as it is, as nearly all of a column are."""
    try:
        joined = "".join(values)
    except TypeError:
        return False
    return text.is_clean(joined) and all(values)


def format_cell(value: str | None) -> str:
    """Return a text as a cell for people: clean, or ``-`` where it is missing."""
    return text.escape_hidden(value) if value else text.MISSING
