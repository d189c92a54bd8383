"""Tables and trees of hostile text have a line for each row, and hide nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.helpers.effort import scaled_examples
from tests.helpers.hostile_text import (
    list_records,
    split_visible_lines,
    strip_colours,
    vm_lists,
)
from tests.helpers.rendering import format_cells, render_table
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.output import layout, tree
from zsiso.output.terminal import Terminal


@scaled_examples(150)
@given(vm_lists, st.none() | st.integers(1, 250), st.sampled_from(["utf-8", "ascii", "gbk"]), st.booleans())
@example([{"name": "\u0301x", "state": "\u0301Running"}], 40, "utf-8", False)
def test_table_of_hostile_text_has_one_row_per_vm_and_hides_nothing(
    vms: list[dict[str, Any]], width: int | None, encoding: str, wide: bool
) -> None:
    records = list_records(vms)
    names = VM_INSTANCES.wide if wide else VM_INSTANCES.table
    heads = layout.table_columns(names, VM_INSTANCES, requested=False)
    cells = format_cells(records, names)
    plain = render_table(records, names, Terminal(width, colour=False, encoding=encoding))
    lines = split_visible_lines(plain)
    assert len(lines) == 2 + len(records)
    assert strip_colours(render_table(records, names, Terminal(width, colour=True, encoding=encoding))) == plain
    if width is None:
        screen = Terminal(None, colour=False, encoding=encoding)
        shown = [[screen.cell(cell) for cell in row] for row in cells]
        assert lines == expected_lines(
            [column.heading for column in heads], shown, [column.align_right for column in heads], lines[1]
        )
    else:
        assert all(cell_len(line) <= max(cell_len(lines[1]), width) for line in lines)


def expected_lines(heads: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[bool], rule: str) -> list[str]:
    """Return the expected lines of a table: each column is as wide as its widest cell."""
    widths = [max(cell_len(cell) for cell in column) for column in zip(heads, *cells, strict=True)]
    lines = []
    for row in (heads, *cells):
        line = ""
        for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
            # Every column begins at the same cell in all lines.
            assert cell_len(line) == sum(widths[:index]) + 2 * index
            # A cell aligned to the right has no space at its end.
            padded = cell.rstrip() if right[index] else cell
            space = " " * (width - cell_len(padded))
            line += (space + padded if right[index] else padded + space) + "  "
        lines.append(line.rstrip(" "))
    return [lines[0], rule, *lines[1:]]


# No emoji: the standard library does not know the width of an emoji sequence.
text_without_emoji = st.text(st.sampled_from("ab-1. é数据库ｗ한글ア\u0301\u0308\u0e31"), max_size=40)


@scaled_examples(100)
@given(st.lists(st.tuples(text_without_emoji, text_without_emoji), min_size=1, max_size=5), st.integers(60, 200))
def test_table_columns_align_by_unicode_width(typed: list[tuple[str, str]], width: int) -> None:
    records = list_records(
        [{"uuid": f"{index:032x}", "name": name, "state": state} for index, (name, state) in enumerate(typed)]
    )
    screen = Terminal(width, colour=False, encoding="utf-8")
    lines = split_visible_lines(render_table(records, ("name", "state", "uuid"), screen, requested=True))
    starts = {unicode_width(re.split("[0-9a-f]{32}$", line)[0]) for line in lines[2:]}
    assert len(starts) == 1


def unicode_width(text: str) -> int:
    """Return the number of terminal cells of a text, by the Unicode width of its characters."""
    return sum(
        0 if unicodedata.category(char) in {"Mn", "Me"} else 1 + (unicodedata.east_asian_width(char) in {"W", "F"})
        for char in text
    )


@scaled_examples(150)
@given(vm_lists, st.none() | st.integers(20, 200), st.sampled_from(["utf-8", "ascii"]))
@example([{"name": "├── state: Running"}, {"name": "web " * 40}, {"name": "    x"}, {"name": "+-- x"}], 40, "ascii")
def test_tree_of_hostile_text_has_one_root_per_vm_and_hides_nothing(
    vms: list[dict[str, Any]], width: int | None, encoding: str
) -> None:
    records = list_records(vms)
    plain = tree.draw_tree(records, VM_INSTANCES, Terminal(width, colour=False, encoding=encoding))
    lines = split_visible_lines(plain)
    guides = re.compile("[├│└ ]" if encoding == "utf-8" else r"\+-- |[`]-- |\|   | ")
    assert sum(guides.match(line) is None for line in lines if line) == len(records)
    assert (
        strip_colours(tree.draw_tree(records, VM_INSTANCES, Terminal(width, colour=True, encoding=encoding))) == plain
    )
    if width is None:
        # The root, its computed CD-ROM state, and its fields.
        assert len(lines) == sum(2 + count_branches(record.fields) for record in records)


def count_branches(fields: Mapping[str, Any], depth: int = 0) -> int:
    return sum(
        1 + sum(1 + count_branches(item, depth + 1) for item in value)
        if depth < 2 and isinstance(value, list) and all(isinstance(item, dict) for item in value)
        else 1
        for value in fields.values()
    )


def test_deep_tree_on_narrow_terminal_omits_nothing() -> None:
    deep: dict[str, Any] = {"bottom": "reached"}
    for _ in range(50):
        deep = {"list": [deep]}
    for width in (None, 1, 40, 80):
        shown = tree.draw_tree(list_records([deep]), VM_INSTANCES, Terminal(width, colour=False, encoding="utf-8"))
        assert '"bottom": "reached"' in re.sub(r"\n +", "", shown).replace('":"', '": "')
