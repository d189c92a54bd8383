"""What was measured, as Markdown to read and as JSON to compare."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tests.bench.crowd import AT_ONCE, CALLS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.bench.crowd import Crowd, Mock
    from tests.bench.growth import Line
    from tests.bench.rows import Row, Spread

_MS = 1000


@dataclass(frozen=True)
class Report:
    """All that was measured; None or nothing for what was left out."""

    how: Mapping[str, str]
    rows: Sequence[Row]
    lines: Sequence[Line]
    crowd: Crowd | None
    mock: Mock | None


def as_json(report: Report) -> str:
    """Return the report as JSON, with what follows from the figures beside them."""
    document: dict[str, Any] = asdict(report)
    for row, written in zip(report.rows, document["rows"], strict=True):
        written["met"] = row.met
    for line, written in zip(report.lines, document["lines"], strict=True):
        written.update(time=line.time, memory=line.memory, straight=line.straight)
    if report.mock is not None:
        document["mock"].update(share=report.mock.share, keeps_up=report.mock.keeps_up)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_text(report: Report) -> str:
    """Return the report as Markdown: what there is of the tables, and how it was measured."""
    crowd = list(_crowd(report.crowd, report.mock))
    how = [f"- {name}: {said}" for name, said in report.how.items()]
    parts = (_rows(report.rows), _lines(report.lines), crowd, how)
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _rows(rows: Sequence[Row]) -> list[str]:
    heads = ("whole process", "ms", "against", "ms", "min / median / max", "goal", "MB", "goal", "runs", "")
    return _table(heads, [_row(row) for row in rows])


def _row(row: Row) -> tuple[str, ...]:
    unit = " µs" if row.unit == "µs" else ""
    return (
        row.what,
        _ms(row.ours),
        row.against,
        _ms(row.theirs),
        _spread(row.spread) + (unit if row.spread else ""),
        f"≤ {row.goal:g}{unit}",
        "" if row.peak is None else f"{row.peak:.0f}",
        "" if row.memory is None else f"≤ {row.memory:g}",
        str(row.runs),
        row.flaw or _verdict(row.met, "met", "not met"),
    )


def _lines(lines: Sequence[Line]) -> list[str]:
    heads = ("shown as", "VMs", "ms, min / median / max", "MB", "by a straight line's: time, memory")
    return _table(heads, [cells for line in lines for cells in _line(line)])


def _line(line: Line) -> Iterator[tuple[str, ...]]:
    for point in line.points:
        yield line.shape, f"{point.vms:,}", _spread(point.seconds, _MS), f"{point.peak:.0f}", ""
    figures = "" if line.time is None or line.memory is None else f"{line.time:.2f}, {line.memory:.2f}: "
    yield line.shape, "", "", "", figures + (line.flaw or _verdict(line.straight, "straight", "not straight"))


def _crowd(crowd: Crowd | None, mock: Mock | None) -> Iterator[str]:
    if crowd is not None:
        took = "" if crowd.seconds is None else f"{crowd.seconds:.1f} s, {crowd.failures} failed"
        yield f"- {CALLS} runs, {AT_ONCE} at once, of `zsiso mock`: {_joined(took, crowd.flaw)}"
    if mock is not None:
        took = ""
        if mock.curl is not None and mock.zsiso is not None:
            verdict = _verdict(mock.keeps_up, "not the bottleneck", "the bottleneck")
            took = f"curl alone {_ms(mock.curl)} ms, `zsiso candidates --json` {_ms(mock.zsiso)} ms: {verdict}"
        yield f"- `zsiso mock` with 100,000 VMs: {_joined(took, mock.flaw)}"


def _joined(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    cells = [[cell.replace("|", r"\|") for cell in row] for row in (heads, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    return ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in cells]


def _spread(spread: Spread | None, by: float = 1) -> str:
    if spread is None:
        return ""
    return " / ".join(_number(number * by) for number in (spread.minimum, spread.median, spread.maximum))


def _number(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def _ms(spread: Spread | None) -> str:
    return "" if spread is None else _number(spread.median * _MS)


def _verdict(good: bool | None, yes: str, no: str) -> str:
    return "not measured" if good is None else yes if good else no
