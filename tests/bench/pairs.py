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
    tab = ("column", "-t", "-s", "\t")
    jq, tsv, csv = ("jq", "."), (("jq", "-r", _TABLE_JQ), tab), ("jq", "-r", _CSV_JQ)
    typed = site.zsiso("candidates", "--o", environ={"_ZSISO_COMPLETE": "words"})
    python, curl_jq, curl_column = "python -c pass", "curl | jq .", "curl | jq @tsv | column -t"
    one, many, most = 1, 10_000, 100_000

    def json(vms: int) -> Pipeline:
        return site.candidates("--json", vms=vms)

    def json_pair(vms: int, goal: float, memory: float | None = None) -> Pair:
        return Pair(_what("--json", vms), curl_jq, json(vms), site.curl(jq, vms=vms), goal, memory, vms)

    def table_pair(vms: int, goal: float, memory: float | None = None) -> Pair:
        ours, theirs = site.candidates(vms=vms), site.curl(*tsv, vms=vms)
        return Pair(_what("table", vms), curl_column, ours, theirs, goal, memory, vms)

    return [
        Pair("zsiso --help", python, site.zsiso("--help"), site.python(), 4.5),
        Pair("a completion", python, typed, site.python(), 4.5),
        Pair(_what("--json", one), python, json(one), site.python(), 9.5),
        json_pair(one, 5),
        Pair(_what("--json", one), "httpie, the same GET", json(one), site.httpie(vms=one), 0.45),
        table_pair(one, 5.5),
        json_pair(many, 0.25, 80),
        json_pair(most, 0.15, 80),
        table_pair(many, 0.6, 60),
        table_pair(most, 0.3, 120),
        Pair(
            _what("csv", most),
            "curl | jq -r @csv",
            site.candidates("-o", "csv", vms=most),
            site.curl(csv, vms=most),
            0.3,
            120,
            most,
        ),
    ]


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
