"""``zsiso candidates --check``."""

from __future__ import annotations

import json

import pytest

from tests.helpers.runner import ISO, User
from zsiso import mock_node


class TestCheck:
    @pytest.mark.parametrize(
        ("options", "code", "message"),
        [
            (["--check", "web-2"], 0, ""),
            (["--check", "0B1E5C2F-7d9a4e38b6c1d2f3a4b5c6d7"], 0, ""),
            (["--check", "web-2", "--check", "web-10"], 0, ""),
            (["--check", "web-10", "--attachable"], 1, "web-10: all its CD-ROM drives are full\n"),
            (["--check", "rescue", "--attachable"], 1, "rescue: it has no CD-ROM drive\n"),
            (["--check", "win-build", "--attachable"], 1, "win-build: this ISO is attached already\n"),
            (["--check", "Test-VM", "--attachable"], 0, ""),
            (["--check", "web"], 1, "web: it is not a candidate\n"),
            (["--check", "WEB-2"], 1, "WEB-2: it is not a candidate\n"),
            (["--check", "a\x1b"], 1, "a\\x1b: it is not a candidate\n"),
            (
                ["--check", "web-2", "--check", "web-10", "--check", "x", "--user-tag", "build", "--verify-tags"],
                1,
                "web-2: it does not have the tag build\n  web-10: it does not have the tag build\n  x: it is not a candidate\n",
            ),
            (
                ["--check", "rescue", "--user-tag", "build", "--user-tag", "prod", "--verify-tags"],
                1,
                "rescue: it does not have the tags build, prod\n",
            ),
        ],
    )
    def test_check_exits_with_result_and_prints_reasons(
        self, user: User, options: list[str], code: int, message: str
    ) -> None:
        result = user.run("candidates", "--mock", "-q", *options)
        assert (result.code, result.out) == (code, "")
        assert result.err == (
            f"zsiso: {message}hint: run `zsiso candidates` without --check to list the VM instances\n"
            if message
            else ""
        )

    def test_check_accepts_any_of_several_vms_with_the_same_name(self, user: User) -> None:
        rows = [{"uuid": "1", "name": "x", "vmCdRoms": [{}]}, {"uuid": "2", "name": "x", "vmCdRoms": []}]
        with mock_node.serve(
            mock_node.MockNode(mock_node.example_cloud(), candidates=json.dumps({"inventories": rows}).encode())
        ) as url:
            user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
            assert user.run("candidates", ISO, "--check", "x").code == 0
            assert user.run("candidates", ISO, "--check", "x", "--attachable").code == 1


def test_failed_check_prints_note_about_unverified_tags(user: User) -> None:
    result = user.run("candidates", "--mock", "--check", "nobody", "--user-tag", "prod")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(
        "The node may have ignored the tags; use --verify-tags to check them.\nzsiso: nobody: "
    )
