"""What was measured: the rows of the table."""

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
    """The least, the middle and the greatest of some numbers."""

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
    """What a pair came to.

    Args:
        what: as of the pair.
        against: likewise.
        unit: of ``spread`` and ``goal``: ``x`` for how many times the other's, or ``µs``.
        spread: ours by theirs, run by run; None where the other is not there, or a run failed.
        goal: the greatest median that is good.
        peak: MB resident at the most in any run of ours.
        memory: the greatest peak that is good, None for any.
        ours: seconds of zsiso's runs, or None where there were none.
        theirs: seconds of the other's; for ``µs``, of one row.
        runs: how many of each.
        flaw: why something is missing.
    """

    what: str
    against: str
    unit: str
    spread: Spread | None
    goal: float
    peak: float | None = None
    memory: float | None = None
    ours: Spread | None = None
    theirs: Spread | None = None
    runs: int = 0
    flaw: str | None = None

    @property
    def met(self) -> bool | None:
        """Whether both goals are met; None where that was not measured."""
        too_slow = self.spread is not None and self.spread.median > self.goal
        too_big = self.peak is not None and self.memory is not None and self.peak > self.memory
        if too_slow or too_big:
            return False
        return None if self.spread is None else True
