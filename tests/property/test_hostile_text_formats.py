"""Formats for other programs keep hostile text in its row."""

from __future__ import annotations

import csv
import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.effort import examples
from tests.helpers.hostile_text import (
    answers,
    lines_of,
    listed,
)
from tests.helpers.rendering import render_text
from zsiso.inventory.columns import VM_INSTANCES, SortOrder
from zsiso.output.options import OutputFormat, OutputSettings


@examples(150)
@given(answers, st.booleans(), st.lists(st.sampled_from(VM_INSTANCES.names), min_size=1, max_size=4) | st.none())
def test_csv_reads_back_to_what_tsv_shows(
    answer: list[dict[str, Any]], header: bool, columns: list[str] | None
) -> None:
    records = listed(answer)
    names = tuple(columns) if columns is not None else VM_INSTANCES.table

    def drawn(output: OutputFormat) -> str:
        view = OutputSettings(output, names if columns else None, SortOrder("name"), header=header, print0=False)
        return render_text(records, view)

    cells = [line.split("\t") for line in lines_of(drawn(OutputFormat.TSV), "\t")]
    assert len(cells) == len(records) + header
    assert all(len(row) == len(names) for row in cells)
    lines_of(drawn(OutputFormat.CSV))
    assert list(csv.reader(io.StringIO(drawn(OutputFormat.CSV)), strict=True)) == cells


@examples(100)
@given(answers, st.sampled_from([OutputFormat.NAME, OutputFormat.UUID]), st.booleans())
def test_a_line_for_each_name_and_uuid(answer: list[dict[str, Any]], output: OutputFormat, print0: bool) -> None:
    records = listed(answer)
    shown = render_text(records, OutputSettings(output, None, SortOrder("name"), header=True, print0=print0))
    if print0:
        assert "\n" not in shown
        shown = shown.replace("\0", "\n")
    assert len(lines_of(shown)) == sum(record.fields.get(output.value) is not None for record in records)
