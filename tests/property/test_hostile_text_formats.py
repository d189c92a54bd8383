"""Formats for other programs with hostile text: one line per VM instance."""

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
def test_csv_of_hostile_text_parses_to_the_cells_of_tsv(
    answer: list[dict[str, Any]], header: bool, columns: list[str] | None
) -> None:
    records = listed(answer)
    names = tuple(columns) if columns is not None else VM_INSTANCES.table

    def render(output: OutputFormat) -> str:
        view = OutputSettings(output, names if columns else None, SortOrder("name"), header=header, print0=False)
        return render_text(records, view)

    cells = [line.split("\t") for line in lines_of(render(OutputFormat.TSV), "\t")]
    assert len(cells) == len(records) + header
    assert all(len(row) == len(names) for row in cells)
    lines_of(render(OutputFormat.CSV))
    assert list(csv.reader(io.StringIO(render(OutputFormat.CSV)), strict=True)) == cells


@examples(100)
@given(answers, st.sampled_from([OutputFormat.NAME, OutputFormat.UUID]), st.booleans())
def test_name_and_uuid_formats_of_hostile_text_have_one_line_per_value(
    answer: list[dict[str, Any]], output: OutputFormat, print0: bool
) -> None:
    records = listed(answer)
    output_text = render_text(records, OutputSettings(output, None, SortOrder("name"), header=True, print0=print0))
    if print0:
        assert "\n" not in output_text
        output_text = output_text.replace("\0", "\n")
    assert len(lines_of(output_text)) == sum(record.fields.get(output.value) is not None for record in records)
