"""Any response body ends in rows or in a documented exit code, in memory or in a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.effort import scaled_examples
from tests.helpers.rendering import render_table, render_text
from tests.helpers.runner import ISO
from tests.helpers.spoilt_json import any_text, damage, documents, raw_documents
from zsiso import mock_node
from zsiso.api.endpoints import PING_REQUEST
from zsiso.api.responses import read_records
from zsiso.errors import ApiError, CredentialsError, ExitCode, IsoNotFoundError, UnexpectedResponseError
from zsiso.inventory.candidates import unique_candidates
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.record import Record
from zsiso.inventory.sorting import SortOrder, sort_records
from zsiso.output import tree
from zsiso.output.options import OutputFormat, OutputSettings
from zsiso.output.terminal import Terminal
from zsiso.transport.body import LARGE_BODY_BYTES, Body
from zsiso.transport.messages import ApiResponse, ConnectionInfo

REAL = mock_node.example_inventory()
SCREEN = Terminal(80, colour=False, encoding="utf-8")


def build_response(data: bytes, status: int = 200) -> ApiResponse:
    request = PING_REQUEST._replace(base_url="http://node.example.com/zstack", correlation_id="0" * 32)
    body = Body()
    # In pieces, as received from a connection; a large body goes into a file.
    for start in range(0, len(data), 2**16):
        body.add(data[start : start + 2**16])
    return ApiResponse(
        request, status, {}, body, datetime.now(timezone.utc), ConnectionInfo("127.0.0.1 port 1", 0, None, {})
    )


def read_result(data: bytes, status: int = 200) -> list[Record] | ExitCode:
    """Return the records of a response, or the exit code of its error."""
    try:
        return list(read_records(build_response(data, status)))
    except (CredentialsError, IsoNotFoundError, ApiError, UnexpectedResponseError) as error:
        return error.exit_code


def render_in_all_formats(records: Sequence[Record]) -> None:
    """Render records in every format."""
    vms = sort_records(unique_candidates(records, ISO), SortOrder("name"), VM_INSTANCES)
    assert render_table(vms, VM_INSTANCES.wide, SCREEN).count("\n") == 2 + len(vms)
    tree.draw_tree(vms, VM_INSTANCES, SCREEN)
    for output in set(OutputFormat) - {OutputFormat.TABLE, OutputFormat.WIDE, OutputFormat.TREE}:
        render_text(vms, OutputSettings(output, None, SortOrder("name"), header=True, print0=False))


class TestAnyBody:
    """No body causes an undocumented error, or rows that cannot be shown."""

    @scaled_examples(200)
    @given(st.binary(max_size=60) | raw_documents, st.sampled_from([200, 200, 204, 401, 503]))
    def test_any_bytes_as_body_end_in_rows_or_a_documented_exit_code(self, data: bytes, status: int) -> None:
        result = read_result(data, status)
        if isinstance(result, list):
            render_in_all_formats(result)

    @scaled_examples(200)
    @given(st.lists(st.dictionaries(any_text | st.sampled_from(VM_INSTANCES.names), documents, max_size=4), max_size=3))
    def test_any_json_objects_as_rows_are_shown_or_end_in_a_documented_exit_code(
        self, rows: list[dict[str, Any]]
    ) -> None:
        result = read_result(json.dumps({"inventories": rows}).encode())
        if isinstance(result, list):
            render_in_all_formats(result)

    @scaled_examples(300)
    @given(damage(REAL))
    def test_damaged_response_ends_in_rows_or_a_documented_exit_code(self, data: bytes) -> None:
        result = read_result(data)
        if isinstance(result, list):
            render_in_all_formats(result)


ROW = '{"uuid":"0123456789abcdef0123456789abcdef","name":"数据库-é","vmNics":[{"ip":"10.0.0.1"}],"x":["}]",{"y":1e5}]}'


def build_body(row: bytes, before: int, after: int) -> bytes:
    ordinary_row = ROW.encode()
    return b'{"inventories":[' + (ordinary_row + b",") * before + row + (b"," + ordinary_row) * after + b"]}"


ROWS_OF_LARGE_BODY = LARGE_BODY_BYTES // len(ROW.encode()) + 1


@pytest.mark.slow
class TestSmallAndLargeBodies:
    """A body kept in memory and a body kept in a file give the same result."""

    @staticmethod
    def assert_same_result(row: bytes) -> None:
        small_result = drop_repeated_rows(read_result(build_body(row, 2, 2)))
        for before, after in ((ROWS_OF_LARGE_BODY, 0), (ROWS_OF_LARGE_BODY // 2, ROWS_OF_LARGE_BODY // 2)):
            assert drop_repeated_rows(read_result(build_body(row, before, after))) == small_result

    @scaled_examples(15)
    @given(damage(ROW.encode()))
    @example(b'{"a":NaN}')
    @example(b'{"a":1e999,"b":123456789012345678901234567890,"c":-0,"d":-0.0,"e":' + b"7" * 5000 + b"}")
    @example(b'{"a":"\\ud800","\\udc00":"\xed\xa0\x80"}')
    @example(b'{"a":"\xff"}')
    @example(b'{"a":"\x01"}')
    @example(b'{"a":1,"a":2}')
    @example(b'{}],"inventories":[{}')
    @example(b'{}],"inventories":null,"x":[{}')
    @example(b'{}],"error":{"code":"SYS.1003"},"x":[{}')
    @example(b'{}],"invent\\u006fries":[{"a":1}')
    @example(b"1")
    @example(b"")
    @example(b'{"a":' + b"[" * 200 + b"]" * 200 + b"}")
    @example(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    def test_damaged_row_gives_the_same_result_in_small_and_large_bodies(self, row: bytes) -> None:
        self.assert_same_result(row)

    @scaled_examples(15)
    @given(raw_documents)
    def test_any_json_value_gives_the_same_result_in_small_and_large_bodies(self, row: bytes) -> None:
        self.assert_same_result(row)

    @scaled_examples(15)
    @given(st.data())
    def test_damage_around_rows_gives_the_same_result_in_small_and_large_bodies(self, data: st.DataObject) -> None:
        head = data.draw(damage(b'\r\n{"a":[1], "inventories": ['))
        tail = data.draw(damage(b'] ,"b":{"inventories":3}}\n'))
        few_rows, many_rows = ((ROW.encode() + b",") * number + ROW.encode() for number in (3, ROWS_OF_LARGE_BODY))
        assert drop_repeated_rows(read_result(head + few_rows + tail)) == drop_repeated_rows(
            read_result(head + many_rows + tail)
        )

    @scaled_examples(15)
    @given(raw_documents | st.binary(max_size=30))
    def test_value_after_a_long_string_gives_the_same_result_in_small_and_large_bodies(self, value: bytes) -> None:
        def body(length: int) -> bytes:
            return b'{"inventories":[{"a":' + value + b'}],"pad":"' + b"x" * length + b'","b":' + value + b"}"

        assert drop_repeated_rows(read_result(body(3))) == drop_repeated_rows(read_result(body(LARGE_BODY_BYTES)))


def drop_repeated_rows(result: list[Record] | ExitCode) -> object:
    """Return a result without the rows that only make the body large."""
    if isinstance(result, ExitCode):
        return result
    return [(str(record.text), repr(record.fields)) for record in result if str(record.text) != ROW]
