"""A full disk, and a missing folder for temporary files."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.helpers.mock_cloud import PASSWORD, run_mock_cloud
from tests.helpers.runner import ISO, PROGRAM, User
from tests.helpers.scripted_node import ScriptedNode

LARGE_RESPONSE = json.dumps({"inventories": [{"name": "x" * 2_000_000}]})


@pytest.mark.usefixtures("unmeasured")
class TestFullDisk:
    """A limit on the size of files (``ulimit -f``) has the effect of a full disk."""

    @pytest.fixture(autouse=True)
    def profile(self, user: User, node: ScriptedNode) -> None:
        node.respond(LARGE_RESPONSE)
        user.write_profile(node)
        # The limit would truncate the bytecode of a module that is imported for the first time.
        user.environ["PYTHONDONTWRITEBYTECODE"] = "1"

    @pytest.mark.parametrize("options", ["", "--json", "-o csv", "-o tree", "-o name"])
    def test_large_response_exits_9_when_disk_is_full(self, user: User, options: str) -> None:
        code, message = user.run_in_bash(f"ulimit -f 4; zsiso candidates {ISO} {options} | cat; exit $PIPESTATUS")
        assert code == 9
        assert message == (
            "zsiso: the response cannot be written to a temporary file: File too large\n"
            "hint: set TMPDIR to a folder with enough free space\n"
        )

    def test_large_response_stays_in_memory_when_no_file_can_be_written(self, user: User) -> None:
        # zsiso then keeps the response in memory.
        line = f"ulimit -f 0; set -o pipefail; zsiso candidates {ISO} --json | cmp - <(printf '%s\\n' \"$WHOLE\")"
        script = user.home / "line"
        script.write_text(line.replace("zsiso", " ".join(PROGRAM)).replace('"$WHOLE"', '"$(cat whole)"'))
        (user.home / "whole").write_text(LARGE_RESPONSE)
        completed = subprocess.run(["bash", script], env=user.environ, cwd=user.home, capture_output=True, check=False)
        assert (completed.returncode, completed.stdout, completed.stderr) == (0, b"", b"")

    @pytest.mark.slow
    def test_result_file_on_full_disk_exits_9(self, user: User, node: ScriptedNode) -> None:
        node.respond(json.dumps({"inventories": [{"name": "x" * 200_000}]}))
        user.run_process("candidates", ISO)
        for options in ("", "--json", "-o csv", "-o tree", "-o name", "-o jsonl"):
            code, message = user.run_in_bash(f"ulimit -f 4; zsiso candidates {ISO} {options} >~/result")
            assert (code, message.splitlines()[0]) == (9, "zsiso: the result could not be written: File too large")

    def test_session_is_logged_out_when_disk_is_full(self, user: User) -> None:
        with run_mock_cloud() as cloud:
            user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
            assert user.run_in_bash(f"ulimit -f 0; zsiso candidates {ISO} --json | cat; exit $PIPESTATUS") == (0, "")
            # The session is logged out, and no part of its file remains.
            assert cloud.pop_methods() == "PGD"
        assert not list((user.home / ".local").rglob("*.json"))
        assert not list((user.home / ".local").rglob("new-*"))


def test_large_response_stays_in_memory_without_temporary_folder(user: User, node: ScriptedNode) -> None:
    node.respond(LARGE_RESPONSE)
    user.write_profile(node)
    result = user.run_process("candidates", ISO, "--json", env={"TMPDIR": "/no/such/folder"})
    assert (result.code, result.out, result.err) == (0, f"{LARGE_RESPONSE}\n", "")
