"""What completion suggests for the words typed so far."""

from __future__ import annotations

import json
import os
import time

import pytest

from tests.helpers.completion import HOSTILE_NAMES, complete, suggested_values
from tests.helpers.mock_cloud import PASSWORD, run_mock_cloud
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode


class TestSuggestions:
    @pytest.mark.parametrize(
        ("words", "lines"),
        [
            (
                ["c"],
                [
                    "plain\tcandidates\tList the VM instances that an ISO can be...",
                    "plain\tcompletion\tPrint the script that completes zsiso in a...",
                ],
            ),
            (
                ["-"],
                [
                    "plain\t-V\tShow the version and exit.",
                    "plain\t--version\tShow the version and exit.",
                    "plain\t-h\tShow this message and exit.",
                    "plain\t--help\tShow this message and exit.",
                ],
            ),
            (["--v"], ["plain\t--version\tShow the version and exit."]),
            (["doctor", "--q"], ["plain\t--quiet\tShow only warnings and failures."]),
            (["doctor", ""], []),
            (
                ["candidates", "--sys"],
                ["plain\t--system-tag\tSend this system tag; repeatable. [default: the profile's]"],
            ),
            (["candidates", "--config", "x"], ["file\tx"]),
            (["candidates", "--config=x"], ["file\t--config=x"]),
            (["mock", "--inventory", ""], ["file"]),
            (["candidates", "-o", "j"], ["plain\tjson", "plain\tjsonl"]),
            (["candidates", "--output=cs"], ["plain\t--output=csv"]),
            (["candidates", "-c", "name,ip"], ["plain\tname,ips"]),
            (["candidates", "-c", "uuid,uu"], []),
            (
                ["candidates", "--columns=vmCdRoms.is"],
                ["plain\t--columns=vmCdRoms.isoUuid", "plain\t--columns=vmCdRoms.isoInstallPath"],
            ),
            (
                ["candidates", "-c", "name,vmNics.usedIps.ip"],
                [f"plain\tname,vmNics.usedIps.{field}" for field in ("ip", "ipVersion", "ipInLong", "ipInBinary")],
            ),
            (["candidates", "--sort", "vmNics.usedIps.g"], ["plain\tvmNics.usedIps.gateway"]),
            (["isos", "-c", "md"], ["plain\tmd5Sum"]),
            (["candidates", "--sort", "rootS"], ["plain\trootSize"]),
            (["candidates", "--sort", "rootSize:"], ["plain\trootSize:desc"]),
            (["isos", "--sort", "si"], ["plain\tsize"]),
            (["completion", "z"], ["plain\tzsh"]),
            (
                ["help", "log"],
                ["plain\tlogin\tLog in and save the session.", "plain\tlogout\tLog out and delete the saved session."],
            ),
            (["candidates", "--timeout", ""], []),
            (["nonsense"], []),
            (["nonsense", "x"], []),
            (["nonsense", "--config", ""], []),
        ],
    )
    def test_commands_options_and_fixed_values_are_suggested(
        self, user: User, words: list[str], lines: list[str]
    ) -> None:
        assert complete(user, *words) == lines

    def test_profile_names_are_suggested(self, user: User) -> None:
        user.write_config('[profiles.prod]\n[profiles.lab-2]\n[profiles."a b"]\n[profiles."$(x)"]\n[profiles."-x"]\n')
        assert suggested_values(user, "candidates", "--profile", "") == ["prod", "lab-2"]
        assert suggested_values(user, "doctor", "-p", "l") == ["lab-2"]
        assert suggested_values(user, "candidates", "--profile=p") == ["--profile=prod"]
        (user.home / "other.toml").write_text("[profiles.other]")
        assert suggested_values(user, "candidates", "--config", "other.toml", "-p", "") == ["other"]

    def test_iso_names_are_suggested_and_uuids_of_names_that_are_not_unique(self, user: User) -> None:
        assert complete(user, "candidates", "--mock", "") == [
            "plain\trescue-disk",
            "plain\t6b1d4c0e9a7f4d21b8e35f90c2a7d416\twindows-2022",
            "plain\tubuntu-24.04",
            "plain\tc90f2e7d1b6a4e88a4d3721f5e0b9c63\twindows-2022",
            "plain\t救援盘",
        ]
        assert suggested_values(user, "candidates", "--mock", "ub") == ["ubuntu-24.04"]
        assert complete(user, "candidates", "--mock", "8f") == ["plain\t8f36a77ab76e3425a571a7f75fca2d69\tubuntu-24.04"]

    def test_deleted_isos_are_not_suggested(self, user: User, node: ScriptedNode) -> None:
        statuses = {"a": "Ready", "b": "Deleted", "c": "Error"}
        images = [{"uuid": letter * 32, "name": letter, "status": status} for letter, status in statuses.items()]
        node.respond(json.dumps({"inventories": images}))
        user.write_profile(node)
        assert suggested_values(user, "candidates", "") == ["a", "c"]
        assert node.requests[0].query[-1] == ("fields", "createDate,name,size,status,uuid")

    def test_vm_names_are_suggested_for_check(self, user: User) -> None:
        assert suggested_values(user, "candidates", ISO, "--mock", "--check", "w") == ["web-2", "web-10", "win-build"]
        assert suggested_values(user, "candidates", "rescue-disk", "--mock", "--check", "r") == ["rescue"]
        assert suggested_values(user, "candidates", "--check", "") == []

    @pytest.mark.parametrize(
        "toml",
        [
            None,
            "broken",
            '[profiles.a]\nurl = "http://127.0.0.1:1"\nsession = "some-session"',
            '[profiles.a]\nurl = "http://127.0.0.1:1"',
            '[profiles.a]\nurl = "http://127.0.0.1:1"\nsession = { command = "touch ran" }',
            '[profiles.a]\nurl = "NODE"\naccount = "admin"\npassword = "some-password"',
            '[profiles.a]\nurl = "NODE"\naccount = "admin"',
        ],
        ids=["no file", "invalid TOML", "node down", "no credentials", "secret command", "password", "no password"],
    )
    def test_completion_without_usable_profile_suggests_no_iso_or_vm(
        self, user: User, node: ScriptedNode, toml: str | None
    ) -> None:
        if toml is not None:
            user.write_config(toml.replace("NODE", node.url))
        assert complete(user, "candidates", "") == []
        assert complete(user, "candidates", ISO, "--check", "") == []
        assert not (user.home / "ran").exists()
        assert node.requests == []

    def test_completion_uses_saved_session(self, user: User) -> None:
        with run_mock_cloud() as cloud:
            user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
            user.run("login")
            assert len(suggested_values(user, "candidates", "")) == 5
            assert cloud.pop_methods() == "PG"

    def test_completion_caches_timeout_of_silent_node(self, user: User, node: ScriptedNode) -> None:
        node.hang()
        user.write_profile(node)
        assert complete(user, "candidates", "") == []
        # The timeout is cached, too: no second request.
        assert complete(user, "candidates", "") == []
        assert len(node.requests) == 1

    def test_completion_caches_response_for_one_minute(self, user: User) -> None:
        with run_mock_cloud() as cloud:
            user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\nsession = "the-only-one"\n')
            first = complete(user, "candidates", "")
            assert complete(user, "candidates", "") == first
            assert cloud.pop_methods() == "G"
            (path,) = (user.home / ".cache" / "zsiso").iterdir()
            assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
            a_minute_ago = time.time() - 61
            os.utime(path, (a_minute_ago, a_minute_ago))
            assert complete(user, "candidates", "") == first
            assert cloud.pop_methods() == "G"

    @pytest.mark.parametrize(
        "content", [b"", b"{", b"[5]", b'{"a": 1}', b'[["$(x)", "y"]]', b"[[1, 2]]", b'[["a"]]'], ids=repr
    )
    def test_damaged_completion_cache_suggests_nothing(self, user: User, content: bytes) -> None:
        with run_mock_cloud() as cloud:
            user.write_config(f'[profiles.a]\nurl = "{cloud.url}"\nsession = "the-only-one"\n')
            complete(user, "candidates", "")
            (path,) = (user.home / ".cache" / "zsiso").iterdir()
            path.write_bytes(content)
            assert complete(user, "candidates", "") == []


def test_completion_that_asked_no_node_is_not_cached(user: User) -> None:
    with run_mock_cloud() as cloud:
        profile = f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n'
        user.write_config(profile)
        assert complete(user, "candidates", "") == []
        user.run("login")
        assert "rescue-disk" in suggested_values(user, "candidates", "")


def test_completion_removes_special_characters_from_hostile_names(hostile_cloud: User) -> None:
    lines = complete(hostile_cloud, "candidates", "")
    assert len(lines) == len(HOSTILE_NAMES) + 1
    assert lines[:3] == [
        f"plain\t{1:032x}\ttouch x",
        f"plain\t{2:032x}\tends in a backslash",
        f"plain\t{3:032x}\ttouch x",
    ]
    assert all(set(line.split("\t", 2)[-1]) <= set("abcdefghijklmnopqrstuvwxyz0123456789 .-_m[]") for line in lines)
    assert suggested_values(hostile_cloud, "candidates", ISO, "--check", "") == ["first-vm", "second-vm"]
