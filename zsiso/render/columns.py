"""Pure: what the columns of a table say, and which of them a window has room for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zsiso import text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zsiso.models import VmInstance

GAP = 2
"""Cells between one column and the next."""

_LEAST_CUT = 20
"""Cells a column that may be cut keeps before another one is given up for it."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

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


def shown(value: float | str | None) -> str:
    """Return a value as a cell says it: clean text, or ``-`` for what is missing."""
    if value is None or value == "":
        return text.MISSING
    return text.clean(value) if isinstance(value, str) else text.number(value)


def _memory(vm: VmInstance) -> str:
    size = vm.memory_size
    return shown(size) if size is None or isinstance(size, str) else text.gib(size)


def _ips(vm: VmInstance) -> str:
    return shown(", ".join(vm.ips))


def _first_ip(cell: str) -> str:
    first, *others = cell.split(", ")
    return f"{first} +{len(others)}" if others else first


def _state_style(state: str) -> str | None:
    return {"Running": "green", "Stopped": "red"}.get(state, None if state == text.MISSING else "yellow")


# What a person needs to tell one VM from another stays longest: name and UUID
# always, then the state, the addresses, the size, and last the platform.
VM_COLUMNS: tuple[tuple[Column, Callable[[VmInstance], str]], ...] = (
    (Column("NAME", cuttable=True), lambda vm: shown(vm.name)),
    (Column("UUID"), lambda vm: shown(vm.uuid)),
    (Column("STATE", rank=1, style=_state_style), lambda vm: shown(vm.state)),
    (Column("CPUS", rank=4, right=True), lambda vm: shown(vm.cpu_num)),
    (Column("MEMORY", rank=3, right=True), _memory),
    (Column("IP ADDRESSES", rank=2, shorten=_first_ip), _ips),
    (Column("PLATFORM", rank=5), lambda vm: shown(vm.platform)),
)


@dataclass(frozen=True)
class Fit:
    """How much of a table a window takes: places of the columns kept, their widths in cells."""

    places: tuple[int, ...]
    widths: tuple[int, ...]
    shortened: bool


def fit(columns: Sequence[Column], full: Sequence[int], short: Sequence[int], window: int) -> Fit:
    """Return what of a table fits a window.

    Args:
        columns: the columns in their order.
        full: the width of each in cells, with nothing shortened.
        short: the same with its cells shortened.
        window: the window's width in cells.
    """
    places = tuple(range(len(columns)))
    while True:
        for widths, shortened in ((full, False), (short, True)):
            kept = tuple(widths[at] for at in places)
            if _total(kept) <= window:
                return Fit(places, kept, shortened)
        cut = _cut(columns, short, places, window)
        spare = [at for at in places if columns[at].rank > 0]
        if _total(cut) <= window:
            return Fit(places, cut, shortened=True)
        if not spare:
            return _narrowest(columns, short, places, window)
        least = max(spare, key=lambda at: columns[at].rank)
        places = tuple(at for at in places if at != least)


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _cut(
    columns: Sequence[Column], widths: Sequence[int], places: Sequence[int], window: int, least: int = _LEAST_CUT
) -> tuple[int, ...]:
    """Return the widths with the columns that may be cut cut as far as needed, and allowed."""
    kept = [widths[at] for at in places]
    for index, at in enumerate(places):
        if columns[at].cuttable:
            excess = max(_total(kept) - window, 0)
            kept[index] = max(kept[index] - excess, min(kept[index], least))
    return tuple(kept)


def _narrowest(columns: Sequence[Column], widths: Sequence[int], places: tuple[int, ...], window: int) -> Fit:
    """Return the fit of the columns left: cut further, or given up, when they still do not fit."""
    kept = _cut(columns, widths, places, window, least=4)
    if _total(kept) > window:
        places = tuple(at for at in places if not columns[at].cuttable) or places
        kept = tuple(widths[at] for at in places)
    return Fit(places, kept, shortened=True)
