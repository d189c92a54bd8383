"""How a list is written: the formats, the defaults of a profile, the settings of one run."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from zsiso.inventory.columns import ResourceSchema
from zsiso.inventory.sorting import SortOrder


class OutputFormat(str, Enum):
    """The values of ``--output``."""

    TABLE = "table"
    WIDE = "wide"
    TREE = "tree"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"
    UUID = "uuid"
    NAME = "name"

    @property
    def is_for_people(self) -> bool:
        """Whether people read the format, and not other programs."""
        return self in {OutputFormat.TABLE, OutputFormat.WIDE, OutputFormat.TREE}


class OutputDefaults(NamedTuple):
    """A profile's defaults for the options."""

    output: OutputFormat | None = None
    columns: tuple[str, ...] | None = None
    sort: SortOrder | None = None


class OutputSettings(NamedTuple):
    """How a list is written; ``columns`` is None for the default ones of the format."""

    output: OutputFormat
    columns: tuple[str, ...] | None
    sort: SortOrder
    header: bool
    print0: bool

    def column_names(self, schema: ResourceSchema) -> tuple[str, ...]:
        """Return the columns to write."""
        return self.columns or (schema.wide if self.output is OutputFormat.WIDE else schema.table)
