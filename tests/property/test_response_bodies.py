"""Any response body ends in rows or in a documented exit code, whichever way it is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.helpers.effort import examples
from tests.helpers.rendering import render_table, render_text
from tests.helpers.runner import ISO
from tests.helpers.spoilt_json import anything, documents, raw_documents, spoilt
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


def received(data: bytes, status: int = 200) -> ApiResponse:
    request = PING_REQUEST._replace(base_url="http://node.example.com/zstack", correlation_id="0" * 32)
    body = Body()
    # As they come from the wire; many of them go into a file.
    for start in range(0, len(data), 2**16):
        body.add(data[start : start + 2**16])
    return ApiResponse(
        request, status, {}, body, datetime.now(timezone.utc), ConnectionInfo("127.0.0.1 port 1", 0, None, {})
    )


def verdict(data: bytes, status: int = 200) -> list[Record] | ExitCode:
    """Return what an answer gives: its records, or the exit code of what is wrong with it."""
    try:
        return list(read_records(received(data, status)))
    except (CredentialsError, IsoNotFoundError, ApiError, UnexpectedResponseError) as error:
        return error.exit_code


def show(records: Sequence[Record]) -> None:
    """Show records in every format there is."""
    vms = sort_records(unique_candidates(records, ISO), SortOrder("name"), VM_INSTANCES)
    assert render_table(vms, VM_INSTANCES.wide, SCREEN).count("\n") == 2 + len(vms)
    tree.draw_tree(vms, VM_INSTANCES, SCREEN)
    for output in set(OutputFormat) - {OutputFormat.TABLE, OutputFormat.WIDE, OutputFormat.TREE}:
        render_text(vms, OutputSettings(output, None, SortOrder("name"), header=True, print0=False))


class TestNoBody:
    """None of them raises what is not told of, or can't be shown."""

    @examples(200)
    @given(st.binary(max_size=60) | raw_documents, st.sampled_from([200, 200, 204, 401, 503]))
    def test_of_any_bytes(self, data: bytes, status: int) -> None:
        given = verdict(data, status)
        if isinstance(given, list):
            show(given)

    @examples(200)
    @given(st.lists(st.dictionaries(anything | st.sampled_from(VM_INSTANCES.names), documents, max_size=4), max_size=3))
    def test_of_any_objects(self, answer: list[dict[str, Any]]) -> None:
        given = verdict(json.dumps({"inventories": answer}).encode())
        if isinstance(given, list):
            show(given)

    @examples(300)
    @given(spoilt(REAL))
    def test_of_a_spoilt_answer(self, data: bytes) -> None:
        given = verdict(data)
        if isinstance(given, list):
            show(given)


ROW = '{"uuid":"0123456789abcdef0123456789abcdef","name":"数据库-é","vmNics":[{"ip":"10.0.0.1"}],"x":["}]",{"y":1e5}]}'


def among(row: bytes, before: int, after: int) -> bytes:
    ours = ROW.encode()
    return b'{"inventories":[' + (ours + b",") * before + row + (b"," + ours) * after + b"]}"


MANY = LARGE_BODY_BYTES // len(ROW.encode()) + 1


@pytest.mark.slow
class TestOneVerdict:
    """An answer that goes through memory, and one that goes through a file, are judged alike."""

    @staticmethod
    def assert_alike(row: bytes) -> None:
        few = told(verdict(among(row, 2, 2)))
        for before, after in ((MANY, 0), (MANY // 2, MANY // 2)):
            assert told(verdict(among(row, before, after))) == few

    @examples(15)
    @given(spoilt(ROW.encode()))
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
    def test_of_a_spoilt_row(self, row: bytes) -> None:
        self.assert_alike(row)

    @examples(15)
    @given(raw_documents)
    def test_of_any_value(self, row: bytes) -> None:
        self.assert_alike(row)

    @examples(15)
    @given(st.data())
    def test_of_what_stands_around_the_rows(self, data: st.DataObject) -> None:
        head = data.draw(spoilt(b'\r\n{"a":[1], "inventories": ['))
        tail = data.draw(spoilt(b'] ,"b":{"inventories":3}}\n'))
        few, many = ((ROW.encode() + b",") * number + ROW.encode() for number in (3, MANY))
        assert told(verdict(head + few + tail)) == told(verdict(head + many + tail))

    @examples(15)
    @given(raw_documents | st.binary(max_size=30))
    def test_of_a_value_behind_a_long_one(self, value: bytes) -> None:
        def body(length: int) -> bytes:
            return b'{"inventories":[{"a":' + value + b'}],"pad":"' + b"x" * length + b'","b":' + value + b"}"

        assert told(verdict(body(3))) == told(verdict(body(LARGE_BODY_BYTES)))


def told(given: list[Record] | ExitCode) -> object:
    """Return a verdict less the rows that are only there for their number."""
    if isinstance(given, ExitCode):
        return given
    return [(str(record.text), repr(record.fields)) for record in given if str(record.text) != ROW]
