"""The columns of a table: headings, alignment and colours, and how many of them fit a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from zsiso.inventory.columns import ResourceSchema
from zsiso.inventory.headings import HEADINGS, heading_of
from zsiso.output.display_width import display_width

COLUMN_GAP = "  "
"""The blanks between two columns."""

# Cells that a column keeps when it is cut, before another column is left out instead.
_MIN_CUT_WIDTH = 16
_MIN_CELL_WIDTH = 4
# The rank of a column that is cut even further before it is left out.
_LAST_RANK = 1


class TableColumn(NamedTuple):
    """How one column of a table is drawn.

    Args:
        heading: the text above it.
        rank: 0 for a column that is never left out, even if the table overflows its width; of the
            others, the greatest is left out first.
        align_right: as numbers are.
        cuttable: whether the middle of its cells may be cut to fit the terminal.
        shorten: returns a shorter form of a cell, tried before a column is cut or left out.
        style: returns the colour of a cell, by its text.
    """

    heading: str
    rank: int = 0
    align_right: bool = False
    cuttable: bool = False
    shorten: Callable[[str], str] | None = None
    style: Callable[[str], str | None] | None = None


def first_and_count(cell: str) -> str:
    """Return the first of several values in a cell, and how many others there are."""
    first, *others = cell.split(", ")
    return f"{first} +{len(others)}" if others else first


_CDROM_STYLES = {"free": "green", "full": "red", "none": "red", "already": "magenta"}


def cdrom_style(state: str) -> str | None:
    """Return the colour of a CD-ROM state, the only value that has colours.

    The state of a VM instance has none: an ISO can be attached to a stopped one as to a running one.
    """
    return _CDROM_STYLES.get(state)


# What is needed to choose a VM instance stays longest: its name and UUID always, then whether
# the ISO fits, the state, the addresses, the size, and last the platform.
_KNOWN_COLUMNS = {
    "name": TableColumn(HEADINGS["name"], rank=_LAST_RANK, cuttable=True),
    "uuid": TableColumn(HEADINGS["uuid"]),
    "cdrom": TableColumn(HEADINGS["cdrom"], rank=2, style=cdrom_style),
    "state": TableColumn(HEADINGS["state"], rank=3),
    "ips": TableColumn(HEADINGS["ips"], rank=4, shorten=first_and_count),
    "memorySize": TableColumn(HEADINGS["memorySize"], rank=5, align_right=True),
    "size": TableColumn(HEADINGS["size"], rank=2, align_right=True),
    "cpuNum": TableColumn(HEADINGS["cpuNum"], rank=6, align_right=True),
    "platform": TableColumn(HEADINGS["platform"], rank=7),
}
_UNRANKED = 8


def table_columns(
    names: Sequence[str], schema: ResourceSchema, *, requested: bool, wide: bool = False
) -> list[TableColumn]:
    """Return how the columns called ``names`` are drawn.

    Args:
        names: in the order of the table.
        schema: the kind of the records.
        requested: whether the user named these columns: none is left out, and the text of each may be cut.
        wide: whether they are those of the wide table: none is left out, and nothing is cut.
    """
    columns = [_table_column(name, schema) for name in names]
    if requested:
        return [
            column._replace(rank=0, cuttable=not _is_uuid(name)) for name, column in zip(names, columns, strict=True)
        ]
    if wide:
        return [column._replace(rank=0, cuttable=False, shorten=None) for column in columns]
    return [
        column if name in _KNOWN_COLUMNS else column._replace(rank=_UNRANKED + index)
        for index, (name, column) in enumerate(zip(names, columns, strict=True))
    ]


def _is_uuid(name: str) -> bool:
    return name.lower().endswith("uuid")


def _table_column(name: str, schema: ResourceSchema) -> TableColumn:
    if name in _KNOWN_COLUMNS:
        return _KNOWN_COLUMNS[name]
    return TableColumn(
        heading_of(name),
        rank=_UNRANKED,
        align_right=name in schema.sizes,
        shorten=first_and_count if "." in name else None,
    )


class TableFit(NamedTuple):
    """What of a table fits a terminal.

    Args:
        indexes: of the columns that are kept.
        widths: of the same, in cells.
        shortened: whether their cells are shortened.
    """

    indexes: tuple[int, ...]
    widths: tuple[int, ...]
    shortened: bool

    @property
    def kept(self) -> Iterable[tuple[int, int]]:
        """The index and the width of each column that is kept."""
        return zip(self.indexes, self.widths, strict=True)


def fit_columns(
    columns: Sequence[TableColumn], full: Sequence[int], short: Sequence[int], max_width: int | None
) -> TableFit:
    """Return what of a table fits into a width.

    Args:
        columns: the columns in their order.
        full: the width of each in cells, with nothing shortened.
        short: the same with its cells shortened.
        max_width: the width of the terminal in cells, None where nothing is cut.
    """
    indexes = tuple(range(len(columns)))
    if max_width is None:
        return TableFit(indexes, tuple(full), shortened=False)
    while True:
        for widths, shortened in ((full, False), (short, True)):
            kept = tuple(widths[index] for index in indexes)
            if total_width(kept) <= max_width:
                return TableFit(indexes, kept, shortened)
        cut = _cut_widths(columns, short, indexes, max_width)
        if total_width(cut) <= max_width:
            return TableFit(indexes, cut, shortened=True)
        removable = [index for index in indexes if columns[index].rank > _LAST_RANK]
        if not removable:
            return _min_widths(columns, short, indexes, max_width)
        removed = max(removable, key=lambda index: columns[index].rank)
        indexes = tuple(index for index in indexes if index != removed)


def total_width(widths: Sequence[int]) -> int:
    """Return how wide a table with columns of these widths is, in cells."""
    return sum(widths) + len(COLUMN_GAP) * (len(widths) - 1)


def _cut_widths(
    columns: Sequence[TableColumn],
    widths: Sequence[int],
    indexes: Sequence[int],
    max_width: int,
    min_width: int = _MIN_CUT_WIDTH,
) -> tuple[int, ...]:
    """Return the widths of columns, those that may be cut as narrow as necessary and allowed."""
    floors = [
        max(min_width, display_width(columns[index].heading)) if columns[index].cuttable else widths[index]
        for index in indexes
    ]
    kept = [min(widths[index], max(max_width, floor)) for index, floor in zip(indexes, floors, strict=True)]
    for _ in range(total_width(kept) - max_width):
        # Always the widest: it loses the least of what it says.
        candidates = [position for position, floor in enumerate(floors) if kept[position] > floor]
        if not candidates:
            break
        kept[max(candidates, key=kept.__getitem__)] -= 1
    return tuple(kept)


def _min_widths(
    columns: Sequence[TableColumn], widths: Sequence[int], indexes: tuple[int, ...], max_width: int
) -> TableFit:
    """Return the fit of the columns that stay longest.

    They are cut further; where they still do not fit, the last that may be left out is, or the
    table overflows.
    """
    kept = _cut_widths(columns, widths, indexes, max_width, min_width=_MIN_CELL_WIDTH)
    if total_width(kept) > max_width:
        indexes = tuple(index for index in indexes if columns[index].rank == 0) or indexes
        kept = _cut_widths(columns, widths, indexes, max_width)
    return TableFit(indexes, kept, shortened=True)
