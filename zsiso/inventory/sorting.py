"""How a list is sorted: numbers by value, dates by time, text in natural order, what is missing last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from zsiso import text
from zsiso.inventory.columns import ResourceSchema
from zsiso.inventory.dates import date_sort_key, is_date_column
from zsiso.inventory.record import Record

SortKey: TypeAlias = "tuple[Any, ...]"

_DIGITS = "([0-9]+)"
# A run of digits is preceded by a character for its length, so that longer numbers are greater.
_SHORTEST_RUN, _LONGEST_RUN = ord(" "), 0x10FFFF
_SEPARATOR = "\n"
# The kinds of values, in their order: values of two kinds are never compared.
_DATE, _NUMBER, _TEXT = -1, 0, 1


class SortOrder(NamedTuple):
    """The column to sort by, and the direction."""

    column: str
    descending: bool = False


def parse_sort(value: str, schema: ResourceSchema) -> SortOrder:
    """Parse ``COLUMN``, ``COLUMN:asc`` or ``COLUMN:desc``.

    Raises:
        UnknownColumnError: there is no such column.
        ValueError: the direction is neither; the text says so.
    """
    column, _, direction = value.partition(":")
    if direction.lower() not in {"", "asc", "desc"}:
        raise ValueError(f"unknown sort direction {text.quote(direction)}; use asc or desc")
    return SortOrder(schema.check(column), direction.lower() == "desc")


class Sorter:
    """Sorts records by what is kept of them: a key for each.

    Records with equal keys are sorted by name. In a column of dates, what is no date comes after
    the dates, in both directions.

    Args:
        sort: the column and the direction.
        schema: the kind of the records.
    """

    def __init__(self, sort: SortOrder, schema: ResourceSchema) -> None:
        self._read_column = schema.reader(sort.column)
        self._read_name = schema.reader("name") if sort.column != "name" else None
        self._are_dates = is_date_column(sort.column)
        self._descending = sort.descending
        self._column_keys: list[SortKey] = []
        self._name_keys: list[SortKey] = []

    def add(self, records: Sequence[Record]) -> None:
        """Keep the keys of the next records."""
        values = self._read_column(records)
        self._column_keys += map(_date_key, values) if self._are_dates else _sort_keys(values)
        if self._read_name is not None:
            self._name_keys += _sort_keys(self._read_name(records))

    def order(self) -> list[int]:
        """Return the indexes of all records added, in the sorted order."""
        present = [index for index, key in enumerate(self._column_keys) if key]
        missing = [index for index, key in enumerate(self._column_keys) if not key]
        if self._read_name is not None:
            for indexes in (present, missing):
                indexes.sort(key=self._name_key)
        present.sort(key=self._column_keys.__getitem__, reverse=self._descending)
        if self._are_dates:
            present.sort(key=self._is_no_date)
        return present + missing

    def _is_no_date(self, index: int) -> bool:
        return bool(self._column_keys[index][0] != _DATE)

    def _name_key(self, index: int) -> tuple[bool, SortKey]:
        name = self._name_keys[index]
        return (not name, name)


def sort_records(records: Iterable[Record], sort: SortOrder, schema: ResourceSchema) -> list[Record]:
    """Return the records sorted (``Sorter``)."""
    sorter = Sorter(sort, schema)
    records = list(records)
    sorter.add(records)
    return [records[index] for index in sorter.order()]


def _sort_keys(values: Sequence[Any]) -> list[SortKey]:
    if {str}.issuperset(map(type, values)):
        return [(_TEXT, key) for key in natural_sort_keys(values)]
    return [_sort_key(value) for value in values]


def _sort_key(value: Any) -> SortKey:  # noqa: ANN401 - what a reader returns
    # One flat tuple, which takes less memory than nested ones.
    key: SortKey = ()
    for item in value if isinstance(value, tuple) else () if value is None else (value,):
        key += (_NUMBER, item) if text.is_number(item) else (_TEXT, natural_sort_key(text.format_value(item)))
    return key


def _date_key(value: Any) -> SortKey:  # noqa: ANN401 - what a reader returns
    if value == "":
        # As a missing date.
        return ()
    if value.__class__ is str and (date := date_sort_key(value)) is not None:
        return (_DATE, date)
    key: SortKey = ()
    for item in value if isinstance(value, tuple) else () if value is None else (value,):
        date = date_sort_key(item) if isinstance(item, str) else None
        key += (_DATE, date) if date is not None else _sort_key(item)
    return key


def natural_sort_keys(names: Sequence[str]) -> list[str]:
    """Return the ``natural_sort_key`` of each name, for many names in half the time."""
    joined = _SEPARATOR.join(names)
    if joined.count(_SEPARATOR) >= len(names):
        return [natural_sort_key(name) for name in names]
    return [f"{folded}\0\0{name}" for folded, name in zip(_fold_digits(joined).split(_SEPARATOR), names, strict=True)]


def natural_sort_key(name: str) -> str:
    """Return a key that sorts ``web-2`` before ``web-10``, and ``a`` next to ``A``."""
    # The name itself decides between names that differ only in capitals or in leading zeros.
    return f"{_fold_digits(name)}\0\0{name}"


def _fold_digits(value: str) -> str:
    """Return a text in lower case, with each run of digits preceded by its length."""
    parts = re.split(_DIGITS, value.casefold())
    # A longer run is a greater number; int() rejects very long ones.
    numbers = [digits.lstrip("0") for digits in parts[1::2]]
    parts[1::2] = [f"\0{chr(min(len(number) + _SHORTEST_RUN, _LONGEST_RUN))}{number}" for number in numbers]
    return "".join(parts)
