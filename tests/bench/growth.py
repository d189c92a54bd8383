"""Whether time and memory grow in a straight line with the number of VM instances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.pipeline import FailedError, Run, run
from tests.bench.rows import MB, Spread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.bench.site import Site

SIZES = (100, 1_000, 10_000, 100_000)
SHAPES = {"--json": ("--json",), "table": (), "csv": ("-o", "csv")}
_ALLOWED = 1.25


@dataclass(frozen=True)
class Point:
    """So many VM instances took so many seconds and MB."""

    vms: int
    seconds: Spread
    peak: float


@dataclass(frozen=True)
class Line:
    """One shape of answer at every size, or why not.

    Args:
        shape: how it is shown.
        points: from the smallest to the greatest.
        flaw: why points are missing.
    """

    shape: str
    points: Sequence[Point]
    flaw: str | None = None

    @property
    def time(self) -> float | None:
        """The greatest size's seconds, by those on the straight line through the two sizes before it."""
        # The least of them: what else the machine does only adds to it.
        return _by_line([(point.vms, point.seconds.minimum) for point in self.points])

    @property
    def memory(self) -> float | None:
        """The same of its MB."""
        return _by_line([(point.vms, point.peak) for point in self.points])

    @property
    def straight(self) -> bool | None:
        """Whether both are at most a quarter above the line; None where that was not measured."""
        if self.time is None or self.memory is None:
            return None
        return max(self.time, self.memory) <= _ALLOWED


def _by_line(points: Sequence[tuple[int, float]]) -> float | None:
    if len(points) < len(SIZES):
        return None
    (x1, y1), (x2, y2), (x3, y3) = points[-3:]
    return y3 / (y2 + (y2 - y1) * (x3 - x2) / (x2 - x1))


def measure(site: Site, shape: str, runs: Callable[[int], int]) -> Line:
    """Run one shape of answer at every size, the sizes in turns, as often as ``runs`` says of a size."""
    taken: dict[int, list[Run]] = {vms: [] for vms in SIZES}
    flaw = None
    try:
        for turn in range(max(map(runs, SIZES))):
            for vms in (vms for vms in SIZES if turn < runs(vms)):
                site.body(vms)
                taken[vms].append(run(site.candidates(*SHAPES[shape], vms=vms)))
    except FailedError as error:
        flaw = str(error)
    return Line(shape, [_point(vms, ended) for vms, ended in taken.items() if ended], flaw)


def _point(vms: int, runs: Sequence[Run]) -> Point:
    return Point(vms, Spread.of(each.seconds for each in runs), max(each.peak for each in runs) / MB)
