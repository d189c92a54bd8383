"""The conditions of a query: how ``q`` is read, and what the database makes of it (docs/zstack-api.md#conditions)."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from zsiso.mock_node import java_dates
from zsiso.mock_node.cloud import collate
from zsiso.mock_node.errors import HttpError, internal_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# In the order in which they are looked for, anywhere in the text.
_OPERATORS = ("!=", ">=", "<=", "!?=", "!~=", "~=", "?=", "=", ">", "<", "is null", "not null")
_WITHOUT_VALUE = ("is null", "not null")


class Condition(NamedTuple):
    """A condition: the name on its left, its operator, and the text on its right."""

    name: str
    operator: str
    value: str = ""


def parse_condition(text: str) -> Condition:
    """Return a condition as the node reads it: signs right behind the operator are swallowed.

    Raises:
        HttpError: it has no operator, or nothing before it.
    """
    operator = next((operator for operator in _OPERATORS if operator in text), None)
    if operator is None:
        raise HttpError(400, f"Invalid query parameter. 'q' must contain an operator, not '{text}'")
    if operator in _WITHOUT_VALUE:
        return Condition(text.partition(operator)[0].strip(), operator)
    while text.startswith(operator):
        text = text[len(operator) :]
    name, found, value = text.partition(operator)
    if not found:
        raise HttpError(400, f"Invalid query parameter. 'q' must have a field before '{operator}', not only '{text}'")
    while value.startswith(operator):
        value = value[len(operator) :]
    return Condition(name.strip(), operator, value)


def compile_condition(condition: Condition) -> Callable[[object], bool]:
    """Return what tells whether a field's value meets a condition; None is a field that is null.

    Raises:
        ApiError: the value holds an apostrophe, which breaks the query.
    """
    if "'" in condition.value:
        raise internal_error(f"an apostrophe in the value of the condition on {condition.name}")
    operator, wanted = condition.operator, condition.value
    if operator == "is null":
        return lambda value: value is None
    if operator == "not null":
        return lambda value: value is not None
    if operator in {"?=", "!?="}:
        meets = _any_of(wanted.split(","))
        return lambda value: value is not None and meets(value) == (operator == "?=")
    if operator in {"~=", "!~="}:
        pattern = _like(wanted)
        return lambda value: value is not None and bool(pattern.fullmatch(_text(value))) == (operator == "~=")
    compare = _COMPARISONS[operator]
    return lambda value: value is not None and compare(_order(value, wanted))


def _any_of(wanted: Sequence[str]) -> Callable[[object], bool]:
    return lambda value: any(_order(value, text) == 0 for text in wanted)


_COMPARISONS: dict[str, Callable[[int | None], bool]] = {
    "=": lambda order: order == 0,
    "!=": lambda order: order is not None and order != 0,
    ">": lambda order: order is not None and order > 0,
    "<": lambda order: order is not None and order < 0,
    ">=": lambda order: order is not None and order >= 0,
    "<=": lambda order: order is not None and order <= 0,
}


def _order(value: object, wanted: str) -> int | None:
    """Return below 0, 0 or above 0 as a value is to a condition's text; None where they can't be compared."""
    if isinstance(value, bool):
        return value - _boolean(wanted)
    if isinstance(value, (int, float)):
        number = _number(wanted)
        return (value > number) - (value < number)
    date = _date(str(value))
    if date is not None:
        moment = _moment(wanted)
        return None if moment is None else (date > moment) - (date < moment)
    one, other = collate(str(value)), collate(wanted)
    return (one > other) - (one < other)


def _boolean(text: str) -> int:
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if text in {"0", "1"}:
        return int(text)
    raise internal_error(f"{text} is no boolean")


def _number(text: str) -> float:
    """Return the number that a text begins with, 0 where it begins with none, as the database does."""
    match = re.match(r"\s*([+-]?\d+(?:\.\d+)?)", text, re.ASCII)
    if match is None:
        return 0
    return float(match[1]) if "." in match[1] else int(match[1])


@lru_cache(maxsize=4096)
def _date(text: str) -> datetime | None:
    try:
        return java_dates.read_date(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """Return the moment of a condition's text, which is in the database's form: ``2026-11-25 14:40:49``."""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    date = _date(str(value))
    return str(value) if date is None else str(date)


def _like(pattern: str) -> re.Pattern[str]:
    """Return a SQL pattern as a regular expression: ``%`` any text, ``_`` any character, a backslash escapes."""
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    wild = {"%": ".*", "_": "."}
    escaped = (wild.get(part) or re.escape(part[-1]) for part in parts)
    return re.compile("".join(escaped), re.IGNORECASE | re.DOTALL)


def sort_key(value: object) -> tuple[int, object]:
    """Return what the database sorts a field's value by; null is first."""
    if value is None:
        return 0, 0
    if isinstance(value, (int, float)):
        return 1, value
    date = _date(str(value))
    return (2, date) if date is not None else (3, collate(str(value)))
