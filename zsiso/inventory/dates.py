"""Dates as the node writes them, and the order of them (docs/zstack-api.md#dates)."""

from __future__ import annotations

import re
from functools import cache

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS = {name: f"{number:02d}" for number, name in enumerate(_MONTHS, start=1)}
# The hour after midnight and the hour after noon are both written as 12.
_HOURS = {
    (str(hour), half): f"{hour % 12 + offset:02d}" for half, offset in (("AM", 0), ("PM", 12)) for hour in range(1, 13)
}


def is_date_column(name: str) -> bool:
    """Return whether a column holds dates: a field such as ``createDate``, or a path to one."""
    return name.endswith("Date")


def date_sort_key(value: str) -> str | None:
    """Return a text that sorts as the date in ``value`` does; None where ``value`` is no date of a node."""
    match = _pattern().fullmatch(value)
    if match is None:
        return None
    month, day, year, hour, minute, second, half = match.groups()
    return f"{year}{_MONTH_NUMBERS[month]}{day.zfill(2)}{_HOURS[hour, half]}{minute}{second}"


@cache
def _pattern() -> re.Pattern[str]:
    """Return the form of each version of Java: from 9 on a comma after the year, from 20 on U+202F before AM or PM."""
    day, hour = "0?([1-9]|[12][0-9]|3[01])", "0?([1-9]|1[0-2])"
    time = f"{hour}:([0-5][0-9]):([0-5][0-9])[ \u202f](AM|PM)"
    return re.compile(f"({'|'.join(_MONTHS)}) {day}, ([0-9]{{4}}),? {time}")
