"""Unusual rows in a large response, and unusual ends of it."""

from __future__ import annotations

import pytest

from tests.helpers.json_blocks import SHAPE, WANTED, fast, told
from zsiso.api.json_rows import parse_body
from zsiso.inventory.record import ALL_FIELDS, Projection, Record


@pytest.mark.parametrize(
    "row",
    [
        '{"uuid": 1e400}',
        '{"name": "\\ud800"}',
        '{"cpuNum": ' + "9" * 5000 + "}",
        '{"vmNics": [1, {"ip": 2}]}',
        '{"vmNics": {"ip": 2}}',
        '{"a": "' + "x" * 300_000 + '"}',
        '{"uuid": "a", "uuid": "b"}',
        '{"\\u0075uid": "a"}',
        '{"a": [' + "[" * 500 + "]" * 500 + "]}",
    ],
)
@pytest.mark.parametrize("needed", [ALL_FIELDS, WANTED], ids=["all", "some"])
def test_an_odd_row_among_many(row: str, needed: Projection) -> None:
    many = ",".join(['{"uuid": "c", "name": "' + "n" * 500 + '"}'] * 400)
    data = f'{{"inventories": [{many}, {row}, {many}]}}'.encode()
    plain = parse_body(data)
    assert plain.flaw is None
    result = fast(data, needed)
    assert not isinstance(result, str)
    assert len(result[0]) == len(plain.texts)
    assert told(result[0][400]) == told(Record(plain.document["inventories"][400], ""))


@pytest.mark.parametrize(
    "end",
    ["", "]", "]}]", "]}{}", ",]}", '], "inventories": []}', '], "x": NaN}', ", 1]}", ', {"a": Infinity}]}', "]\0}"],
)
def test_an_odd_end(end: str) -> None:
    many = ",".join(['{"uuid": "c", "name": "' + "n" * 500 + '"}'] * 400)
    data = f'{{"inventories": [{many}{end}'.encode()
    plain = parse_body(data)
    shape = [row for row in (plain.document or {}).get("inventories", ()) if not isinstance(row, dict)]
    assert fast(data, WANTED) == (SHAPE if shape else plain.flaw)
