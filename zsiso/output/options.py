"""How a list is shown: what the options and the profile's habits ask for, made to fit together."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from zsiso.inventory.columns import SortOrder


class OutputFormat(str, Enum):
    """The formats, as ``--output`` spells them."""

    TABLE = "table"
    WIDE = "wide"
    TREE = "tree"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"
    UUID = "uuid"
    NAME = "name"


class OutputDefaults(NamedTuple):
    """What a profile says of the same; an option wins."""

    output: OutputFormat | None = None
    columns: tuple[str, ...] | None = None
    sort: SortOrder | None = None


class OutputSettings(NamedTuple):
    """How a list is shown. ``columns`` is None for those of the format itself."""

    output: OutputFormat
    columns: tuple[str, ...] | None
    sort: SortOrder
    header: bool
    print0: bool
