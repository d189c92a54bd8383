"""Pairs of runs to compare, of zsiso and of another program, with their goals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import truediv
from typing import TYPE_CHECKING

from tests.bench.pipeline import PipelineError, Run, run
from tests.bench.rows import MB, Row, Spread

if TYPE_CHECKING:
    from tests.bench.pipeline import Pipeline
    from tests.bench.site import Site

_TABLE_JQ = (
    ".inventories[] | [.name, .uuid, .state, (.vmCdRoms | length), .cpuNum, .memorySize / 1073741824,"
    ' ([.vmNics[].ip] | join(", ")), .platform] | @tsv'
)
_CSV_JQ = (
    ".inventories[] | [.name, .uuid, .state, (.vmCdRoms | length), .cpuNum, .memorySize,"
    ' ([.vmNics[].ip] | join(",")), .platform] | @csv'
)


@dataclass(frozen=True)
class Pair:
    """A run of zsiso and a run to compare it with.

    Args:
        name: what zsiso does.
        other: what the other program does.
        zsiso_run: the run of zsiso.
        other_run: the other run.
        goal: the highest accepted ratio of the times, zsiso's divided by the other's.
        max_memory: the highest accepted resident memory of zsiso in MB, None for no limit.
        vms: the number of VM instances in the response to both.
    """

    name: str
    other: str
    zsiso_run: Pipeline
    other_run: Pipeline
    goal: float
    max_memory: float | None = None
    vms: int = 1


def list_pairs(site: Site) -> list[Pair]:
    """Return the pairs in the order of the report."""
    return [
        *_small(site),
        _json(site, 10_000, 0.25, 80),
        _json(site, 100_000, 0.15, 80),
        _table(site, 10_000, 0.6, 60),
        _table(site, 100_000, 0.3, 120),
        _csv(site, 100_000, 0.3, 120),
    ]


def _small(site: Site) -> list[Pair]:
    python, json = "python -c pass", site.candidates("--json", vms=1)
    typed = site.zsiso("candidates", "--o", environ={"_ZSISO_COMPLETE": "words"})
    return [
        Pair("zsiso --help", python, site.zsiso("--help"), site.python(), 4.5),
        Pair("completion", python, typed, site.python(), 4.5),
        Pair(_name("--json", 1), python, json, site.python(), 9.5),
        _json(site, 1, 5),
        Pair(_name("--json", 1), "httpie, the same GET", json, site.httpie(vms=1), 0.45),
        _table(site, 1, 5.5),
    ]


def _json(site: Site, vms: int, goal: float, max_memory: float | None = None) -> Pair:
    zsiso_run, other_run = site.candidates("--json", vms=vms), site.curl(("jq", "."), vms=vms)
    return Pair(_name("--json", vms), "curl | jq .", zsiso_run, other_run, goal, max_memory, vms)


def _table(site: Site, vms: int, goal: float, max_memory: float | None = None) -> Pair:
    programs = (("jq", "-r", _TABLE_JQ), ("column", "-t", "-s", "\t"))
    zsiso_run, other_run = site.candidates(vms=vms), site.curl(*programs, vms=vms)
    return Pair(_name("table", vms), "curl | jq -r @tsv | column -t", zsiso_run, other_run, goal, max_memory, vms)


def _csv(site: Site, vms: int, goal: float, max_memory: float | None = None) -> Pair:
    zsiso_run, other_run = site.candidates("-o", "csv", vms=vms), site.curl(("jq", "-r", _CSV_JQ), vms=vms)
    return Pair(_name("csv", vms), "curl | jq -r @csv", zsiso_run, other_run, goal, max_memory, vms)


def _name(output: str, vms: int) -> str:
    return f"{output}, {vms:,} VM{'s' if vms > 1 else ''}"


def measure(site: Site, pair: Pair, runs: int) -> Row:
    """Run both programs of a pair in turns, so that other load on the machine affects both."""
    site.body(pair.vms)
    missing = pair.other_run.missing
    row = Row(pair.name, pair.other, "x", None, pair.goal, max_memory=pair.max_memory)
    try:
        zsiso_runs, other_runs = _in_turns(pair.zsiso_run, None if missing else pair.other_run, runs)
    except PipelineError as error:
        return replace(row, problem=str(error))
    zsiso_times = [item.seconds for item in zsiso_runs]
    other_times = [item.seconds for item in other_runs]
    return replace(
        row,
        spread=Spread.of(map(truediv, zsiso_times, other_times)) if other_times else None,
        peak=max(item.peak for item in zsiso_runs) / MB,
        zsiso_times=Spread.of(zsiso_times),
        other_times=Spread.of(other_times) if other_times else None,
        runs=runs,
        problem=f"not installed: {', '.join(missing)}" if missing else None,
    )


def _in_turns(zsiso_run: Pipeline, other_run: Pipeline | None, runs: int) -> tuple[list[Run], list[Run]]:
    results: tuple[list[Run], list[Run]] = ([], [])
    # The first turn fills the caches and does not count.
    for _ in range(1 + runs):
        results[0].append(run(zsiso_run))
        if other_run is not None:
            results[1].append(run(other_run))
    return results[0][1:], results[1][1:]
