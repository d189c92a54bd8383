"""What is measured against what, and the goals: zsiso's run and another program's, taken in turns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.bench.pipeline import FailedError, Run, run
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
    """A row of the table.

    Args:
        what: what zsiso is asked for.
        against: what the other program is called.
        ours: zsiso's run.
        theirs: the other's.
        goal: how many times theirs ours may take.
        memory: MB that may be resident, None for any number.
        vms: how many VM instances both are answered with.
    """

    what: str
    against: str
    ours: Pipeline
    theirs: Pipeline
    goal: float
    memory: float | None = None
    vms: int = 1


def pairs(site: Site) -> list[Pair]:
    """Return the rows of the table in their order."""
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
        Pair("a completion", python, typed, site.python(), 4.5),
        Pair(_what("--json", 1), python, json, site.python(), 9.5),
        _json(site, 1, 5),
        Pair(_what("--json", 1), "httpie, the same GET", json, site.httpie(vms=1), 0.45),
        _table(site, 1, 5.5),
    ]


def _json(site: Site, vms: int, goal: float, memory: float | None = None) -> Pair:
    ours, theirs = site.candidates("--json", vms=vms), site.curl(("jq", "."), vms=vms)
    return Pair(_what("--json", vms), "curl | jq .", ours, theirs, goal, memory, vms)


def _table(site: Site, vms: int, goal: float, memory: float | None = None) -> Pair:
    programs = (("jq", "-r", _TABLE_JQ), ("column", "-t", "-s", "\t"))
    ours, theirs = site.candidates(vms=vms), site.curl(*programs, vms=vms)
    return Pair(_what("table", vms), "curl | jq -r @tsv | column -t", ours, theirs, goal, memory, vms)


def _csv(site: Site, vms: int, goal: float, memory: float | None = None) -> Pair:
    ours, theirs = site.candidates("-o", "csv", vms=vms), site.curl(("jq", "-r", _CSV_JQ), vms=vms)
    return Pair(_what("csv", vms), "curl | jq -r @csv", ours, theirs, goal, memory, vms)


def _what(shape: str, vms: int) -> str:
    return f"{shape}, {vms:,} VM{'s' if vms > 1 else ''}"


def measure(site: Site, pair: Pair, runs: int) -> Row:
    """Run both sides of a pair in turns, so that what else the machine does falls on both."""
    site.body(pair.vms)
    missing = pair.theirs.missing
    row = Row(pair.what, pair.against, "x", None, pair.goal, memory=pair.memory)
    try:
        ours, theirs = _in_turns(pair.ours, None if missing else pair.theirs, runs)
    except FailedError as error:
        return replace(row, flaw=str(error))
    return replace(
        row,
        spread=Spread.of(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True)) if theirs else None,
        peak=max(each.peak for each in ours) / MB,
        ours=Spread.of(each.seconds for each in ours),
        theirs=Spread.of(each.seconds for each in theirs) if theirs else None,
        runs=runs,
        flaw=f"not installed: {', '.join(missing)}" if missing else None,
    )


def _in_turns(ours: Pipeline, theirs: Pipeline | None, runs: int) -> tuple[list[Run], list[Run]]:
    taken: tuple[list[Run], list[Run]] = ([], [])
    # The first turn finds nothing in the caches, and does not count.
    for _ in range(1 + runs):
        taken[0].append(run(ours))
        if theirs is not None:
            taken[1].append(run(theirs))
    return taken[0][1:], taken[1][1:]
