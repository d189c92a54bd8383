"""Locales, encodings of stdout, and an empty environment."""

from __future__ import annotations

import codecs
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


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "UTF_32"])
@pytest.mark.parametrize("arguments", [["-o", "table"], ["-o", "csv"], ["-o", "tree"], ["-o", "jsonl"]], ids=" ".join)
def test_stdout_has_one_byte_order_mark(user: User, encoding: str, arguments: list[str]) -> None:
    run = subprocess.run(
        [*PROGRAM, "candidates", "--mock", *arguments],
        env={**user.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        cwd=user.home,
        check=True,
    )
    assert run.stdout.decode(encoding) == user.run("candidates", "--mock", *arguments).out
    assert codecs.lookup(encoding).encode("")[0] not in run.stdout[1:]


def test_stderr_has_one_byte_order_mark(user: User) -> None:
    command = [*PROGRAM, "candidates", "--mock", "--attachable", "--user-tag", "a"]
    environ = {**user.environ, "PYTHONIOENCODING": "utf-16"}
    run = subprocess.run(command, env=environ, capture_output=True, cwd=user.home, check=True)
    assert run.stderr.count(codecs.BOM_UTF16) == 1
    assert len(run.stderr.decode("utf-16").splitlines()) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_completion_has_no_byte_order_mark(user: User, encoding: str) -> None:
    result = user.run_process("cand", env={"_ZSISO_COMPLETE": "words", "PYTHONIOENCODING": encoding})
    assert result.out.startswith("plain\tcandidates\t")


def test_completion_offers_only_what_the_encoding_has(user: User) -> None:
    words = ("candidates", "--mock", "--check", "")
    names = user.run_process(*words, env={"_ZSISO_COMPLETE": "words"}).out
    assert "数据库-主节点" in names
    result = user.run_process(*words, env={"_ZSISO_COMPLETE": "words", "PYTHONIOENCODING": "ascii"})
    assert result.out == "".join(f"{line}\n" for line in names.splitlines() if line.isascii())
    assert "web-2" in result.out
