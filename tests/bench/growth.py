"""Whether time and memory grow linearly with the number of VM instances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.pipeline import PipelineError, Run, run
from tests.bench.rows import MB, Spread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.bench.site import Site

SIZES = (100, 1_000, 10_000, 100_000)
FORMATS = {"--json": ("--json",), "table": (), "csv": ("-o", "csv")}
_MAX_RATIO = 1.25


@dataclass(frozen=True)
class Point:
    """Seconds and MB for a number of VM instances."""

    vms: int
    seconds: Spread
    peak: float


@dataclass(frozen=True)
class Growth:
    """One output format at every size.

    Args:
        output: the output format.
        points: the measurements, from the smallest to the largest size.
        problem: why points are missing.
    """

    output: str
    points: Sequence[Point]
    problem: str | None = None

    @property
    def time_ratio(self) -> float | None:
        """The seconds of the largest size, divided by the value on the line through the two sizes before it."""
        # The minimum: other load on the machine only increases the time.
        return _ratio_to_line([(point.vms, point.seconds.minimum) for point in self.points])

    @property
    def memory_ratio(self) -> float | None:
        """The same ratio for MB."""
        return _ratio_to_line([(point.vms, point.peak) for point in self.points])

    @property
    def is_linear(self) -> bool | None:
        """Whether both are at most 25 % above the line; None when not measured."""
        if self.time_ratio is None or self.memory_ratio is None:
            return None
        return max(self.time_ratio, self.memory_ratio) <= _MAX_RATIO


def _ratio_to_line(points: Sequence[tuple[int, float]]) -> float | None:
    if len(points) < len(SIZES):
        return None
    (x1, y1), (x2, y2), (x3, y3) = points[-3:]
    return y3 / (y2 + (y2 - y1) * (x3 - x2) / (x2 - x1))


def measure(site: Site, output: str, runs: Callable[[int], int]) -> Growth:
    """Run one output format at every size in turns; ``runs`` gives the number of runs of a size."""
    results: dict[int, list[Run]] = {vms: [] for vms in SIZES}
    problem = None
    try:
        for turn in range(max(map(runs, SIZES))):
            for vms in (vms for vms in SIZES if turn < runs(vms)):
                site.body(vms)
                results[vms].append(run(site.candidates(*FORMATS[output], vms=vms)))
    except PipelineError as error:
        problem = str(error)
    return Growth(output, [_point(vms, item_runs) for vms, item_runs in results.items() if item_runs], problem)


def _point(vms: int, runs: Sequence[Run]) -> Point:
    return Point(vms, Spread.of(item.seconds for item in runs), max(item.peak for item in runs) / MB)
