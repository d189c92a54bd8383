"""Standard streams that are closed, full or non-blocking."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.helpers.runner import ISO, PROGRAM, SESSION, User
from tests.helpers.scripted_node import ScriptedNode

LARGE_RESPONSE = json.dumps({"inventories": [{"name": "x" * 2_000_000}]})


@pytest.mark.parametrize("arguments", ["candidates --mock", "candidates --mock --json", "--help", "profiles --json"])
class TestStdout:
    @pytest.fixture(autouse=True)
    def profile(self, user: User) -> None:
        user.write_config("")

    def test_closed_pipe_exits_141(self, user: User, arguments: str) -> None:
        # The reader exits before zsiso writes.
        line = f"exec 3> >(exec true); sleep 0.1; wait $!; zsiso {arguments} >&3"
        assert user.run_in_bash(line) == (141, "")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
    def test_full_stdout_exits_9(self, user: User, arguments: str) -> None:
        code, message = user.run_in_bash(f"zsiso {arguments} >/dev/full")
        assert (code, message.splitlines()[0]) == (9, "zsiso: the result could not be written: No space left on device")

    def test_closed_stdout_exits_9(self, user: User, arguments: str) -> None:
        code, message = user.run_in_bash(f"zsiso {arguments} >&-")
        assert (code, message.splitlines()[0]) == (9, "zsiso: the result could not be written: stdout is closed")


def test_closed_stderr_does_not_change_exit_code(user: User) -> None:
    assert user.run_in_bash("zsiso candidates 2>&-") == (2, "")
    assert user.run_in_bash("zsiso candidates --mock --json 2>&-") == (0, "")


def test_closed_pipe_in_middle_of_json_exits_141(user: User, node: ScriptedNode) -> None:
    node.respond(LARGE_RESPONSE)
    user.write_profile(node)
    assert user.run_in_bash(f"set -o pipefail; zsiso candidates {ISO} --json | head -c 10") == (141, "")


def test_non_blocking_pipe_receives_complete_result(user: User, node: ScriptedNode) -> None:
    node.respond(LARGE_RESPONSE)
    user.write_profile(node)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with subprocess.Popen(
        [*PROGRAM, "candidates", ISO, "--json"], env=user.environ, cwd=user.home, stdout=writer
    ) as process:
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            assert pipe.read() == f"{LARGE_RESPONSE}\n".encode()
        assert process.wait(60) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [("candidates --mock --user-tag x", 0), ("candidates", 2), ("candidates --mock -v --json", 0)],
)
def test_full_stderr_or_closed_pipe_does_not_change_exit_code(user: User, arguments: str, code: int) -> None:
    assert user.run_in_bash(f"zsiso {arguments} 2>/dev/full >/dev/null") == (code, "")
    line = f"exec 3> >(exec true); sleep 0.1; wait $!; zsiso {arguments} 2>&3 >/dev/null"
    assert user.run_in_bash(line) == (code, "")


@pytest.mark.parametrize(
    ("closed", "code"),
    [("<&-", 0), (">&-", 9), ("2>&-", 0), ("<&- 2>&-", 0), (">&- 2>&-", 9), ("<&- >&- 2>&-", 9)],
)
def test_closed_standard_streams_do_not_disturb_request(user: User, node: ScriptedNode, closed: str, code: int) -> None:
    node.respond(LARGE_RESPONSE)
    user.write_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "echo {SESSION}" }}\n')
    redirection = "" if ">&-" in closed.replace("2>&-", "") else ">~/result"
    assert user.run_in_bash(f"zsiso candidates {ISO} --json {redirection} {closed}")[0] == code
    assert [request.headers["authorization"] for request in node.requests] == [f"OAuth {SESSION}"]
    if redirection:
        assert (user.home / "result").read_text() == f"{LARGE_RESPONSE}\n"


@pytest.mark.parametrize("output", ["table", "wide", "tree", "json", "jsonl", "csv", "tsv", "uuid", "name"])
def test_closed_pipe_in_middle_of_any_format_exits_141(user: User, node: ScriptedNode, output: str) -> None:
    node.respond(
        json.dumps(
            {"inventories": [{"uuid": f"{index:032x}", "name": f"web-{index}-{'x' * 30}"} for index in range(3000)]}
        )
    )
    user.write_profile(node)
    assert user.run_in_bash(f"set -o pipefail; zsiso candidates {ISO} -o {output} | head -c 10 >~/begun") == (141, "")


def test_command_runs_without_terminal(user: User) -> None:
    process = user.start_without_terminal("candidates", "--mock", "-o", "name")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err, out.splitlines()[0]) == (0, "", "rescue")
