"""Large responses, read block by block: unusual rows and unusual endings."""

from __future__ import annotations

import pytest

from tests.helpers.json_blocks import INVALID_ROWS_MESSAGE, PROJECTION, format_row, read_in_blocks
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
        '{"vmNics": [{"ip": "a", "usedIps": [{"ip": "a"}, {"ip": "b", "gateway": [1]}, {}]}, {"usedIps": null}]}',
        '{"vmNics": [{"usedIps": [1, {"ip": 2}]}, {"usedIps": {"ip": 3, "gateway": "c"}}, {"usedIps": "x"}]}',
        '{"vmNics": [{"usedIps": [{"ip": {"usedIps": []}}, [{"ip": 4}]]}]}',
        '{"a": "' + "x" * 300_000 + '"}',
        '{"uuid": "a", "uuid": "b"}',
        '{"\\u0075uid": "a"}',
        '{"a": [' + "[" * 500 + "]" * 500 + "]}",
    ],
)
@pytest.mark.parametrize("projection", [ALL_FIELDS, PROJECTION], ids=["all", "some"])
def test_block_reader_reads_unusual_row_like_whole_parser(row: str, projection: Projection) -> None:
    usual_rows = ",".join(['{"uuid": "c", "name": "' + "n" * 500 + '"}'] * 400)
    data = f'{{"inventories": [{usual_rows}, {row}, {usual_rows}]}}'.encode()
    whole = parse_body(data)
    assert whole.flaw is None
    result = read_in_blocks(data, projection)
    assert not isinstance(result, str)
    assert len(result[0]) == len(whole.texts)
    assert format_row(result[0][400]) == format_row(Record(whole.document["inventories"][400], ""))


@pytest.mark.parametrize(
    "ending",
    ["", "]", "]}]", "]}{}", ",]}", '], "inventories": []}', '], "x": NaN}', ", 1]}", ', {"a": Infinity}]}', "]\0}"],
)
def test_block_reader_treats_unusual_ending_like_whole_parser(ending: str) -> None:
    usual_rows = ",".join(['{"uuid": "c", "name": "' + "n" * 500 + '"}'] * 400)
    data = f'{{"inventories": [{usual_rows}{ending}'.encode()
    whole = parse_body(data)
    invalid_rows = [row for row in (whole.document or {}).get("inventories", ()) if not isinstance(row, dict)]
    assert read_in_blocks(data, PROJECTION) == (INVALID_ROWS_MESSAGE if invalid_rows else whole.flaw)
