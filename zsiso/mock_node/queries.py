"""What the embedded node answers to a query: its ISO images and tags (wire page, "Queries")."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Row = Mapping[str, Any]

_CONDITION = re.compile(r"(\w+)(!=|>=|<=|\?=|~=|=|>|<)(.*)", re.DOTALL)
_PAGE = 1000

_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda value, wanted: value.casefold() == wanted.casefold(),
    "!=": lambda value, wanted: value.casefold() != wanted.casefold(),
    ">": lambda value, wanted: value > wanted,
    "<": lambda value, wanted: value < wanted,
    ">=": lambda value, wanted: value >= wanted,
    "<=": lambda value, wanted: value <= wanted,
    "?=": lambda value, wanted: value in wanted.split(","),
    "~=": lambda value, wanted: _like(wanted).fullmatch(value) is not None,
}


def example_records() -> Mapping[str, list[Row]]:
    """Return the records there are: ``images``, ``user-tags`` and ``system-tags``."""
    records: Mapping[str, list[Row]] = json.loads(
        resources.files("zsiso.mock_node").joinpath("records.json").read_bytes()
    )
    return records


def page(rows: list[Row], query: str) -> list[Row]:
    """Return the rows that a query asks for, a page of them, in its order and with its fields.

    Raises:
        ValueError: a condition, a limit or the like that can't be; the text tells which.
    """
    asked = parse_qsl(query, keep_blank_values=True)
    for condition in (value for name, value in asked if name == "q"):
        rows = [row for row in rows if _meets(row, condition)]
    last = dict(asked)
    if sort := last.get("sort"):
        rows = sorted(rows, key=lambda row: str(row.get(sort.lstrip("+-"))), reverse=sort.startswith("-"))
    start, limit = int(last.get("start", 0)), int(last.get("limit", _PAGE))
    fields = last.get("fields")
    return [
        {name: row[name] for name in fields.split(",") if name in row} if fields else row
        for row in rows[start : start + limit]
    ]


def _meets(row: Row, condition: str) -> bool:
    match = _CONDITION.fullmatch(condition)
    if match is None:
        raise ValueError(f"no condition: {condition}")
    name, operator, wanted = match.groups()
    return name in row and _OPERATORS[operator](str(row[name]), wanted)


def _like(pattern: str) -> re.Pattern[str]:
    """Return a SQL pattern as a regular expression."""
    parts = {"%": ".*", "_": "."}
    return re.compile("".join(parts.get(char, re.escape(char)) for char in pattern), re.IGNORECASE | re.DOTALL)
