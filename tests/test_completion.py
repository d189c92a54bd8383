"""Completion: what zsiso offers, the scripts for packagers, and Tab pressed in real shells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cloud import PASSWORD, running_cloud
from tests.command import ISO, PROGRAM, User
from tests.shells import SHELLS, shell
from zsiso import mock_node
from zsiso.completion.shells import Shell, write_scripts
from zsiso.mock_node.cloud import Accepts, Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.node import Node

FOLDER = Path(__file__).parents[1] / "completions"


def offered(user: User, *words: str, env: dict[str, str] | None = None) -> list[str]:
    """Return the lines that a shell reads, after which nothing else was said."""
    result = user.runs(*words, env={"_ZSISO_COMPLETE": "words", **(env or {})})
    assert (result.code, result.err) == (0, "")
    return result.out.splitlines()


def values(user: User, *words: str) -> list[str]:
    return [line.split("\t")[1] for line in offered(user, *words)]


class TestScripts:
    def test_are_fresh(self, tmp_path: Path) -> None:
        write_scripts(tmp_path)
        assert sorted(path.name for path in FOLDER.iterdir()) == sorted(path.name for path in tmp_path.iterdir())
        for path in tmp_path.iterdir():
            assert (FOLDER / path.name).read_bytes() == path.read_bytes(), ".ci/scripts writes them"

    @pytest.mark.parametrize(("name", "file"), [("bash", "zsiso.bash"), ("zsh", "_zsiso"), ("fish", "zsiso.fish")])
    def test_are_what_the_command_prints(self, user: User, name: str, file: str) -> None:
        assert user.runs_raw("completion", name) == (FOLDER / file).read_bytes()

    def test_are_for_three_shells(self, user: User) -> None:
        assert sorted(shell.value for shell in Shell) == ["bash", "fish", "zsh"]
        assert user.runs("completion", "tcsh").code == 2
        assert user.runs("completion").code == 2

    def test_typer_s_own_options_are_not_there(self, user: User) -> None:
        assert user.runs("--install-completion").code == 2
        assert user.runs("--show-completion").code == 2


class TestOffered:
    @pytest.mark.parametrize(
        ("words", "lines"),
        [
            (
                ["c"],
                [
                    "plain\tcandidates\tList the VM instances that an ISO can be...",
                    "plain\tcompletion\tPrint the script that teaches a shell to...",
                ],
            ),
            (
                ["-"],
                [
                    "plain\t--version\tShow the version and exit.",
                    "plain\t-h\tShow this message and exit.",
                    "plain\t--help\tShow this message and exit.",
                ],
            ),
            (["--v"], ["plain\t--version\tShow the version and exit."]),
            (["doctor", "--q"], ["plain\t--quiet\tShow only what is not well."]),
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
            (["isos", "-c", "md"], ["plain\tmd5Sum"]),
            (["candidates", "--sort", "rootS"], ["plain\trootSize"]),
            (["candidates", "--sort", "rootSize:"], ["plain\trootSize:desc"]),
            (["isos", "--sort", "si"], ["plain\tsize"]),
            (["completion", "z"], ["plain\tzsh"]),
            (["candidates", "--timeout", ""], []),
            (["nonsense"], []),
            (["nonsense", "x"], []),
            (["nonsense", "--config", ""], []),
        ],
    )
    def test_what_is_always_so(self, user: User, words: list[str], lines: list[str]) -> None:
        assert offered(user, *words) == lines

    def test_profiles_of_the_configuration(self, user: User) -> None:
        user.writes_config('[profiles.prod]\n[profiles.lab-2]\n[profiles."a b"]\n[profiles."$(x)"]\n[profiles."-x"]\n')
        assert values(user, "candidates", "--profile", "") == ["prod", "lab-2"]
        assert values(user, "doctor", "-p", "l") == ["lab-2"]
        assert values(user, "candidates", "--profile=p") == ["--profile=prod"]
        (user.home / "other.toml").write_text("[profiles.other]")
        assert values(user, "candidates", "--config", "other.toml", "-p", "") == ["other"]

    def test_isos_with_their_names(self, user: User) -> None:
        assert offered(user, "candidates", "--mock", "") == [
            "plain\t3e5e142462c54736b1880b43d49edeba\trescue-disk",
            "plain\t6b1d4c0e9a7f4d21b8e35f90c2a7d416\twindows-2022",
            "plain\t8f36a77ab76e3425a571a7f75fca2d69\tubuntu-24.04",
            "plain\tc90f2e7d1b6a4e88a4d3721f5e0b9c63\twindows-2022",
            "plain\te47a91c35d2f4b06923c8e1fa6d05b78\t救援盘",
        ]
        assert values(user, "candidates", "--mock", "8f") == ["8f36a77ab76e3425a571a7f75fca2d69"]

    def test_names_of_vms(self, user: User) -> None:
        assert values(user, "candidates", ISO, "--mock", "--check", "w") == ["web-2", "web-10", "win-build"]
        assert values(user, "candidates", "rescue-disk", "--mock", "--check", "r") == ["rescue"]
        assert values(user, "candidates", "--check", "") == []

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
    )
    def test_nothing_where_there_is_nothing(self, user: User, node: Node, toml: str | None) -> None:
        if toml is not None:
            user.writes_config(toml.replace("NODE", node.url))
        assert offered(user, "candidates", "") == []
        assert offered(user, "candidates", ISO, "--check", "") == []
        assert not (user.home / "ran").exists()
        assert node.seen == []

    def test_a_kept_session_serves(self, user: User) -> None:
        with running_cloud() as cloud:
            user.writes_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
            user.runs("login")
            assert len(values(user, "candidates", "")) == 5
            assert cloud.methods() == "PG"

    def test_a_node_that_does_not_answer_is_given_two_seconds(self, user: User, node: Node) -> None:
        node.hangs()
        user.has_profile(node)
        assert offered(user, "candidates", "") == []
        # Its silence is kept for a minute, too.
        assert offered(user, "candidates", "") == []
        assert len(node.seen) == 1

    def test_an_answer_is_kept_for_a_minute(self, user: User) -> None:
        with running_cloud() as cloud:
            user.writes_config(f'[profiles.a]\nurl = "{cloud.url}"\nsession = "the-only-one"\n')
            first = offered(user, "candidates", "")
            assert offered(user, "candidates", "") == first
            assert cloud.methods() == "G"
            (path,) = (user.home / ".cache" / "zsiso").iterdir()
            assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
            aged = time.time() - 61
            os.utime(path, (aged, aged))
            assert offered(user, "candidates", "") == first
            assert cloud.methods() == "G"

    @pytest.mark.parametrize("content", [b"", b"{", b"[5]", b'{"a": 1}', b'[["$(x)", "y"]]', b"[[1, 2]]", b'[["a"]]'])
    def test_a_spoilt_kept_answer_offers_nothing(self, user: User, content: bytes) -> None:
        with running_cloud() as cloud:
            user.writes_config(f'[profiles.a]\nurl = "{cloud.url}"\nsession = "the-only-one"\n')
            offered(user, "candidates", "")
            (path,) = (user.home / ".cache" / "zsiso").iterdir()
            path.write_bytes(content)
            assert offered(user, "candidates", "") == []


# What a tenant may have typed; some of it would run, were a shell to evaluate it.
HOSTILE = [
    "<(touch x)", "ends in a backslash\\", "$(touch x)", "`touch x`", "'; touch x; '", '"; touch x; "', "a\tb", "a\nb",
    "${x:-$(touch x)}", "\x1b[31m", "\u202e", "(touch x)", ":touch x", "*", "~root", "-rf", "!!", "a;b", "=(touch x)",
]  # fmt: skip


@pytest.fixture
def hostile(user: User) -> Iterator[User]:
    """Somebody whose cloud has ISO images and VM instances with the names that tenants gave them."""
    images: list[Mapping[str, Any]] = [
        {"uuid": f"{number:032x}", "name": name, "mediaType": "ISO"} for number, name in enumerate(HOSTILE, 1)
    ]
    images += [{"uuid": name, "name": "evil uuid", "mediaType": "ISO"} for name in HOSTILE]
    images.append({"uuid": ISO, "name": "tame", "mediaType": "ISO"})
    vms = [{"uuid": f"{number:032x}", "name": name, "state": "$(touch x)"} for number, name in enumerate(HOSTILE)]
    vms += [{"uuid": "a" * 32, "name": "first-vm"}, {"uuid": "b" * 32, "name": "second-vm"}]
    body = json.dumps({"inventories": vms}).encode()
    with mock_node.serve(Cloud(body, Accepts(), records={"images": images})) as url:
        user.writes_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
        yield user


def test_hostile_names_are_made_harmless(hostile: User) -> None:
    lines = offered(hostile, "candidates", "")
    assert len(lines) == len(HOSTILE) + 1
    assert lines[:3] == [
        f"plain\t{1:032x}\ttouch x",
        f"plain\t{2:032x}\tends in a backslash",
        f"plain\t{3:032x}\ttouch x",
    ]
    assert all(set(line.split("\t", 2)[-1]) <= set("abcdefghijklmnopqrstuvwxyz0123456789 .-_m[]") for line in lines)
    assert values(hostile, "candidates", ISO, "--check", "") == ["first-vm", "second-vm"]


@pytest.mark.parametrize("name", SHELLS)
class TestTab:
    """Each at the first Tab of a fresh shell."""

    def test_completes_a_command(self, user: User, name: str) -> None:
        with shell(name, user, FOLDER) as running:
            running.types("zsiso cand\t")
            running.sees("zsiso candidates")

    def test_completes_an_option(self, user: User, name: str) -> None:
        with shell(name, user, FOLDER) as running:
            running.types("zsiso candidates --verb\t")
            running.sees("zsiso candidates --verbose")

    def test_completes_a_value_after_an_equals_sign(self, user: User, name: str) -> None:
        with shell(name, user, FOLDER) as running:
            running.types("zsiso candidates --output=ws\x7f\x7fwi\t")
            running.sees("zsiso candidates --output=wide")

    def test_completes_after_a_colon_and_a_comma(self, user: User, name: str) -> None:
        with shell(name, user, FOLDER) as running:
            running.types("zsiso candidates -c name,rootS\t --sort rootSize:d\t")
            running.sees("-c name,rootSize", "--sort rootSize:desc")

    def test_completes_a_file_where_one_is_wanted_and_nowhere_else(self, user: User, name: str) -> None:
        (user.home / "my-inventory.json").touch()
        with shell(name, user, FOLDER) as running:
            running.types("zsiso mock --inventory my-inv\t")
            running.sees("zsiso mock --inventory my-inventory.json")
            running.types("\x15zsiso candidates --timeout my-inv\t\t x")
            running.sees("zsiso candidates --timeout my-inv x")

    def test_offers_isos_and_runs_nothing(self, hostile: User, name: str) -> None:
        with shell(name, hostile, FOLDER) as running:
            running.types("zsiso candidates \t\t")
            running.sees(ISO, f"{1:032x}", f"{2:032x}")
            running.types("\x03")
            running.after_all_is_said()
        assert not (hostile.home / "x").exists()

    def test_offers_vms_and_runs_nothing(self, hostile: User, name: str) -> None:
        with shell(name, hostile, FOLDER) as running:
            running.types(f"zsiso candidates {ISO} --check \t\t")
            running.sees("first-vm", "second-vm")
            running.types("\x03")
            running.after_all_is_said()
        assert not (hostile.home / "x").exists()


def test_the_program_is_the_one_that_tab_finds(user: User) -> None:
    found = subprocess.run(
        ["bash", "-c", "command -v zsiso"], env=user.environ, capture_output=True, text=True, check=True
    )
    assert Path(found.stdout.strip()).parent == Path(sys.executable).parent
    assert PROGRAM[0] == sys.executable
