"""Standard streams that are closed, full, or slow."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.helpers.runner import ISO, PROGRAM, SESSION, User
from tests.helpers.scripted_node import ScriptedNode


@pytest.mark.parametrize("what", ["candidates --mock", "candidates --mock --json", "--help", "profiles --json"])
class TestStdout:
    @pytest.fixture(autouse=True)
    def profile(self, user: User) -> None:
        user.write_config("")

    def test_closed_pipe(self, user: User, what: str) -> None:
        # The reader has gone before there is anything to write.
        line = f"exec 3> >(exec true); sleep 0.1; wait $!; zsiso {what} >&3"
        assert user.run_in_bash(line) == (141, "")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
    def test_full(self, user: User, what: str) -> None:
        code, said = user.run_in_bash(f"zsiso {what} >/dev/full")
        assert (code, said.splitlines()[0]) == (9, "zsiso: the result could not be written: No space left on device")

    def test_closed(self, user: User, what: str) -> None:
        code, said = user.run_in_bash(f"zsiso {what} >&-")
        assert (code, said.splitlines()[0]) == (9, "zsiso: the result could not be written: stdout is closed")


def test_a_closed_stderr_changes_nothing(user: User) -> None:
    assert user.run_in_bash("zsiso candidates 2>&-") == (2, "")
    assert user.run_in_bash("zsiso candidates --mock --json 2>&-") == (0, "")


def test_a_pipe_that_closes_in_the_middle(user: User, node: ScriptedNode) -> None:
    node.respond(json.dumps({"inventories": [{"name": "x" * 2_000_000}]}))
    user.write_profile(node)
    assert user.run_in_bash(f"set -o pipefail; zsiso candidates {ISO} --json | head -c 10") == (141, "")


def test_a_pipe_that_another_program_made_non_blocking(user: User, node: ScriptedNode) -> None:
    body = json.dumps({"inventories": [{"name": "x" * 2_000_000}]}).encode()
    node.respond(body)
    user.write_profile(node)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with subprocess.Popen(
        [*PROGRAM, "candidates", ISO, "--json"], env=user.environ, cwd=user.home, stdout=writer
    ) as process:
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            assert pipe.read() == body + b"\n"
        assert process.wait(60) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    ("what", "code"), [("candidates --mock --user-tag x", 0), ("candidates", 2), ("candidates --mock -v --json", 0)]
)
def test_an_stderr_that_takes_nothing_changes_no_exit_code(user: User, what: str, code: int) -> None:
    assert user.run_in_bash(f"zsiso {what} 2>/dev/full >/dev/null") == (code, "")
    line = f"exec 3> >(exec true); sleep 0.1; wait $!; zsiso {what} 2>&3 >/dev/null"
    assert user.run_in_bash(line) == (code, "")


LARGE = json.dumps({"inventories": [{"name": "x" * 2_000_000}]})


@pytest.mark.parametrize(
    ("closed", "code"),
    [("<&-", 0), (">&-", 9), ("2>&-", 0), ("<&- 2>&-", 0), (">&- 2>&-", 9), ("<&- >&- 2>&-", 9)],
)
def test_closed_descriptors(user: User, node: ScriptedNode, closed: str, code: int) -> None:
    node.respond(LARGE)
    user.write_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "echo {SESSION}" }}\n')
    elsewhere = "" if ">&-" in closed.replace("2>&-", "") else ">~/result"
    assert user.run_in_bash(f"zsiso candidates {ISO} --json {elsewhere} {closed}")[0] == code
    assert [request.headers["authorization"] for request in node.requests] == [f"OAuth {SESSION}"]
    if elsewhere:
        assert (user.home / "result").read_text() == f"{LARGE}\n"


@pytest.mark.parametrize("form", ["table", "wide", "tree", "json", "jsonl", "csv", "tsv", "uuid", "name"])
def test_a_pipe_that_closes_in_the_middle_of_any_format(user: User, node: ScriptedNode, form: str) -> None:
    node.respond(
        json.dumps({"inventories": [{"uuid": f"{at:032x}", "name": f"web-{at}-{'x' * 30}"} for at in range(3000)]})
    )
    user.write_profile(node)
    assert user.run_in_bash(f"set -o pipefail; zsiso candidates {ISO} -o {form} | head -c 10 >~/begun") == (141, "")


def test_no_terminal(user: User) -> None:
    process = user.start_without_terminal("candidates", "--mock", "-o", "name")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err, out.splitlines()[0]) == (0, "", "rescue")
