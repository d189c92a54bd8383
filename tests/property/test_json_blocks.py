"""The rows of a large response, read in blocks, are the rows that json reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.effort import scaled_examples
from tests.helpers.json_blocks import COLUMNS, INVALID_ROWS_MESSAGE, PROJECTION, read_in_blocks
from tests.helpers.json_values import instances, spaces
from tests.helpers.rendering import format_cells
from tests.helpers.runner import ISO
from zsiso.api.json_rows import parse_body
from zsiso.inventory.candidates import unique_candidates
from zsiso.inventory.record import ALL_FIELDS, Record


def build_large_response(vms: Sequence[object], space: str, tail: str, *, ascii_only: bool) -> bytes:
    """Return a response body that is longer than several blocks, with these VM instances repeated."""
    texts = [json.dumps(vm, ensure_ascii=ascii_only) for vm in vms] or ["{}"]
    size = sum(map(len, texts)) + len(texts)
    texts *= 200_000 // size + 1
    rows = f"{space},{space}".join(texts)
    return f'{space}{{{space}"inventories"{space}:{space}[{rows}]{tail}}}'.encode("utf-8", "surrogatepass")


@pytest.mark.slow
@scaled_examples(40)
@given(
    st.lists(instances, max_size=6), spaces, st.booleans(), st.sampled_from(["", ',"total":3', ',"error":{"code":1}'])
)
def test_json_blocks_read_the_same_rows_as_json(
    vms: list[dict[str, Any]], space: str, ascii_only: bool, tail: str
) -> None:
    data = build_large_response(vms, space, tail, ascii_only=ascii_only)
    expected = parse_body(data)
    all_fields = read_in_blocks(data, ALL_FIELDS)
    if expected.flaw is not None:
        assert all_fields == expected.flaw
        assert read_in_blocks(data, PROJECTION) == expected.flaw
        return
    assert not isinstance(all_fields, str)
    records, rest = all_fields
    assert [record.fields for record in records] == expected.document["inventories"]
    assert tuple(str(record.text) for record in records) == expected.texts
    assert rest == {**expected.document, "inventories": None}

    wanted_fields = read_in_blocks(data, PROJECTION)
    assert not isinstance(wanted_fields, str)
    assert format_shown_cells(unique_candidates(wanted_fields[0], ISO)) == format_shown_cells(
        unique_candidates(map(Record, expected.document["inventories"], expected.texts), ISO)
    )


def format_shown_cells(records: Iterable[Record]) -> list[tuple[str, ...]]:
    return format_cells(list(records), COLUMNS)


@pytest.mark.slow
@scaled_examples(150)
@given(st.data(), st.lists(instances, min_size=1, max_size=4))
def test_damaged_json_blocks_give_the_same_error_as_json(data: st.DataObject, vms: list[dict[str, Any]]) -> None:
    damaged = bytearray(build_large_response(vms, "", "", ascii_only=False))
    offset = data.draw(st.integers(0, len(damaged) - 1))
    damaged[offset : offset + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    expected = parse_body(bytes(damaged))
    result = read_in_blocks(bytes(damaged), PROJECTION)
    rows = expected.document.get("inventories") if isinstance(expected.document, dict) else None
    if expected.flaw is not None:
        # A row that is not an object may come before the invalid JSON.
        assert result in {expected.flaw, INVALID_ROWS_MESSAGE}
    elif isinstance(rows, list) and not all(isinstance(row, dict) for row in rows):
        assert result == INVALID_ROWS_MESSAGE
    else:
        assert not isinstance(result, str)
        assert len(result[0]) == len(rows if isinstance(rows, list) else [])
