"""The columns of a table: headings, alignment and colours, and how many of them fit a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from zsiso.inventory.columns import ResourceSchema

COLUMN_GAP = "  "
"""The blanks between two columns."""

# Cells that a column keeps when it is cut, before another column is left out instead.
_MIN_CUT_WIDTH = 16
_MIN_CELL_WIDTH = 4


class TableColumn(NamedTuple):
    """How one column of a table is drawn.

    Args:
        heading: the text above it.
        rank: 0 for a column that always stays; of the others, the greatest is left out first.
        align_right: as numbers are.
        cuttable: whether the end of its cells may be cut to fit the terminal.
        shorten: returns a shorter form of a cell, tried before a column is cut or left out.
        style: returns the colour of a cell, by its text.
    """

    heading: str
    rank: int = 0
    align_right: bool = False
    cuttable: bool = False
    shorten: Callable[[str], str] | None = None
    style: Callable[[str], str | None] | None = None


def _first_and_count(cell: str) -> str:
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
    "name": TableColumn("NAME", cuttable=True),
    "uuid": TableColumn("UUID"),
    "cdrom": TableColumn("CDROM", rank=1, style=cdrom_style),
    "state": TableColumn("STATE", rank=2),
    "ips": TableColumn("IP ADDRESSES", rank=3, shorten=_first_and_count),
    "memorySize": TableColumn("MEMORY", rank=4, align_right=True),
    "size": TableColumn("SIZE", rank=1, align_right=True),
    "cpuNum": TableColumn("CPUS", rank=5, align_right=True),
    "platform": TableColumn("PLATFORM", rank=6),
}
_HEADINGS = {
    "rootSize": "ROOT SIZE",
    "guestOsType": "GUEST OS",
    "architecture": "ARCH",
    "hypervisorType": "HYPERVISOR",
    "hostUuid": "HOST",
    "clusterUuid": "CLUSTER",
    "zoneUuid": "ZONE",
    "createDate": "CREATED",
    "lastOpDate": "LAST CHANGE",
    "status": "STATUS",
    "format": "FORMAT",
}
_UNRANKED = 7


def table_columns(names: Sequence[str], schema: ResourceSchema, *, requested: bool) -> list[TableColumn]:
    """Return how the columns called ``names`` are drawn.

    Args:
        names: in the order of the table.
        schema: the kind of the records.
        requested: whether the user listed the columns, so that the last one is the first to be left out.
    """
    columns = [_table_column(name, schema) for name in names]
    if not requested:
        return [
            column if name in _KNOWN_COLUMNS else column._replace(rank=_UNRANKED + index)
            for index, (name, column) in enumerate(zip(names, columns, strict=True))
        ]
    return [
        column._replace(rank=column.rank and index, cuttable=not _is_uuid(name))
        for index, (name, column) in enumerate(zip(names, columns, strict=True))
    ]


def _is_uuid(name: str) -> bool:
    return name.lower().endswith("uuid")


def _table_column(name: str, schema: ResourceSchema) -> TableColumn:
    if name in _KNOWN_COLUMNS:
        return _KNOWN_COLUMNS[name]
    return TableColumn(
        _HEADINGS.get(name, name),
        rank=_UNRANKED,
        align_right=name in schema.sizes,
        shorten=_first_and_count if "." in name else None,
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
        removable = [index for index in indexes if columns[index].rank > 0]
        if total_width(cut) <= max_width:
            return TableFit(indexes, cut, shortened=True)
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
    kept = [widths[index] for index in indexes]
    for position, index in enumerate(indexes):
        if columns[index].cuttable:
            excess = max(total_width(kept) - max_width, 0)
            kept[position] = max(kept[position] - excess, min(kept[position], min_width))
    return tuple(kept)


def _min_widths(
    columns: Sequence[TableColumn], widths: Sequence[int], indexes: tuple[int, ...], max_width: int
) -> TableFit:
    """Return the fit of the columns that always stay: cut further, and without those where they still do not fit."""
    kept = _cut_widths(columns, widths, indexes, max_width, min_width=_MIN_CELL_WIDTH)
    if total_width(kept) > max_width:
        indexes = tuple(index for index in indexes if not columns[index].cuttable) or indexes
        kept = tuple(widths[index] for index in indexes)
    return TableFit(indexes, kept, shortened=True)
