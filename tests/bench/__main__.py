"""Compare zsiso with other programs: ``python -m tests.bench``."""

from __future__ import annotations

import argparse
import os
import re
import sys

from tests.bench import concurrency, drawing, growth, pairs
from tests.bench.machine import describe_machine
from tests.bench.report import Report, as_json, as_text
from tests.bench.site import Site, open_site


class Plan:
    """Which measurements to take, and how many runs of each.

    Args:
        only: a regular expression; measurements whose name it matches are taken.
        runs: the number of runs; None for fewer runs of longer measurements.
    """

    def __init__(self, only: str, runs: int | None) -> None:
        self._only = re.compile(only)
        self._runs = runs

    def includes(self, name: str) -> bool:
        """Return whether a measurement is to be taken; name it on stderr if it is."""
        included = self._only.search(name) is not None
        if included:
            sys.stderr.write(f"measuring {name}\n")
        return included

    def runs(self, vms: int = 1) -> int:
        """Return the number of runs for a response with this number of VM instances."""
        return self._runs or (31 if vms <= 100 else 9 if vms <= 10_000 else 5)


def main() -> None:
    """Measure and print the report."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON, for comparing two commits")
    parser.add_argument(
        "--only",
        metavar="PATTERN",
        default="",
        help="take only measurements whose name matches this regular expression",
    )
    parser.add_argument(
        "--runs", metavar="N", type=int, help="number of runs of each measurement [default: 31, 9 or 5, by size]"
    )
    options = parser.parse_args()
    with open_site() as site:
        report = measure(site, Plan(options.only, options.runs))
    sys.stdout.write(as_json(report) if options.json else as_text(report))


def measure(site: Site, plan: Plan) -> Report:
    """Take the planned measurements."""
    conditions = describe_machine(site.environ)
    rows = [
        pairs.measure(site, pair, plan.runs(pair.vms))
        for pair in pairs.list_pairs(site)
        if plan.includes(f"{pair.name} | {pair.other}")
    ]
    if plan.includes("drawing a row"):
        rows += drawing.measure(site.environ, plan.runs(10_000))
    growths = [
        growth.measure(site, output, plan.runs)
        for output in growth.FORMATS
        if plan.includes(f"linear growth, {output}")
    ]
    concurrent_runs = concurrency.measure_concurrent_runs(site) if plan.includes("concurrent runs") else None
    mock = concurrency.measure_mock(site, plan.runs(concurrency.LARGEST)) if plan.includes("mock node") else None
    conditions["load after"] = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return Report(conditions, rows, growths, concurrent_runs, mock)


if __name__ == "__main__":
    main()
