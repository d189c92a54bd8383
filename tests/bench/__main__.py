"""Measure zsiso beside other programs: ``python -m tests.bench``."""

from __future__ import annotations

import argparse
import os
import re
import sys

from tests.bench import crowd, drawing, growth, pairs
from tests.bench.machine import description
from tests.bench.report import Report, as_json, as_text
from tests.bench.site import Site, open_site


class Plan:
    """What is measured, and how often.

    Args:
        only: a regular expression that finds it by its name.
        runs: how often; None for less the longer one takes.
    """

    def __init__(self, only: str, runs: int | None) -> None:
        self._only = re.compile(only)
        self._runs = runs

    def has(self, name: str) -> bool:
        """Tell whether something is to be measured, and on stderr that it will be."""
        wanted = self._only.search(name) is not None
        if wanted:
            sys.stderr.write(f"measuring {name}\n")
        return wanted

    def runs(self, vms: int = 1) -> int:
        """Return how often to run what is answered with so many VM instances."""
        return self._runs or (31 if vms <= 100 else 9 if vms <= 10_000 else 5)


def main() -> None:
    """Print the table, goals met or not."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON, to compare two commits by")
    parser.add_argument("--only", metavar="PATTERN", default="", help="measure what this regular expression finds")
    parser.add_argument(
        "--runs", metavar="N", type=int, help="run each so often; by default, 31, 9 or 5 times, by size"
    )
    given = parser.parse_args()
    with open_site() as site:
        report = measure(site, Plan(given.only, given.runs))
    sys.stdout.write(as_json(report) if given.json else as_text(report))


def measure(site: Site, plan: Plan) -> Report:
    """Measure all that is planned."""
    how = description(site.environ)
    rows = [
        pairs.measure(site, pair, plan.runs(pair.vms))
        for pair in pairs.pairs(site)
        if plan.has(f"{pair.what} | {pair.against}")
    ]
    if plan.has("drawing a row"):
        rows += drawing.measure(site.environ, plan.runs(10_000))
    lines = [growth.measure(site, shape, plan.runs) for shape in growth.SHAPES if plan.has(f"straight line, {shape}")]
    calls = crowd.measure_calls(site) if plan.has("many calls") else None
    mock = crowd.measure_mock(site, plan.runs(crowd.MOST)) if plan.has("mock node") else None
    how["load after"] = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return Report(how, rows, lines, calls, mock)


if __name__ == "__main__":
    main()
