"""The values that completion suggests for options and arguments.

A function takes the values typed so far, by parameter, and the unfinished one; it returns
values with their descriptions. What a node is asked for is in ``node_suggestions``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from zsiso import text
from zsiso.inventory.columns import ResourceSchema

# Letters and digits of any script, and marks that no shell treats as special; a word that
# begins with a dash would be an option.
_SAFE_VALUE = r"(?!-)[\w.-]+"


def suggest_commands(_values: Mapping[str, Any], incomplete: str) -> Iterator[tuple[str, str]]:
    """Give the commands with their summaries."""
    from zsiso.cli.registry import SUMMARIES

    for name, summary in SUMMARIES.items():
        if name.startswith(incomplete):
            yield name, summary


def suggest_profiles(values: Mapping[str, Any], incomplete: str) -> Iterator[tuple[str, str]]:
    """Give the names of the profiles in the configuration."""
    from zsiso.cli.config_file import load_config

    config = values.get("config")
    for name in load_config(Path(config) if config is not None else None).tables:
        if is_safe(name) and name.startswith(incomplete):
            yield name, ""


def suggest_columns(schema: ResourceSchema, _values: Mapping[str, Any], incomplete: str) -> Iterator[tuple[str, str]]:
    """Give comma lists of columns, longer by one column than the one typed."""
    before, comma, last = incomplete.rpartition(",")
    taken = before.split(",")
    for name in schema.names:
        if name.startswith(last) and name not in taken:
            yield f"{before}{comma}{name}", ""


def suggest_sorts(schema: ResourceSchema, _values: Mapping[str, Any], incomplete: str) -> Iterator[tuple[str, str]]:
    """Give the columns to sort by; behind a colon, the direction."""
    column, colon, _ = incomplete.partition(":")
    for sort in [f"{column}:desc"] if colon else schema.names:
        if sort.startswith(incomplete):
            yield sort, ""


def is_safe(value: str) -> bool:
    """Return whether no shell treats any of a value's characters as special."""
    return re.fullmatch(_SAFE_VALUE, value) is not None and text.escape_hidden(value) == value
