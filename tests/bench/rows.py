"""The rows of the report's table."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MB = 1_000_000
"""Bytes."""


@dataclass(frozen=True)
class Spread:
    """Minimum, median and maximum of numbers."""

    minimum: float
    median: float
    maximum: float

    @classmethod
    def of(cls, numbers: Iterable[float]) -> Spread:
        """Return the spread of at least one number."""
        ordered = sorted(numbers)
        return cls(ordered[0], median(ordered), ordered[-1])


@dataclass(frozen=True)
class Row:
    """The result of a pair.

    Args:
        name: what zsiso does.
        other: what the other program does.
        unit: the unit of ``spread`` and ``goal``: ``x`` for the ratio of the times, or ``µs``.
        spread: the time of zsiso divided by the other's, per run; None when not installed or failed.
        goal: the highest accepted median.
        peak: the highest resident memory of zsiso in MB.
        max_memory: the highest accepted peak in MB, None for no limit.
        zsiso_times: the seconds of zsiso's runs, None when there were none.
        other_times: the seconds of the other's runs; with unit ``µs``, the seconds per row.
        runs: the number of runs of each.
        problem: why a result is missing.
    """

    name: str
    other: str
    unit: str
    spread: Spread | None
    goal: float
    peak: float | None = None
    max_memory: float | None = None
    zsiso_times: Spread | None = None
    other_times: Spread | None = None
    runs: int = 0
    problem: str | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether both goals are met; None when not measured."""
        too_slow = self.spread is not None and self.spread.median > self.goal
        too_big = self.peak is not None and self.max_memory is not None and self.peak > self.max_memory
        if too_slow or too_big:
            return False
        return None if self.spread is None else True
