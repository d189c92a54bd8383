"""Hostile text in the command's output."""

from __future__ import annotations

import json
import re

import pytest

from tests.helpers.hostile_text import (
    HOSTILE_STRINGS,
    split_visible_lines,
    strip_colours,
)
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

HOSTILE_VMS = [
    {"uuid": f"{index:032x}", "name": f"{index}{text}", "state": text} for index, text in enumerate(HOSTILE_STRINGS)
]


class TestHostileText:
    @pytest.fixture
    def hostile_user(self, user: User, node: ScriptedNode) -> User:
        node.respond(json.dumps({"inventories": HOSTILE_VMS}))
        user.write_profile(node)
        return user

    @pytest.mark.parametrize("output", ["table", "wide", "csv", "tsv", "name", "uuid"])
    def test_hostile_names_keep_one_line_per_vm_in_every_format(self, hostile_user: User, output: str) -> None:
        result = hostile_user.run("candidates", ISO, "-o", output)
        assert (result.code, result.err) == (0, "")
        heads = {"table": 2, "wide": 2, "csv": 1, "tsv": 1}.get(output, 0)
        assert len(split_visible_lines(result.out, "\t" * (output == "tsv"))) == heads + len(HOSTILE_VMS)
        assert {f"{index:032x}" for index in range(len(HOSTILE_VMS))} - set(
            re.findall("[0-9a-f]{32}", result.out)
        ) == set() or (output == "name")

    @pytest.mark.parametrize("columns", [40, 80, 200])
    def test_hostile_names_keep_one_table_row_per_vm_on_terminal(self, hostile_user: User, columns: int) -> None:
        result = hostile_user.run_on_terminal("candidates", ISO, columns=columns)
        assert result.code == 0
        assert result.err.endswith(f"{len(HOSTILE_VMS)} VM instances\n")
        assert len(split_visible_lines(strip_colours(result.out))) == 2 + len(HOSTILE_VMS)

    def test_hostile_names_keep_one_tree_root_per_vm_on_terminal(self, hostile_user: User) -> None:
        result = hostile_user.run_on_terminal("candidates", ISO, "-o", "tree", columns=60)
        lines = split_visible_lines(strip_colours(result.out))
        assert result.code == 0
        assert sum(not line.startswith(("├", "│", "└", " ")) for line in lines if line) == len(HOSTILE_VMS)

    def test_hostile_error_of_node_is_escaped_on_terminal(self, user: User, node: ScriptedNode) -> None:
        hostile_text = "".join(HOSTILE_STRINGS)
        node.respond(
            json.dumps({"error": {"code": hostile_text, "details": hostile_text, "cause": {"details": hostile_text}}}),
            503,
        )
        user.write_profile(node)
        result = user.run_on_terminal("candidates", ISO)
        assert (result.code, result.out) == (6, "")
        first, *details, hint = [line.partition(" ")[0] for line in split_visible_lines(strip_colours(result.err))]
        assert (first, set(details), hint) == ("zsiso:", {""}, "hint:")
        assert "[bold][/][/bold][link=http://x]" in result.err

    def test_hostile_vm_name_is_escaped_in_check_message(self, hostile_user: User) -> None:
        result = hostile_user.run("candidates", ISO, "--check", "0\x1b[31m", "--check", "no\x1b[31m\nsuch")
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith("zsiso: no\\x1b[31m\\nsuch: it is not a candidate\n")
