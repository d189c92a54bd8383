"""Tables and trees of hostile text have a line for each row, and hide nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.helpers.effort import examples
from tests.helpers.hostile_text import (
    answers,
    lines_of,
    listed,
    without_colour,
)
from tests.helpers.rendering import format_cells, render_table
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.output import layout, tree
from zsiso.output.terminal import Terminal


@examples(150)
@given(answers, st.none() | st.integers(1, 250), st.sampled_from(["utf-8", "ascii", "gbk"]), st.booleans())
@example([{"name": "\u0301x", "state": "\u0301Running"}], 40, "utf-8", False)
def test_a_table_has_a_row_for_each_and_hides_nothing(
    answer: list[dict[str, Any]], width: int | None, encoding: str, wide: bool
) -> None:
    records = listed(answer)
    names = VM_INSTANCES.wide if wide else VM_INSTANCES.table
    heads = layout.table_columns(names, VM_INSTANCES, chosen=False)
    cells = format_cells(records, names)
    plain = render_table(records, names, Terminal(width, colour=False, encoding=encoding))
    lines = lines_of(plain)
    assert len(lines) == 2 + len(records)
    assert without_colour(render_table(records, names, Terminal(width, colour=True, encoding=encoding))) == plain
    if width is None:
        screen = Terminal(None, colour=False, encoding=encoding)
        shown = [[screen.cell(cell) for cell in row] for row in cells]
        assert lines == laid_out([column.head for column in heads], shown, [column.right for column in heads], lines[1])
    else:
        assert all(cell_len(line) <= max(cell_len(lines[1]), width) for line in lines)


def laid_out(heads: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[bool], rule: str) -> list[str]:
    """Return the lines of a table as they have to be, every column as wide as its widest cell."""
    widths = [max(cell_len(cell) for cell in column) for column in zip(heads, *cells, strict=True)]
    lines = []
    for row in (heads, *cells):
        line = ""
        for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
            # Every column begins where it does in all of the other lines.
            assert cell_len(line) == sum(widths[:at]) + 2 * at
            # What stands to the right has no space at its end.
            shown = cell.rstrip() if right[at] else cell
            space = " " * (width - cell_len(shown))
            line += (space + shown if right[at] else shown + space) + "  "
        lines.append(line.rstrip(" "))
    return [lines[0], rule, *lines[1:]]


# No emoji: of those the standard library does not know how wide a sequence is.
simple = st.text(st.sampled_from("ab-1. é数据库ｗ한글ア\u0301\u0308\u0e31"), max_size=40)


@examples(100)
@given(st.lists(st.tuples(simple, simple), min_size=1, max_size=5), st.integers(60, 200))
def test_columns_stay_aligned_by_another_s_measure(typed: list[tuple[str, str]], width: int) -> None:
    records = listed([{"uuid": f"{at:032x}", "name": name, "state": state} for at, (name, state) in enumerate(typed)])
    screen = Terminal(width, colour=False, encoding="utf-8")
    lines = lines_of(render_table(records, ("name", "state", "uuid"), screen, chosen=True))
    starts = {standard_width(re.split("[0-9a-f]{32}$", line)[0]) for line in lines[2:]}
    assert len(starts) == 1


def standard_width(text: str) -> int:
    """Return how many cells a text takes, by what Unicode says of each of its characters."""
    return sum(
        0 if unicodedata.category(char) in {"Mn", "Me"} else 1 + (unicodedata.east_asian_width(char) in {"W", "F"})
        for char in text
    )


@examples(150)
@given(answers, st.none() | st.integers(20, 200), st.sampled_from(["utf-8", "ascii"]))
@example([{"name": "├── state: Running"}, {"name": "web " * 40}, {"name": "    x"}, {"name": "+-- x"}], 40, "ascii")
def test_a_tree_has_a_root_for_each_and_hides_nothing(
    answer: list[dict[str, Any]], width: int | None, encoding: str
) -> None:
    records = listed(answer)
    plain = tree.draw_tree(records, VM_INSTANCES, Terminal(width, colour=False, encoding=encoding))
    lines = lines_of(plain)
    guides = re.compile("[├│└ ]" if encoding == "utf-8" else r"\+-- |[`]-- |\|   | ")
    assert sum(guides.match(line) is None for line in lines if line) == len(records)
    assert (
        without_colour(tree.draw_tree(records, VM_INSTANCES, Terminal(width, colour=True, encoding=encoding))) == plain
    )
    if width is None:
        # A root, what is computed of it, and its fields.
        assert len(lines) == sum(2 + branches(record.fields) for record in records)


def branches(fields: Mapping[str, Any], depth: int = 0) -> int:
    return sum(
        1 + sum(1 + branches(item, depth + 1) for item in value)
        if depth < 2 and isinstance(value, list) and all(isinstance(item, dict) for item in value)
        else 1
        for value in fields.values()
    )


def test_a_tree_leaves_out_nothing_however_deep_and_narrow() -> None:
    deep: dict[str, Any] = {"bottom": "reached"}
    for _ in range(50):
        deep = {"list": [deep]}
    for width in (None, 1, 40, 80):
        shown = tree.draw_tree(listed([deep]), VM_INSTANCES, Terminal(width, colour=False, encoding="utf-8"))
        assert '"bottom": "reached"' in re.sub(r"\n +", "", shown).replace('":"', '": "')
