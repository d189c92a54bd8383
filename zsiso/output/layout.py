"""Pure: the columns of a table as cells, and which of them a window has room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zsiso import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from zsiso.inventory.columns import ResourceSchema

COLUMN_GAP = "  "
"""What stands between one column and the next."""

# Cells a column that may be cut keeps before another one is given up for it.
_MIN_CUT_WIDTH = 16
_MIN_CELL_WIDTH = 4


class TableColumn(NamedTuple):
    """How one column of a table is drawn.

    Args:
        head: what stands above it.
        rank: 0 always stays; the greatest is the first to be given up.
        right: numbers stand to the right.
        cuttable: may lose its end to fit the window.
        shorten: a shorter way to say a cell, tried before anything is given up.
        style: the colour of a cell, by what it says.
    """

    head: str
    rank: int = 0
    right: bool = False
    cuttable: bool = False
    shorten: Callable[[str], str] | None = None
    style: Callable[[str], str | None] | None = None


def _first_and_count(cell: str) -> str:
    first, *others = cell.split(", ")
    return f"{first} +{len(others)}" if others else first


# Of VM instances, and of ISO images.
_STATES = {"Running": "green", "Stopped": "red", "Enabled": "green", "Disabled": "red"}


def _state_style(state: str) -> str | None:
    return _STATES.get(state, None if state == text.MISSING else "magenta")


def _cdrom_style(state: str) -> str | None:
    return {"free": "green", "full": "red", "none": "red", "already": "magenta"}.get(state)


# What a person needs to choose a VM and to tell it from another stays longest: name
# and UUID always, then whether the ISO fits, the state, the addresses, the size, and
# last the platform.
_KNOWN_COLUMNS = {
    "name": TableColumn("NAME", cuttable=True),
    "uuid": TableColumn("UUID"),
    "cdrom": TableColumn("CDROM", rank=1, style=_cdrom_style),
    "state": TableColumn("STATE", rank=2, style=_state_style),
    "ips": TableColumn("IP ADDRESSES", rank=3, shorten=_first_and_count),
    "memorySize": TableColumn("MEMORY", rank=4, right=True),
    "size": TableColumn("SIZE", rank=1, right=True),
    "cpuNum": TableColumn("CPUS", rank=5, right=True),
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


def table_columns(names: Sequence[str], listing: ResourceSchema, *, chosen: bool) -> list[TableColumn]:
    """Return how the columns called ``names`` are drawn.

    Args:
        names: in the order they stand.
        listing: whose they are.
        chosen: they were asked for one by one, so that the last is the least wanted.
    """
    drawn = [_column(name, listing) for name in names]
    if not chosen:
        return [
            column if name in _KNOWN_COLUMNS else column._replace(rank=_UNRANKED + at)
            for at, (name, column) in enumerate(zip(names, drawn, strict=True))
        ]
    return [
        column._replace(rank=column.rank and at, cuttable=not _is_uuid(name))
        for at, (name, column) in enumerate(zip(names, drawn, strict=True))
    ]


def _is_uuid(name: str) -> bool:
    return name.lower().endswith("uuid")


def _column(name: str, listing: ResourceSchema) -> TableColumn:
    if name in _KNOWN_COLUMNS:
        return _KNOWN_COLUMNS[name]
    return TableColumn(
        _HEADINGS.get(name, name),
        rank=_UNRANKED,
        right=name in listing.sizes,
        shorten=_first_and_count if "." in name else None,
    )


class TableFit(NamedTuple):
    """How much of a table a window takes: places of the columns kept, their widths in cells."""

    places: tuple[int, ...]
    widths: tuple[int, ...]
    shortened: bool

    @property
    def kept(self) -> Iterable[tuple[int, int]]:
        """The place and the width of each column that is kept."""
        return zip(self.places, self.widths, strict=True)


def fit_columns(
    columns: Sequence[TableColumn], full: Sequence[int], short: Sequence[int], window: int | None
) -> TableFit:
    """Return what of a table fits a window.

    Args:
        columns: the columns in their order.
        full: the width of each in cells, with nothing shortened.
        short: the same with its cells shortened.
        window: the window's width in cells, None where nothing may be cut.
    """
    places = tuple(range(len(columns)))
    if window is None:
        return TableFit(places, tuple(full), shortened=False)
    while True:
        for widths, shortened in ((full, False), (short, True)):
            kept = tuple(widths[at] for at in places)
            if total_width(kept) <= window:
                return TableFit(places, kept, shortened)
        cut = _cut_widths(columns, short, places, window)
        spare = [at for at in places if columns[at].rank > 0]
        if total_width(cut) <= window:
            return TableFit(places, cut, shortened=True)
        if not spare:
            return _min_widths(columns, short, places, window)
        least = max(spare, key=lambda at: columns[at].rank)
        places = tuple(at for at in places if at != least)


def total_width(widths: Sequence[int]) -> int:
    """Return how wide a table with columns of these widths is, in cells."""
    return sum(widths) + len(COLUMN_GAP) * (len(widths) - 1)


def _cut_widths(
    columns: Sequence[TableColumn],
    widths: Sequence[int],
    places: Sequence[int],
    window: int,
    least: int = _MIN_CUT_WIDTH,
) -> tuple[int, ...]:
    """Return the widths with the columns that may be cut cut as far as needed, and allowed."""
    kept = [widths[at] for at in places]
    for index, at in enumerate(places):
        if columns[at].cuttable:
            excess = max(total_width(kept) - window, 0)
            kept[index] = max(kept[index] - excess, min(kept[index], least))
    return tuple(kept)


def _min_widths(
    columns: Sequence[TableColumn], widths: Sequence[int], places: tuple[int, ...], window: int
) -> TableFit:
    """Return the fit of the columns left: cut further, or given up, when they still do not fit."""
    kept = _cut_widths(columns, widths, places, window, least=_MIN_CELL_WIDTH)
    if total_width(kept) > window:
        places = tuple(at for at in places if not columns[at].cuttable) or places
        kept = tuple(widths[at] for at in places)
    return TableFit(places, kept, shortened=True)
