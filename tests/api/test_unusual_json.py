"""JSON that is valid and unusual."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.helpers.runner import ISO, Result, User
from tests.helpers.scripted_node import ScriptedNode


class TestOddAnswers:
    @pytest.fixture
    def asks(self, user: User, node: ScriptedNode) -> Callable[[bytes], list[Result]]:
        user.write_profile(node, "retries = 0")

        def asks(row: bytes) -> list[Result]:
            node.respond(b'{"inventories":[' + row + b"]}")
            return [user.run("candidates", ISO, *form) for form in (["--json"], ["-o", "csv", "--no-header"], [])]

        return asks

    def test_huge_integers_are_shown(self, asks: Callable[[bytes], list[Result]]) -> None:
        body, row, drawn = asks(b'{"name":"a","cpuNum":%b,"memorySize":%b}' % (b"9" * 5000, b"8" * 5000))
        assert [result.code for result in (body, row, drawn)] == [0, 0, 0]
        for result in (body, row, drawn):
            assert "9" * 5000 in result.out
        assert "8" * 5000 in row.out

    def test_lone_surrogates_are_shown(self, asks: Callable[[bytes], list[Result]]) -> None:
        body, row, drawn = asks(rb'{"name":"a\ud800b"}')
        assert [result.code for result in (body, row, drawn)] == [0, 0, 0]
        assert body.out == '{"inventories":[{"name":"a\\ud800b"}]}\n'
        assert row.out == "a\\ud800b,,,?,,,,\n"
        assert drawn.out.splitlines()[2].startswith("a\\ud800b  ")

    def test_of_repeated_keys_the_last_counts(self, asks: Callable[[bytes], list[Result]]) -> None:
        _, row, _ = asks(b'{"name":"a","name":"b"}')
        assert row.out == "b,,,?,,,,\n"

    def test_of_two_lists_nobody_knows_which_counts(self, asks: Callable[[bytes], list[Result]]) -> None:
        for result in asks(b'{"name":"first"}],"inventories":[{"name":"b"}'):
            assert (result.code, result.out) == (8, "")
            assert '"inventories" is there twice\n' in result.err
