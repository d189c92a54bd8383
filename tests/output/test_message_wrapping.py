"""Errors, hints and notes on a terminal and in a pipe: where lines are wrapped, and where they never are."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode
from zsiso.errors import ApiError
from zsiso.output.messages import MessageLine, error_lines, format_message
from zsiso.output.terminal import Terminal

NO_COLOUR = {"NO_COLOR": "1"}
URL = "http://management-node.example.com:8080/a/path/that/is/longer/than/a/narrow/terminal"
UUID = "5f0e0c6b1a2b4c3d8e9f00112233445566"


def wrap(*lines: MessageLine, width: int | None = 40, encoding: str = "utf-8") -> list[str]:
    return format_message(lines, Terminal(width, colour=False, encoding=encoding)).splitlines()


def test_error_is_wrapped_beneath_its_text() -> None:
    error = ApiError(
        "the management node rejected the request because of its state",
        details=("SYS.1006: the VM instance has no empty CD-ROM drive left",),
        hint="search the management node's log for the job UUID",
    )
    assert wrap(*error_lines(error)) == [
        "zsiso: the management node rejected the",
        "       request because of its state",
        "  SYS.1006: the VM instance has no empty",
        "    CD-ROM drive left",
        "hint: search the management node's log",
        "      for the job UUID",
    ]


def test_note_is_wrapped_with_a_hanging_indent() -> None:
    assert wrap(MessageLine("The node may have ignored the tags; use --verify-tags."), width=30) == [
        "The node may have ignored the",
        "  tags; use --verify-tags.",
    ]


@pytest.mark.parametrize("word", [URL, UUID, "a-word-with-hyphens-that-is-longer-than-the-line"])
def test_long_word_overflows_and_is_never_broken(word: str) -> None:
    assert wrap(MessageLine(f"see {word} for more", "zsiso:"), width=32) == [
        "zsiso: see",
        f"       {word}",
        "       for more",
    ]


def test_first_word_stays_behind_its_label_though_it_is_too_long() -> None:
    assert wrap(MessageLine(f"{URL} is down", "zsiso:"), width=32) == [f"zsiso: {URL}", "       is down"]


def test_wide_characters_count_as_two_cells() -> None:
    assert wrap(MessageLine("数据库 主节点 生产环境 第一集群"), width=20) == ["数据库 主节点", "  生产环境 第一集群"]


def test_combining_marks_count_as_no_cell() -> None:
    assert wrap(MessageLine("e\u0301" * 10 + " abcd"), width=15) == ["e\u0301" * 10 + " abcd"]


def test_escapes_are_counted_as_they_are_written() -> None:
    assert wrap(MessageLine("数据 abcdefg hij"), width=20, encoding="ascii") == [r"\u6570\u636e abcdefg", "  hij"]
    assert wrap(MessageLine("a\x1b[31mb\nc abcdefg hij"), width=20) == [r"a\x1b[31mb\nc", "  abcdefg hij"]


def test_indents_shrink_on_a_narrow_terminal() -> None:
    assert wrap(MessageLine("one two three four", "zsiso:"), width=12) == ["zsiso: one", "  two three", "  four"]
    assert wrap(MessageLine("certificate of a-host", "ok", label_width=8, hanging=25), width=20) == [
        "ok       certificate",
        "  of a-host",
    ]


def test_text_with_no_words_is_an_empty_line() -> None:
    assert wrap(MessageLine("")) == [""]
    assert wrap(MessageLine("   ")) == [""]


def test_blanks_inside_a_line_are_kept() -> None:
    assert wrap(MessageLine("name    size  date", indent=2)) == ["  name    size  date"]


def test_nothing_is_wrapped_without_a_width() -> None:
    text = "word  " * 100
    assert wrap(MessageLine(text, "hint:"), width=None) == [f"hint: {text}"]


words = st.text(st.characters(exclude_categories=["Zs", "Zl", "Zp", "Cc", "Cf", "Cs"]), min_size=1, max_size=30)


@given(st.lists(words, min_size=1, max_size=20), st.integers(1, 200), st.sampled_from(["", "zsiso:", "hint:"]))
def test_wrapping_loses_nothing_and_breaks_only_at_blanks(parts: list[str], width: int, label: str) -> None:
    terminal = Terminal(width, colour=False, encoding="utf-8")
    unwrapped = format_message([MessageLine(" ".join(parts), label)], terminal._replace(width=None))
    lines = format_message([MessageLine(" ".join(parts), label)], terminal).splitlines()
    assert " ".join(line.strip(" ") for line in lines) == unwrapped.removesuffix("\n")
    # No line but the first begins where a label would.
    assert all(line.startswith("  ") for line in lines[1:])
    # A line overflows only where its last word would on a line of its own.
    hanging = len(label) + 1 if label else 2
    assert all(cell_len(line) <= width or cell_len(line.rpartition(" ")[0]) <= hanging for line in lines)


def reject(node: ScriptedNode) -> None:
    node.respond(json.dumps({"error": {"code": "SYS.1006", "details": f"permission denied for {URL} " * 3}}), 503)


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_error_fits_the_terminal(user: User, node: ScriptedNode, columns: int) -> None:
    reject(node)
    user.write_profile(node)
    result = user.run_on_terminal("candidates", ISO, columns=columns, env=NO_COLOUR)
    assert result.code == 4
    lines = result.err.splitlines()
    assert {line for line in lines if len(line) > columns and " " in line.strip()} == set()
    assert sum(URL in line for line in lines) >= 2


def test_error_in_a_pipe_is_not_wrapped(user: User, node: ScriptedNode) -> None:
    reject(node)
    user.write_profile(node)
    piped = user.run("candidates", ISO, env={"COLUMNS": "40"}).err
    on_terminal = user.run_on_terminal("candidates", ISO, columns=40, env=NO_COLOUR).err
    assert len(piped.splitlines()) < len(on_terminal.splitlines())
    assert max(map(len, piped.splitlines())) > 200


def test_terminal_that_does_not_know_its_width_has_80_columns(user: User, node: ScriptedNode) -> None:
    node.respond('{"inventories": []}')
    user.write_profile(node)
    lines = user.run_on_terminal("candidates", ISO, columns=0, env=NO_COLOUR).err.splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= 80


def test_COLUMNS_overrides_the_width_of_the_terminal(user: User, node: ScriptedNode) -> None:  # noqa: N802
    node.respond('{"inventories": []}')
    user.write_profile(node)
    wide = user.run_on_terminal("candidates", ISO, columns=80, env={**NO_COLOUR, "COLUMNS": "50"}).err
    assert max(map(len, wide.splitlines())) <= 50
    assert user.run_on_terminal("candidates", ISO, columns=50, env={**NO_COLOUR, "COLUMNS": "x"}).err == wide


def test_verbose_lines_are_not_wrapped(user: User, node: ScriptedNode) -> None:
    node.respond('{"inventories": []}')
    user.write_profile(node)
    result = user.run_on_terminal("candidates", ISO, "-v", columns=40, env=NO_COLOUR)
    assert f"> GET {node.url}/zstack/v1/images/iso/{ISO}/vm-candidates\n" in result.err
