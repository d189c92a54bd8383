"""The README's commands run as they stand, and print what it shows."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.runner import SESSION, User
from zsiso import mock_node
from zsiso.config.connection import TlsSettings
from zsiso.errors import ExitCode

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
needs_jq = pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def told(user: User, command: str) -> str:
    """Return what a person sees of a command, with what differs from run to run put out of sight."""
    done = subprocess.run(
        ["bash", "-c", command],
        env=user.environ,
        cwd=user.home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    seen = (done.stdout + done.stderr).replace(str(user.home), "/home/you")
    seen = re.sub(r"127\.0\.0\.1(:| port )\d+", r"127.0.0.1\1PORT", seen)
    seen = re.sub(r"in \d+ ms", "in N ms", seen)
    return re.sub(r"job UUID: [0-9a-f]{32}", "job UUID: JOB", seen)


@pytest.fixture
def cloud(user: User) -> Iterator[User]:
    """Somebody whose default profile is a management node that answers."""
    with mock_node.serve(mock_node.MockNode(mock_node.example_cloud())) as url:
        user.write_config(f'[profiles.prod]\nurl = "{url}"\nsession = "{SESSION}"')
        yield user


@pytest.mark.external
@needs_jq
@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.splitlines()[0])
def test_a_command_and_its_output(cloud: User, block: str) -> None:
    command, output = block.removeprefix("$ ").split("\n", 1)
    if command == "zsiso init":
        cloud.config.unlink()
    if command == "zsiso profiles":
        cloud.write_config(blocks("toml")[0])
    assert told(cloud, command) == output


def test_every_profile_it_shows_can_be_read(user: User) -> None:
    for written in blocks("toml"):
        user.write_config(written)
        assert told(user, "zsiso profiles > /dev/null") == ""


@pytest.mark.parametrize("key", [*TlsSettings._fields, "proxy"])
def test_the_keys_of_tls_and_proxies_are_told(key: str) -> None:
    assert re.search(rf"^{key} = ", "".join(blocks("toml")), re.MULTILINE)


def test_the_crontab_line(cloud: User) -> None:
    line = blocks("crontab")[0].splitlines()[-1]
    assert "%" not in line
    assert told(cloud, line.split(maxsplit=5)[5]) == ""
    assert (cloud.home / "candidates.json").read_bytes() == mock_node.example_inventory() + b"\n"


def test_the_systemd_timer_s_command(cloud: User) -> None:
    (command,) = re.findall(r"^ExecStart=(.*)$", README, re.MULTILINE)
    assert "%" not in command
    assert told(cloud, command) == ""
    assert (cloud.home / "candidates.json").read_bytes() == mock_node.example_inventory() + b"\n"


def test_the_profile_of_the_cron_section(cloud: User) -> None:
    (written,) = (block for block in blocks("ini") if block.startswith("[profiles"))
    with mock_node.serve(mock_node.MockNode(mock_node.example_cloud())) as url:
        cloud.write_config(re.sub(r'"https://[^"]*"', f'"{url}"', written))
        (setup,) = (block for block in blocks("sh") if block.startswith("install "))
        assert told(cloud, f"umask 022\n{setup.replace('read -rs password', 'password=x')}") == ""
        assert told(cloud, "zsiso doctor -q") == ""


def test_the_exit_codes_are_the_enum_s() -> None:
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", README, re.MULTILINE)
    assert rows == [(str(code.value), code.meaning) for code in ExitCode]


def test_the_exit_codes_are_in_the_help(user: User) -> None:
    told = " ".join(user.run("--help").out.split())
    assert told.endswith(f"Exit codes: {'; '.join(f'{code.value} {code.meaning}' for code in ExitCode)}.")


def test_every_variable_that_is_read_is_told() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "zsiso").rglob("*.py"))
    read = set(re.findall(r'"((?:ZSISO|ZSTACK)_[A-Z_]+)"', source))
    rows = "".join(re.findall(r"^\| `[A-Z].*", README, re.MULTILINE))
    assert read == set(re.findall(r"`((?:ZSISO|ZSTACK)_[A-Z_]+)`", rows.replace("no `ZSISO_URL`", "")))


def test_ci_runs_the_second_command() -> None:
    setup = [block for block in blocks("sh") if block.startswith("python3 -m venv")]
    assert len(setup) == 2
    assert setup[0].endswith("zsiso candidates --mock\n")
    pattern = re.search(r"grep -E '(.*)' README", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert pattern is not None
    assert [line for line in README.splitlines() if re.search(pattern[1], line)] == [setup[1].strip()]
