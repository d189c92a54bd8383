"""The rows of a large response, read block by block, are those that json reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.effort import examples
from tests.helpers.json_blocks import SHAPE, WANTED, fast
from tests.helpers.json_values import instances, spaces
from tests.helpers.rendering import format_cells
from tests.helpers.runner import ISO
from zsiso.api.json_rows import parse_body
from zsiso.inventory.candidates import unique_candidates
from zsiso.inventory.record import ALL_FIELDS, Record


def written(vms: Sequence[object], space: str, tail: str, *, ascii_only: bool) -> bytes:
    """Return an answer that is longer than some blocks, whatever its VM instances are."""
    texts = [json.dumps(vm, ensure_ascii=ascii_only) for vm in vms] or ["{}"]
    size = sum(map(len, texts)) + len(texts)
    texts *= 200_000 // size + 1
    rows = f"{space},{space}".join(texts)
    return f'{space}{{{space}"inventories"{space}:{space}[{rows}]{tail}}}'.encode("utf-8", "surrogatepass")


@pytest.mark.slow
@examples(40)
@given(
    st.lists(instances, max_size=6), spaces, st.booleans(), st.sampled_from(["", ',"total":3', ',"error":{"code":1}'])
)
def test_rows_are_json_s(vms: list[dict[str, Any]], space: str, ascii_only: bool, tail: str) -> None:
    data = written(vms, space, tail, ascii_only=ascii_only)
    plain = parse_body(data)
    whole = fast(data, ALL_FIELDS)
    if plain.flaw is not None:
        assert whole == plain.flaw
        assert fast(data, WANTED) == plain.flaw
        return
    assert not isinstance(whole, str)
    records, rest = whole
    assert [record.fields for record in records] == plain.document["inventories"]
    assert tuple(str(record.text) for record in records) == plain.texts
    assert rest == {**plain.document, "inventories": None}

    some = fast(data, WANTED)
    assert not isinstance(some, str)
    assert shown(unique_candidates(some[0], ISO)) == shown(
        unique_candidates(map(Record, plain.document["inventories"], plain.texts), ISO)
    )


def shown(records: Iterable[Record]) -> list[tuple[str, ...]]:
    return format_cells(list(records), ("name", "uuid", "state", "cdrom", "memorySize", "ips"))


@pytest.mark.slow
@examples(150)
@given(st.data(), st.lists(instances, min_size=1, max_size=4))
def test_what_is_spoilt_has_one_verdict(data: st.DataObject, vms: list[dict[str, Any]]) -> None:
    spoilt = bytearray(written(vms, "", "", ascii_only=False))
    at = data.draw(st.integers(0, len(spoilt) - 1))
    spoilt[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    plain = parse_body(bytes(spoilt))
    result = fast(bytes(spoilt), WANTED)
    rows = plain.document.get("inventories") if isinstance(plain.document, dict) else None
    if plain.flaw is not None:
        # A row that is no object may stand before what is no JSON.
        assert result in {plain.flaw, SHAPE}
    elif isinstance(rows, list) and not all(isinstance(row, dict) for row in rows):
        assert result == SHAPE
    else:
        assert not isinstance(result, str)
        assert len(result[0]) == len(rows if isinstance(rows, list) else [])
