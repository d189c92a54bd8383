"""How long drawing one row of the table takes, zsiso's way and by rich's own Table.

``python -m tests.bench.drawing RUNS`` prints the microseconds a row of each run as JSON.
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
    """Return the rows about drawing, in µs a row; measured in a process of its own, which may import rich."""
    row = Row("drawing a row of the table", "rich's own Table", "µs", None, _GOAL)
    command = (sys.executable, "-m", __name__, str(runs))
    done = subprocess.run(command, env=dict(environ), capture_output=True, text=True, check=False)
    if done.returncode:
        flaw = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        return [replace(row, flaw=flaw)]
    taken: dict[str, list[float]] = json.loads(done.stdout)
    rich = Spread.of(micros / 1e6 for micros in taken.pop("rich"))
    return [
        replace(row, what=f"{row.what}, {way}", spread=Spread.of(micros), theirs=rich, runs=runs)
        for way, micros in taken.items()
    ]


def main(runs: int) -> None:
    """Print the measurements."""
    rows = [_cells(instance) for instance in islice(bodies.instances(), _ROWS)]
    ways = {"plain": _ours(rows, colour=False), "colour": _ours(rows, colour=True), "rich": _by_rich(rows)}
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(runs):
        for way, draw in ways.items():
            begin = perf_counter()
            draw()
            taken[way].append((perf_counter() - begin) / _ROWS * 1e6)
    sys.stdout.write(json.dumps(taken))


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


def _ours(rows: Sequence[Sequence[str]], *, colour: bool) -> Callable[[], object]:
    from zsiso.inventory.columns import VM_INSTANCES
    from zsiso.output import layout, table
    from zsiso.output.column_store import ColumnBuffer
    from zsiso.output.terminal import Terminal

    heads = layout.table_columns(VM_INSTANCES.table, VM_INSTANCES, requested=False)
    screen = Terminal(width=None, colour=colour, encoding="utf-8")
    sheet = ColumnBuffer(list(zip(*rows, strict=True)), range(len(rows)))
    # It draws as its lines are taken.
    return lambda: "".join(table.draw_table(heads, sheet, screen))


def _by_rich(rows: Sequence[Sequence[str]]) -> Callable[[], object]:
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
