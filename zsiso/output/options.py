"""How a list is shown: what the options and the profile's habits ask for, made to fit together."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from zsiso.errors import UsageError
from zsiso.inventory.columns import SortOrder, parse_columns, parse_sort

if TYPE_CHECKING:
    from zsiso.inventory.columns import ResourceSchema


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


_WITH_COLUMNS = frozenset({OutputFormat.TABLE, OutputFormat.WIDE, OutputFormat.CSV, OutputFormat.TSV})
_WITH_HEADER = frozenset({OutputFormat.CSV, OutputFormat.TSV})
_WITH_PRINT0 = frozenset({OutputFormat.UUID, OutputFormat.NAME})


class OutputOptions(NamedTuple):
    """What the options say; None or False for one that was not given."""

    output: OutputFormat | None = None
    json: bool = False
    columns: str | None = None
    sort: str | None = None
    no_header: bool = False
    print0: bool = False


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


def check_output_options(asked: OutputOptions, listing: ResourceSchema) -> None:
    """Raise a ``UsageError`` for options that contradict each other or name no column."""
    if asked.json and asked.output not in {None, OutputFormat.JSON}:
        raise _conflict_error("--json", f"--output {asked.output.value}" if asked.output else "")
    _parse_columns(asked, listing)
    _parse_sort(asked, listing)
    output = _requested_format(asked)
    if output is not None:
        _check_format(asked, output)


def resolve_output(asked: OutputOptions, habits: OutputDefaults, listing: ResourceSchema) -> OutputSettings:
    """Return the view that the options ask for, the habits filling in what they leave open.

    Raises:
        UsageError: the options do not go with the format.
    """
    output = _requested_format(asked) or habits.output or OutputFormat.TABLE
    _check_format(asked, output)
    columns = _parse_columns(asked, listing)
    if columns is None and output in _WITH_COLUMNS and output is not OutputFormat.WIDE:
        columns = habits.columns
    return OutputSettings(
        output=output,
        columns=columns,
        sort=_parse_sort(asked, listing) or habits.sort or SortOrder("name"),
        header=not asked.no_header,
        print0=asked.print0,
    )


def _requested_format(asked: OutputOptions) -> OutputFormat | None:
    return OutputFormat.JSON if asked.json else asked.output


def _check_format(asked: OutputOptions, output: OutputFormat) -> None:
    unfit = (
        ("--columns", asked.columns is not None and output not in _WITH_COLUMNS),
        ("--sort", asked.sort is not None and output is OutputFormat.JSON),
        ("--no-header", asked.no_header and output not in _WITH_HEADER),
        ("--print0", asked.print0 and output not in _WITH_PRINT0),
    )
    for option, is_unfit in unfit:
        if is_unfit:
            raise _conflict_error(option, f"--output {output.value}")


def _conflict_error(one: str, other: str) -> UsageError:
    return UsageError(f"{one} does not go with {other}", hint="leave one of them out")


def _parse_columns(asked: OutputOptions, listing: ResourceSchema) -> tuple[str, ...] | None:
    if asked.columns is None:
        return None
    try:
        return parse_columns(asked.columns, listing)
    except ValueError as error:
        raise UsageError(f"--columns: {error}", hint=_columns_hint(listing)) from None


def _parse_sort(asked: OutputOptions, listing: ResourceSchema) -> SortOrder | None:
    if asked.sort is None:
        return None
    try:
        return parse_sort(asked.sort, listing)
    except ValueError as error:
        raise UsageError(f'--sort: "{asked.sort}" {error}', hint=_columns_hint(listing)) from None


def _columns_hint(listing: ResourceSchema) -> str:
    lists = (f"{name}.FIELD" for name in listing.lists)
    return f"columns: {', '.join((*listing.computed, *listing.plain, *lists))}"
