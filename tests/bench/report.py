"""The report of the benchmark, as Markdown and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tests.bench.concurrency import CONCURRENCY, RUNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.bench.concurrency import ConcurrentRuns, MockShare
    from tests.bench.growth import Growth
    from tests.bench.rows import Row, Spread

_MS = 1000


@dataclass(frozen=True)
class Report:
    """All results; None or empty for measurements that were not taken."""

    conditions: Mapping[str, str]
    rows: Sequence[Row]
    growths: Sequence[Growth]
    concurrent_runs: ConcurrentRuns | None
    mock: MockShare | None


def as_json(report: Report) -> str:
    """Return the report as JSON, with the verdicts beside the results."""
    document: dict[str, Any] = asdict(report)
    for row, document_row in zip(report.rows, document["rows"], strict=True):
        document_row["is_met"] = row.is_met
    for growth, document_row in zip(report.growths, document["growths"], strict=True):
        document_row.update(time_ratio=growth.time_ratio, memory_ratio=growth.memory_ratio, is_linear=growth.is_linear)
    if report.mock is not None:
        document["mock"].update(share=report.mock.share, keeps_up=report.mock.keeps_up)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_text(report: Report) -> str:
    """Return the report as Markdown: the tables with results, and the conditions."""
    concurrent_runs = list(_concurrency(report.concurrent_runs, report.mock))
    conditions = [f"- {name}: {value}" for name, value in report.conditions.items()]
    parts = (_rows(report.rows), _growths(report.growths), concurrent_runs, conditions)
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _rows(rows: Sequence[Row]) -> list[str]:
    headings = ("whole process", "ms", "against", "ms", "min / median / max", "goal", "MB", "goal", "runs", "")
    return _table(headings, [_row(row) for row in rows])


def _row(row: Row) -> tuple[str, ...]:
    unit = " µs" if row.unit == "µs" else ""
    return (
        row.name,
        _ms(row.zsiso_times),
        row.other,
        _ms(row.other_times),
        _spread(row.spread) + (unit if row.spread else ""),
        f"≤ {row.goal:g}{unit}",
        "" if row.peak is None else f"{row.peak:.0f}",
        "" if row.max_memory is None else f"≤ {row.max_memory:g}",
        str(row.runs),
        row.problem or _verdict(row.is_met, "met", "not met"),
    )


def _growths(growths: Sequence[Growth]) -> list[str]:
    headings = ("output", "VMs", "ms, min / median / max", "MB", "ratio to linear growth: time, memory")
    return _table(headings, [cells for growth in growths for cells in _growth(growth)])


def _growth(growth: Growth) -> Iterator[tuple[str, ...]]:
    for point in growth.points:
        yield growth.output, f"{point.vms:,}", _spread(point.seconds, _MS), f"{point.peak:.0f}", ""
    figures = (
        ""
        if growth.time_ratio is None or growth.memory_ratio is None
        else f"{growth.time_ratio:.2f}, {growth.memory_ratio:.2f}: "
    )
    yield (
        growth.output,
        "",
        "",
        "",
        figures + (growth.problem or _verdict(growth.is_linear, "linear", "not linear")),
    )


def _concurrency(concurrent_runs: ConcurrentRuns | None, mock: MockShare | None) -> Iterator[str]:
    if concurrent_runs is not None:
        took = (
            ""
            if concurrent_runs.seconds is None
            else f"{concurrent_runs.seconds:.1f} s, {concurrent_runs.failures} failed"
        )
        yield f"- {RUNS} runs, {CONCURRENCY} at once, of `zsiso mock`: {_joined(took, concurrent_runs.problem)}"
    if mock is not None:
        took = ""
        if mock.curl is not None and mock.zsiso is not None:
            verdict = _verdict(mock.keeps_up, "not the bottleneck", "the bottleneck")
            took = f"curl alone {_ms(mock.curl)} ms, `zsiso candidates --json` {_ms(mock.zsiso)} ms: {verdict}"
        yield f"- `zsiso mock` with 100,000 VMs: {_joined(took, mock.problem)}"


def _joined(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    cells = [[cell.replace("|", r"\|") for cell in row] for row in (headings, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    return ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in cells]


def _spread(spread: Spread | None, factor: float = 1) -> str:
    if spread is None:
        return ""
    return " / ".join(_number(number * factor) for number in (spread.minimum, spread.median, spread.maximum))


def _number(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def _ms(spread: Spread | None) -> str:
    return "" if spread is None else _number(spread.median * _MS)


def _verdict(passed: bool | None, yes: str, no: str) -> str:
    return "not measured" if passed is None else yes if passed else no
