"""Formats for other programs with hostile text: one line per VM instance."""

from __future__ import annotations

import csv
import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.effort import scaled_examples
from tests.helpers.hostile_text import (
    list_records,
    split_visible_lines,
    vm_lists,
)
from tests.helpers.rendering import render_text
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.sorting import SortOrder
from zsiso.output.options import OutputFormat, OutputSettings


@scaled_examples(150)
@given(vm_lists, st.booleans(), st.lists(st.sampled_from(VM_INSTANCES.names), min_size=1, max_size=4) | st.none())
def test_csv_of_hostile_text_parses_to_the_cells_of_tsv(
    vms: list[dict[str, Any]], header: bool, columns: list[str] | None
) -> None:
    records = list_records(vms)
    names = tuple(columns) if columns is not None else VM_INSTANCES.table

    def render(output: OutputFormat) -> str:
        view = OutputSettings(output, names if columns else None, SortOrder("name"), header=header, print0=False)
        return render_text(records, view)

    cells = [line.split("\t") for line in split_visible_lines(render(OutputFormat.TSV), "\t")]
    assert len(cells) == len(records) + header
    assert all(len(row) == len(names) for row in cells)
    split_visible_lines(render(OutputFormat.CSV))
    assert list(csv.reader(io.StringIO(render(OutputFormat.CSV)), strict=True)) == cells


@scaled_examples(100)
@given(vm_lists, st.sampled_from([OutputFormat.NAME, OutputFormat.UUID]), st.booleans())
def test_name_and_uuid_formats_of_hostile_text_have_one_line_per_value(
    vms: list[dict[str, Any]], output: OutputFormat, print0: bool
) -> None:
    records = list_records(vms)
    output_text = render_text(records, OutputSettings(output, None, SortOrder("name"), header=True, print0=print0))
    if print0:
        assert "\n" not in output_text
        output_text = output_text.replace("\0", "\n")
    # A VM instance without a name has an empty line; one without a UUID has none.
    assert len(split_visible_lines(output_text)) == sum(
        output is OutputFormat.NAME or record.fields.get("uuid") is not None for record in records
    )
