"""Dates as Java writes them: in English, with no zone named (docs/zstack-api.md#dates)."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
JAVA_8, JAVA_17 = "java8", "java17"

_NOON = 12


@cache
def _pattern() -> re.Pattern[str]:
    """Return the form of all Javas: a comma after the year from 9 on, U+202F before AM or PM from 20 on."""
    return re.compile(r"([A-Z][a-z]{2}) (\d\d?), (\d{4}),? (\d\d?):(\d\d):(\d\d)[ \u202f](AM|PM)", re.ASCII)


def read_date(text: str) -> datetime:
    """Return a date that any Java wrote, without a zone.

    Raises:
        ValueError: the text is no such date.
    """
    match = _pattern().fullmatch(text)
    if match is None or match[1] not in MONTHS or not 1 <= int(match[4]) <= _NOON:
        raise ValueError(f"not a date: {text}")
    hour = int(match[4]) % _NOON + (_NOON if match[7] == "PM" else 0)
    return datetime(int(match[3]), MONTHS.index(match[1]) + 1, int(match[2]), hour, int(match[5]), int(match[6]))  # noqa: DTZ001 - a wall clock's


def write_date(moment: datetime, form: str) -> str:
    """Return a wall clock's date in the form of Java 8 or of Java 17."""
    comma = "," if form == JAVA_17 else ""
    hour, half = moment.hour % _NOON or _NOON, "AM" if moment.hour < _NOON else "PM"
    day = f"{MONTHS[moment.month - 1]} {moment.day}, {moment.year:04}{comma}"
    return f"{day} {hour}:{moment.minute:02}:{moment.second:02} {half}"
