"""Time to draw one row of a table, by zsiso and by rich's Table.

``python -m tests.bench.drawing RUNS`` prints the microseconds per row of each run as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, Any

from tests.bench import bodies
from tests.bench.rows import Row, Spread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_ROWS = 2000
_GOAL = 5.0


def measure(environ: Mapping[str, str], runs: int) -> list[Row]:
    """Return the report's rows about drawing, in µs per row; a separate process measures it and imports rich."""
    row = Row("drawing a row of the table", "rich's Table", "µs", None, _GOAL)
    command = (sys.executable, "-m", __name__, str(runs))
    process = subprocess.run(command, env=dict(environ), capture_output=True, text=True, check=False)
    if process.returncode:
        problem = (process.stderr.strip() or "no message on stderr").splitlines()[-1]
        return [replace(row, problem=problem)]
    durations: dict[str, list[float]] = json.loads(process.stdout)
    rich = Spread.of(microseconds / 1e6 for microseconds in durations.pop("rich"))
    return [
        replace(row, name=f"{row.name}, {variant}", spread=Spread.of(microseconds), other_times=rich, runs=runs)
        for variant, microseconds in durations.items()
    ]


def main(runs: int) -> None:
    """Print the measurements."""
    rows = [_cells(instance) for instance in islice(bodies.instances(), _ROWS)]
    variants = {
        "plain": _draw_by_zsiso(rows, colour=False),
        "colour": _draw_by_zsiso(rows, colour=True),
        "rich": _draw_by_rich(rows),
    }
    durations: dict[str, list[float]] = {variant: [] for variant in variants}
    for _ in range(runs):
        for variant, draw in variants.items():
            begin = perf_counter()
            draw()
            durations[variant].append((perf_counter() - begin) / _ROWS * 1e6)
    sys.stdout.write(json.dumps(durations))


def _cells(instance: Mapping[str, Any]) -> list[str]:
    drives = instance.get("vmCdRoms")
    return [
        instance["name"],
        instance["uuid"],
        instance["state"],
        "?" if drives is None else "free" if drives else "none",
        f"{instance['cpuNum']:.0f}",
        f"{instance['memorySize'] / (1 << 30):.0f} GiB",
        ", ".join(nic["ip"] for nic in instance["vmNics"]) or "-",
        instance["platform"],
    ]


def _draw_by_zsiso(rows: Sequence[Sequence[str]], *, colour: bool) -> Callable[[], object]:
    from zsiso.inventory.columns import VM_INSTANCES
    from zsiso.output import layout, table
    from zsiso.output.column_store import ColumnBuffer
    from zsiso.output.terminal import Terminal

    heads = layout.table_columns(VM_INSTANCES.table, VM_INSTANCES, requested=False)
    screen = Terminal(width=None, colour=colour, encoding="utf-8")
    sheet = ColumnBuffer(list(zip(*rows, strict=True)), range(len(rows)))
    # Lines are drawn when they are taken from the iterator.
    return lambda: "".join(table.draw_table(heads, sheet, screen))


def _draw_by_rich(rows: Sequence[Sequence[str]]) -> Callable[[], object]:
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    from zsiso.inventory.columns import VM_INSTANCES

    def draw() -> None:
        table = Table(*(Column(name, no_wrap=True) for name in VM_INSTANCES.table), box=None)
        for row in rows:
            table.add_row(*map(Text, row))
        Console(file=StringIO(), width=1000).print(table)

    return draw


if __name__ == "__main__":
    main(int(sys.argv[1]))
