"""What is kept of many records until the last one has been read: their cells, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

ROWS_PER_BATCH = 250
"""Rows that are processed together: in half the time of one by one, and few enough for the processor's cache."""


class ColumnBuffer(NamedTuple):
    """Columns of cells, or of what else a format keeps of a record.

    Args:
        columns: the columns, each with its cells in the order of the response.
        order: for each row to be written, its index in a column.
    """

    columns: Sequence[Sequence[Any]]
    order: Sequence[int]

    def batches(self) -> Iterator[list[Sequence[Any]]]:
        """Yield the columns, some rows at a time, in the order of the response."""
        for start in range(0, len(self.order), ROWS_PER_BATCH):
            yield [column[start : start + ROWS_PER_BATCH] for column in self.columns]

    def sorted_batches(self, indexes: Sequence[int] | None = None) -> Iterator[list[Sequence[Any]]]:
        """Yield the columns at ``indexes``, or all of them, some rows at a time, in the order to be written."""
        columns = self.columns if indexes is None else [self.columns[index] for index in indexes]
        for start in range(0, len(self.order), ROWS_PER_BATCH):
            rows = self.order[start : start + ROWS_PER_BATCH]
            yield [list(map(column.__getitem__, rows)) for column in columns]
