"""No room for files, and no folder for them."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.helpers.mock_cloud import PASSWORD, run_mock_cloud
from tests.helpers.runner import ISO, PROGRAM, User
from tests.helpers.scripted_node import ScriptedNode

LARGE = json.dumps({"inventories": [{"name": "x" * 2_000_000}]})


@pytest.mark.usefixtures("unmeasured")
class TestNoRoom:
    """A limit on the size of files stands for a disk that is full."""

    @pytest.fixture(autouse=True)
    def profile(self, user: User, node: ScriptedNode) -> None:
        node.respond(LARGE)
        user.write_profile(node)

    @pytest.mark.parametrize("form", ["", "--json", "-o csv", "-o tree", "-o name"])
    def test_for_a_large_answer(self, user: User, form: str) -> None:
        code, said = user.run_in_bash(f"ulimit -f 4; zsiso candidates {ISO} {form} | cat; exit $PIPESTATUS")
        assert code == 9
        assert said == (
            "zsiso: the response cannot be written to a temporary file: File too large\n"
            "hint: set TMPDIR to a folder with enough free space\n"
        )

    def test_for_any_file_at_all(self, user: User) -> None:
        # Then memory has to do.
        line = f"ulimit -f 0; set -o pipefail; zsiso candidates {ISO} --json | cmp - <(printf '%s\\n' \"$WHOLE\")"
        script = user.home / "line"
        script.write_text(line.replace("zsiso", " ".join(PROGRAM)).replace('"$WHOLE"', '"$(cat whole)"'))
        (user.home / "whole").write_text(LARGE)
        done = subprocess.run(["bash", script], env=user.environ, cwd=user.home, capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    @pytest.mark.slow
    def test_for_the_result(self, user: User, node: ScriptedNode) -> None:
        node.respond(json.dumps({"inventories": [{"name": "x" * 200_000}]}))
        user.run_process("candidates", ISO)
        for form in ("", "--json", "-o csv", "-o tree", "-o name", "-o jsonl"):
            code, said = user.run_in_bash(f"ulimit -f 4; zsiso candidates {ISO} {form} >~/result")
            assert (code, said.splitlines()[0]) == (9, "zsiso: the result could not be written: File too large")

    def test_for_a_session(self, user: User) -> None:
        with run_mock_cloud() as cloud:
            user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
            assert user.run_in_bash(f"ulimit -f 0; zsiso candidates {ISO} --json | cat; exit $PIPESTATUS") == (0, "")
            # It is ended instead, and nothing of it stays.
            assert cloud.pop_methods() == "PGD"
        assert not list((user.home / ".local").rglob("*.json"))
        assert not list((user.home / ".local").rglob("new-*"))


def test_no_folder_for_temporary_files(user: User, node: ScriptedNode) -> None:
    node.respond(LARGE)
    user.write_profile(node)
    result = user.run_process("candidates", ISO, "--json", env={"TMPDIR": "/no/such/folder"})
    assert (result.code, result.out, result.err) == (0, f"{LARGE}\n", "")
