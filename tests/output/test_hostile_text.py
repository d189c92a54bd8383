"""Hostile text in the command's output."""

from __future__ import annotations

import json
import re

import pytest

from tests.helpers.hostile_text import (
    NASTY,
    lines_of,
    without_colour,
)
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

WORST = [{"uuid": f"{at:032x}", "name": f"{at}{nasty}", "state": nasty} for at, nasty in enumerate(NASTY)]


class TestOnTheWire:
    @pytest.fixture
    def asked(self, user: User, node: ScriptedNode) -> User:
        node.respond(json.dumps({"inventories": WORST}))
        user.write_profile(node)
        return user

    @pytest.mark.parametrize("output", ["table", "wide", "csv", "tsv", "name", "uuid"])
    def test_a_line_for_each(self, asked: User, output: str) -> None:
        result = asked.run("candidates", ISO, "-o", output)
        assert (result.code, result.err) == (0, "")
        heads = {"table": 2, "wide": 2, "csv": 1, "tsv": 1}.get(output, 0)
        assert len(lines_of(result.out, "\t" * (output == "tsv"))) == heads + len(WORST)
        assert {f"{at:032x}" for at in range(len(WORST))} - set(re.findall("[0-9a-f]{32}", result.out)) == set() or (
            output == "name"
        )

    @pytest.mark.parametrize("columns", [40, 80, 200])
    def test_on_a_terminal(self, asked: User, columns: int) -> None:
        result = asked.run_on_terminal("candidates", ISO, columns=columns)
        assert (result.code, result.err) == (0, f"{len(WORST)} VM instances\n")
        assert len(lines_of(without_colour(result.out))) == 2 + len(WORST)

    def test_as_a_tree_on_a_terminal(self, asked: User) -> None:
        result = asked.run_on_terminal("candidates", ISO, "-o", "tree", columns=60)
        lines = lines_of(without_colour(result.out))
        assert result.code == 0
        assert sum(not line.startswith(("├", "│", "└", " ")) for line in lines if line) == len(WORST)

    def test_a_fault_on_a_terminal(self, user: User, node: ScriptedNode) -> None:
        said = "".join(NASTY)
        node.respond(json.dumps({"error": {"code": said, "details": said, "cause": {"details": said}}}), 503)
        user.write_profile(node)
        result = user.run_on_terminal("candidates", ISO)
        assert (result.code, result.out) == (6, "")
        assert [line.partition(" ")[0] for line in lines_of(result.err)] == ["zsiso:", "", "", "", "", "hint:"]
        assert "[bold][/][/bold][link=http://x]" in result.err

    def test_a_vm_that_is_checked(self, asked: User) -> None:
        result = asked.run("candidates", ISO, "--check", "0\x1b[31m", "--check", "no\x1b[31m\nsuch")
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith("zsiso: no\\x1b[31m\\nsuch: it is not a candidate\n")
