"""Locales, encodings of stdout, and an empty environment."""

from __future__ import annotations

import subprocess

import pytest

from tests.helpers.runner import PROGRAM, User


@pytest.mark.parametrize("locale", ["C", "POSIX", "xx_XX.nonsense"])
def test_output_is_utf_8_in_any_locale(user: User, locale: str) -> None:
    result = user.run_process("candidates", "--mock", env={"LC_ALL": locale})
    assert (result.code, result.err) == (0, "")
    assert "数据库" in result.out


def test_ascii_stdout_gets_escaped_characters(user: User) -> None:
    result = user.run_process("candidates", "--mock", env={"PYTHONIOENCODING": "ascii"})
    assert (result.code, result.err) == (0, "")
    assert result.out.isascii()
    assert r"\u6570\u636e\u5e93-\u4e3b\u8282\u70b9  2d3a7e4b" in result.out


def test_command_runs_with_empty_environment(user: User) -> None:
    completed = subprocess.run(
        ["env", "-i", *PROGRAM, "candidates", "--mock", "--json"], capture_output=True, cwd=user.home, check=False
    )
    assert (completed.returncode, completed.stderr) == (0, b"")
