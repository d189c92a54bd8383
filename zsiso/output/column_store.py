"""What is kept of many records until all of them are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROWS_PER_BATCH = 250
"""Rows that are looked at at once: done to many, it takes half the time, and so many fit the processor's cache."""


class ColumnBuffer(NamedTuple):
    """Columns of cells, or of whatever a format keeps of a record.

    Args:
        columns: the columns, each with its cells as they came.
        places: where in a column the first row stands, then the second, and so on.
    """

    columns: Sequence[Sequence[Any]]
    places: Sequence[int]

    def as_it_came(self) -> Iterator[list[Sequence[Any]]]:
        """Give the columns some rows at a time, as these came."""
        for start in range(0, len(self.places), ROWS_PER_BATCH):
            yield [column[start : start + ROWS_PER_BATCH] for column in self.columns]

    def in_order(self, columns: Sequence[int] | None = None) -> Iterator[list[Sequence[Any]]]:
        """Give the columns, or those that stand at these places among them, some rows at a time in their order."""
        wanted = self.columns if columns is None else [self.columns[at] for at in columns]
        for start in range(0, len(self.places), ROWS_PER_BATCH):
            some = self.places[start : start + ROWS_PER_BATCH]
            yield [list(map(column.__getitem__, some)) for column in wanted]
