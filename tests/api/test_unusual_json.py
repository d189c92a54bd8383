"""Responses with valid but unusual JSON."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.helpers.runner import ISO, Result, User
from tests.helpers.scripted_node import ScriptedNode


class TestUnusualJson:
    @pytest.fixture
    def run_with_row(self, user: User, node: ScriptedNode) -> Callable[[bytes], list[Result]]:
        user.write_profile(node, "retries = 0")

        def run(row: bytes) -> list[Result]:
            node.respond(b'{"inventories":[' + row + b"]}")
            return [user.run("candidates", ISO, *options) for options in (["--json"], ["-o", "csv", "--no-header"], [])]

        return run

    def test_huge_integers_are_shown_in_full(self, run_with_row: Callable[[bytes], list[Result]]) -> None:
        json_result, csv_result, table_result = run_with_row(
            b'{"name":"a","cpuNum":%b,"memorySize":%b}' % (b"9" * 5000, b"8" * 5000)
        )
        assert [result.code for result in (json_result, csv_result, table_result)] == [0, 0, 0]
        for result in (json_result, csv_result, table_result):
            assert "9" * 5000 in result.out
        assert "8" * 5000 in csv_result.out

    def test_lone_surrogates_are_escaped(self, run_with_row: Callable[[bytes], list[Result]]) -> None:
        json_result, csv_result, table_result = run_with_row(rb'{"name":"a\ud800b"}')
        assert [result.code for result in (json_result, csv_result, table_result)] == [0, 0, 0]
        assert json_result.out == '{"inventories":[{"name":"a\\ud800b"}]}\n'
        assert csv_result.out == "a\\ud800b,,,?,,,,\n"
        assert table_result.out.splitlines()[2].startswith("a\\ud800b  ")

    def test_last_of_repeated_keys_is_used(self, run_with_row: Callable[[bytes], list[Result]]) -> None:
        _, csv_result, _ = run_with_row(b'{"name":"a","name":"b"}')
        assert csv_result.out == "b,,,?,,,,\n"

    def test_duplicate_inventories_key_exits_8(self, run_with_row: Callable[[bytes], list[Result]]) -> None:
        for result in run_with_row(b'{"name":"first"}],"inventories":[{"name":"b"}'):
            assert (result.code, result.out) == (8, "")
            assert '"inventories" is there twice\n' in result.err
