"""How a list is shown: what the options and the profile's habits ask for, made to fit together."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from zsiso.errors import UsageError
from zsiso.inventory.columns import Sort, parse_columns, parse_sort

if TYPE_CHECKING:
    from zsiso.inventory.columns import Listing


class Output(str, Enum):
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


_WITH_COLUMNS = frozenset({Output.TABLE, Output.WIDE, Output.CSV, Output.TSV})
_WITH_HEADER = frozenset({Output.CSV, Output.TSV})
_WITH_PRINT0 = frozenset({Output.UUID, Output.NAME})


class Asked(NamedTuple):
    """What the options say; None or False for one that was not given."""

    output: Output | None = None
    json: bool = False
    columns: str | None = None
    sort: str | None = None
    no_header: bool = False
    print0: bool = False


class Habits(NamedTuple):
    """What a profile says of the same; an option wins."""

    output: Output | None = None
    columns: tuple[str, ...] | None = None
    sort: Sort | None = None


class View(NamedTuple):
    """How a list is shown. ``columns`` is None for those of the format itself."""

    output: Output
    columns: tuple[str, ...] | None
    sort: Sort
    header: bool
    print0: bool


def check(asked: Asked, listing: Listing) -> None:
    """Raise a ``UsageError`` for options that contradict each other or name no column."""
    if asked.json and asked.output not in {None, Output.JSON}:
        raise _contradiction("--json", f"--output {asked.output.value}" if asked.output else "")
    _columns(asked, listing)
    _sort(asked, listing)
    output = _format(asked)
    if output is not None:
        _fits(asked, output)


def view(asked: Asked, habits: Habits, listing: Listing) -> View:
    """Return the view that the options ask for, the habits filling in what they leave open.

    Raises:
        UsageError: the options do not go with the format.
    """
    output = _format(asked) or habits.output or Output.TABLE
    _fits(asked, output)
    columns = _columns(asked, listing)
    if columns is None and output in _WITH_COLUMNS and output is not Output.WIDE:
        columns = habits.columns
    return View(
        output=output,
        columns=columns,
        sort=_sort(asked, listing) or habits.sort or Sort("name"),
        header=not asked.no_header,
        print0=asked.print0,
    )


def _format(asked: Asked) -> Output | None:
    return Output.JSON if asked.json else asked.output


def _fits(asked: Asked, output: Output) -> None:
    unfit = (
        ("--columns", asked.columns is not None and output not in _WITH_COLUMNS),
        ("--sort", asked.sort is not None and output is Output.JSON),
        ("--no-header", asked.no_header and output not in _WITH_HEADER),
        ("--print0", asked.print0 and output not in _WITH_PRINT0),
    )
    for option, is_unfit in unfit:
        if is_unfit:
            raise _contradiction(option, f"--output {output.value}")


def _contradiction(one: str, other: str) -> UsageError:
    return UsageError(f"{one} does not go with {other}", hint="leave one of them out")


def _columns(asked: Asked, listing: Listing) -> tuple[str, ...] | None:
    if asked.columns is None:
        return None
    try:
        return parse_columns(asked.columns, listing)
    except ValueError as error:
        raise UsageError(f"--columns: {error}", hint=_columns_hint(listing)) from None


def _sort(asked: Asked, listing: Listing) -> Sort | None:
    if asked.sort is None:
        return None
    try:
        return parse_sort(asked.sort, listing)
    except ValueError as error:
        raise UsageError(f'--sort: "{asked.sort}" {error}', hint=_columns_hint(listing)) from None


def _columns_hint(listing: Listing) -> str:
    lists = (f"{name}.FIELD" for name in listing.lists)
    return f"columns: {', '.join((*listing.computed, *listing.plain, *lists))}"
