"""Text formats with any values: no value adds a row."""

from __future__ import annotations

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.json_values import json_values
from tests.helpers.rendering import render_text
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.record import Record
from zsiso.inventory.sorting import SortOrder
from zsiso.output.options import OutputFormat, OutputSettings


@given(st.lists(st.dictionaries(st.sampled_from(["uuid", "name", "vmNics", "state"]), json_values), max_size=4))
def test_no_value_adds_a_row_to_csv_or_tsv(vms: list[dict[str, object]]) -> None:
    records = [Record(fields, json.dumps(fields), {"cdrom": "?"}) for fields in vms]

    def render(output: OutputFormat) -> str:
        view = OutputSettings(output, ("name", "vmNics", "state"), SortOrder("name"), header=False, print0=False)
        return render_text(records, view)

    tsv = render(OutputFormat.TSV).split("\n")
    assert tsv.pop() == ""
    assert len(tsv) == len(vms)
    assert all(line.count("\t") == 2 for line in tsv)
    assert list(csv.reader(io.StringIO(render(OutputFormat.CSV)))) == [line.split("\t") for line in tsv]
    assert render(OutputFormat.NAME).count("\n") == len(vms)
    uuids = sum(uuid is not None for uuid in VM_INSTANCES.reader("uuid")(records))
    assert render(OutputFormat.UUID).count("\n") == uuids
