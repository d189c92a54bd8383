"""Colours of messages on a terminal, and who turns them on and off."""

from __future__ import annotations

import json
import re

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode
from zsiso.errors import ApiError
from zsiso.output.messages import MessageLine, error_lines, format_message
from zsiso.output.terminal import Terminal

COLOUR = Terminal(None, colour=True, encoding="utf-8")


def test_labels_of_an_error_are_coloured_and_its_text_is_not() -> None:
    error = ApiError("rejected", details=("hint: not a hint",), hint="retry")
    assert format_message(error_lines(error), COLOUR) == (
        "\x1b[1;31mzsiso:\x1b[0m rejected\n  hint: not a hint\n\x1b[36mhint:\x1b[0m retry\n"
    )


@pytest.mark.parametrize(
    ("label", "codes"),
    [
        ("zsiso:", "1;31"),
        ("warning:", "1;33"),
        ("hint:", "36"),
        ("ok", "32"),
        ("warning", "33"),
        ("FAILED", "31"),
        ("skipped", "2"),
        ("fix:", "36"),
    ],
)
def test_label_has_its_colour(label: str, codes: str) -> None:
    line = MessageLine("text", label, label_width=9, indent=2)
    assert format_message([line], COLOUR) == f"  \x1b[{codes}m{label}\x1b[0m{' ' * (9 - len(label))} text\n"


def test_escape_sequences_of_others_are_shown_and_not_obeyed() -> None:
    error = ApiError("\x1b[32mok\x1b[0m", details=("\x1b]0;title\x07",))
    shown = format_message(error_lines(error), COLOUR)
    assert shown.startswith("\x1b[1;31mzsiso:\x1b[0m \\x1b[32mok\\x1b[0m\n  \\x1b]0;title\\x07\n")


def test_wrapped_lines_are_as_wide_as_without_colours() -> None:
    line = MessageLine("one two three four five six", "zsiso:")
    plain, coloured = (
        format_message([line], Terminal(34, colour=colour, encoding="utf-8")) for colour in (False, True)
    )
    assert plain == "zsiso: one two three four five six\n"
    assert coloured == plain.replace("zsiso:", "\x1b[1;31mzsiso:\x1b[0m")


@pytest.fixture
def rejected(user: User, node: ScriptedNode) -> User:
    node.respond(json.dumps({"error": {"code": "SYS.1006", "details": "\x1b[32mfine\x1b[0m"}}), 503)
    user.write_profile(node)
    return user


def test_error_is_coloured_on_a_terminal(rejected: User) -> None:
    shown = rejected.run_on_terminal("candidates", ISO).err
    assert shown.startswith("\x1b[1;31mzsiso:\x1b[0m ")
    assert "\n\x1b[36mhint:\x1b[0m " in shown
    assert "\\x1b[32mfine\\x1b[0m" in shown
    assert shown.count("\x1b[0m") == 2


def test_error_in_a_pipe_is_not_coloured(rejected: User) -> None:
    assert "\x1b" not in rejected.run("candidates", ISO).err


@pytest.mark.parametrize(
    "env", [{"NO_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, {"TERM": "dumb"}, {"NO_COLOR": "0"}]
)
def test_error_is_not_coloured_where_the_environment_forbids_it(rejected: User, env: dict[str, str]) -> None:
    result = rejected.run_on_terminal("candidates", ISO, "-q", env=env)
    assert result.code == 6
    assert "\x1b" not in result.err


def test_FORCE_COLOR_colours_an_error_in_a_pipe_without_wrapping(rejected: User) -> None:  # noqa: N802
    piped, forced, empty = (
        re.sub(r"UUID: [0-9a-f]{32}", "UUID: JOB", rejected.run("candidates", ISO, env=env).err)
        for env in ({}, {"FORCE_COLOR": "1"}, {"FORCE_COLOR": ""})
    )
    assert forced == piped.replace("zsiso:", "\x1b[1;31mzsiso:\x1b[0m").replace("hint:", "\x1b[36mhint:\x1b[0m")
    assert empty == piped


def test_only_stderr_is_a_terminal_then_only_messages_are_coloured(user: User, node: ScriptedNode) -> None:
    node.respond('{"inventories": [{"name": "a", "vmCdRoms": [{}]}]}')
    user.write_profile(node, "insecure = true")
    result = user.run_on_terminal("candidates", ISO, "-o", "csv", "-c", "cdrom")
    assert result.out == "cdrom\nfree\n"
    assert result.err.startswith("\x1b[1;33mwarning:\x1b[0m ")


def test_tree_colours_only_the_cdrom_state(user: User, node: ScriptedNode) -> None:
    node.respond('{"inventories": [{"name": "a", "state": "Stopped", "vmCdRoms": [{}]}]}')
    user.write_profile(node)
    shown = user.run_on_terminal("candidates", ISO, "-o", "tree").out
    assert "cdrom: \x1b[32mfree\x1b[0m\n" in shown
    assert "state: Stopped\n" in shown
    assert user.run_on_terminal("candidates", ISO, "-o", "tree", env={"NO_COLOR": "1"}).out.count("\x1b") == 0
