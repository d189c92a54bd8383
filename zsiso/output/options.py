"""How a list is written: options and a profile's defaults, checked and combined."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from zsiso.errors import UsageError
from zsiso.inventory.columns import ResourceSchema, parse_columns
from zsiso.inventory.sorting import SortOrder, parse_sort


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


_WITH_COLUMNS = frozenset({OutputFormat.TABLE, OutputFormat.WIDE, OutputFormat.CSV, OutputFormat.TSV})
_WITH_HEADER = frozenset({OutputFormat.CSV, OutputFormat.TSV})
_WITH_PRINT0 = frozenset({OutputFormat.UUID, OutputFormat.NAME})


class OutputOptions(NamedTuple):
    """The options of a command that writes a list; None or False for one that is not given."""

    output: OutputFormat | None = None
    json: bool = False
    columns: str | None = None
    sort: str | None = None
    no_header: bool = False
    print0: bool = False


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


def check_output_options(options: OutputOptions, schema: ResourceSchema) -> None:
    """Check the options before a request is sent.

    Raises:
        UsageError: options contradict each other, or a column is unknown.
    """
    if options.json and options.output not in {None, OutputFormat.JSON}:
        raise _conflict_error("--json", f"--output {options.output.value}" if options.output else "")
    _parse_columns(options, schema)
    _parse_sort(options, schema)
    output = _requested_format(options)
    if output is not None:
        _check_format(options, output)


def resolve_output(options: OutputOptions, defaults: OutputDefaults, schema: ResourceSchema) -> OutputSettings:
    """Return the settings: what the options say, else what the profile says, else the default.

    Raises:
        UsageError: an option does not fit the format.
    """
    output = _requested_format(options) or defaults.output or OutputFormat.TABLE
    _check_format(options, output)
    columns = _parse_columns(options, schema)
    if columns is None and output in _WITH_COLUMNS and output is not OutputFormat.WIDE:
        columns = defaults.columns
    return OutputSettings(
        output=output,
        columns=columns,
        sort=_parse_sort(options, schema) or defaults.sort or SortOrder("name"),
        header=not options.no_header,
        print0=options.print0,
    )


def _requested_format(options: OutputOptions) -> OutputFormat | None:
    return OutputFormat.JSON if options.json else options.output


def _check_format(options: OutputOptions, output: OutputFormat) -> None:
    conflicts = (
        ("--columns", options.columns is not None and output not in _WITH_COLUMNS),
        ("--sort", options.sort is not None and output is OutputFormat.JSON),
        ("--no-header", options.no_header and output not in _WITH_HEADER),
        ("--print0", options.print0 and output not in _WITH_PRINT0),
    )
    for option, is_conflict in conflicts:
        if is_conflict:
            raise _conflict_error(option, f"--output {output.value}")


def _conflict_error(option: str, other: str) -> UsageError:
    return UsageError(f"{option} does not go with {other}", hint="leave one of them out")


def _parse_columns(options: OutputOptions, schema: ResourceSchema) -> tuple[str, ...] | None:
    if options.columns is None:
        return None
    try:
        return parse_columns(options.columns, schema)
    except ValueError as error:
        raise UsageError(f"--columns: {error}", hint=_columns_hint(schema)) from None


def _parse_sort(options: OutputOptions, schema: ResourceSchema) -> SortOrder | None:
    if options.sort is None:
        return None
    try:
        return parse_sort(options.sort, schema)
    except ValueError as error:
        raise UsageError(f'--sort: "{options.sort}" {error}', hint=_columns_hint(schema)) from None


def _columns_hint(schema: ResourceSchema) -> str:
    lists = (f"{name}.FIELD" for name in schema.lists)
    return f"columns: {', '.join((*schema.computed, *schema.plain, *lists))}"
