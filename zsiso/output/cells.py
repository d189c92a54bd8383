"""Pure: what a column says of a record, as clean text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from zsiso import text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zsiso.inventory.columns import ResourceSchema
    from zsiso.inventory.record import Record

    # Makes of some records one entry each.
    Teller = Callable[[Sequence[Record]], list[str]]

# Values that are told apart by themselves alone; True would pass for 1.
_SCALARS = frozenset({str, int, float, type(None)})


class CellStyle(NamedTuple):
    """How values are told.

    Args:
        joint: what stands between several of them.
        missing: what stands for none.
        gib: bytes are told in GiB.
    """

    joint: str
    missing: str
    gib: bool


FOR_PEOPLE = CellStyle(", ", text.MISSING, gib=True)
FOR_PROGRAMS = CellStyle(",", "", gib=False)


def cell_formatter(column: str, listing: ResourceSchema, manner: CellStyle) -> Teller:
    """Return what tells a column of some records: a cell for each."""
    read = listing.reader(column)
    say = _format_size if manner.gib and column in listing.sizes else text.format_value

    def told(value: Any) -> str:  # noqa: ANN401 - what a reader gives
        if value is None:
            return manner.missing
        words = manner.joint.join(map(say, value)) if isinstance(value, tuple) else say(value)
        return text.escape_hidden(words) or manner.missing

    def tell(records: Sequence[Record]) -> list[str]:
        values = read(records)
        if _are_clean(values):
            return values
        if _SCALARS.issuperset(map(type, values)):
            # Numbers and states are few, however many VM instances there are.
            words = {value: told(value) for value in set(values)}
            return [words[value] for value in values]
        cells = [value if value.__class__ is str else told(value) for value in values]
        return cells if _are_clean(cells) else [told(value) for value in values]

    return tell


def _are_clean(values: Sequence[Any]) -> bool:
    """Tell whether all of the values are texts that are cells as they are: nearly all of a column's are."""
    try:
        together = "".join(values)
    except TypeError:
        return False
    return text.is_clean(together) and all(values)


def format_cell(value: str | None) -> str:
    """Return a text as a cell says it to people: clean, or ``-`` for what is missing."""
    return text.escape_hidden(value) if value else text.MISSING


def _format_size(value: Any) -> str:  # noqa: ANN401 - it is whatever JSON holds
    return text.format_gib(value) if text.is_number(value) else text.format_value(value)
