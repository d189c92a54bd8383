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


def run_in_shell(user: User, command: str) -> str:
    """Return stdout and stderr of a shell command, with addresses, durations and UUIDs replaced by placeholders."""
    result = subprocess.run(
        ["bash", "-c", command],
        env=user.environ,
        cwd=user.home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    output = (result.stdout + result.stderr).replace(str(user.home), "/home/you")
    output = re.sub(r"127\.0\.0\.1(:| port )\d+", r"127.0.0.1\1PORT", output)
    output = re.sub(r"in \d+ ms", "in N ms", output)
    return re.sub(r"job UUID: [0-9a-f]{32}", "job UUID: JOB", output)


@pytest.fixture
def user_with_cloud(user: User) -> Iterator[User]:
    """A user whose default profile is a mock node."""
    with mock_node.serve(mock_node.MockNode(mock_node.example_cloud())) as url:
        user.write_config(f'[profiles.prod]\nurl = "{url}"\nsession = "{SESSION}"')
        yield user


@pytest.mark.external
@needs_jq
@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.splitlines()[0])
def test_readme_command_prints_the_shown_output(user_with_cloud: User, block: str) -> None:
    command, output = block.removeprefix("$ ").split("\n", 1)
    if command == "zsiso init":
        user_with_cloud.config.unlink()
    if command == "zsiso profiles":
        user_with_cloud.write_config(blocks("toml")[0])
    assert run_in_shell(user_with_cloud, command) == output


def test_readme_profiles_are_valid(user: User) -> None:
    for profile in blocks("toml"):
        user.write_config(profile)
        assert run_in_shell(user, "zsiso profiles > /dev/null") == ""


@pytest.mark.parametrize("key", [*TlsSettings._fields, "proxy"])
def test_readme_shows_every_tls_and_proxy_key(key: str) -> None:
    assert re.search(rf"^{key} = ", "".join(blocks("toml")), re.MULTILINE)


def test_readme_crontab_line_runs(user_with_cloud: User) -> None:
    line = blocks("crontab")[0].splitlines()[-1]
    assert "%" not in line
    assert run_in_shell(user_with_cloud, line.split(maxsplit=5)[5]) == ""
    assert (user_with_cloud.home / "candidates.json").read_bytes() == mock_node.example_inventory() + b"\n"


def test_readme_systemd_command_runs(user_with_cloud: User) -> None:
    (command,) = re.findall(r"^ExecStart=(.*)$", README, re.MULTILINE)
    assert "%" not in command
    assert run_in_shell(user_with_cloud, command) == ""
    assert (user_with_cloud.home / "candidates.json").read_bytes() == mock_node.example_inventory() + b"\n"


def test_readme_profile_for_cron_passes_doctor(user_with_cloud: User) -> None:
    (profile,) = (block for block in blocks("ini") if block.startswith("[profiles"))
    with mock_node.serve(mock_node.MockNode(mock_node.example_cloud())) as url:
        user_with_cloud.write_config(re.sub(r'"https://[^"]*"', f'"{url}"', profile))
        (setup,) = (block for block in blocks("sh") if block.startswith("install "))
        assert run_in_shell(user_with_cloud, f"umask 022\n{setup.replace('read -rs password', 'password=x')}") == ""
        assert run_in_shell(user_with_cloud, "zsiso doctor -q") == ""


def test_readme_lists_every_exit_code() -> None:
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", README, re.MULTILINE)
    assert rows == [(str(code.value), code.meaning) for code in ExitCode]


def test_help_lists_every_exit_code(user: User) -> None:
    help_text = " ".join(user.run("--help").out.split())
    assert help_text.endswith(f"Exit codes: {'; '.join(f'{code.value} {code.meaning}' for code in ExitCode)}.")


def test_readme_lists_every_environment_variable() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "zsiso").rglob("*.py"))
    read = set(re.findall(r'"((?:ZSISO|ZSTACK)_[A-Z_]+)"', source))
    rows = "".join(re.findall(r"^\| `[A-Z].*", README, re.MULTILINE))
    assert read == set(re.findall(r"`((?:ZSISO|ZSTACK)_[A-Z_]+)`", rows.replace("no `ZSISO_URL`", "")))


def test_ci_runs_the_second_command_of_readme() -> None:
    setup = [block for block in blocks("sh") if block.startswith("python3 -m venv")]
    assert len(setup) == 2
    assert setup[0].endswith("zsiso candidates --mock\n")
    pattern = re.search(r"grep -E '(.*)' README", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert pattern is not None
    assert [line for line in README.splitlines() if re.search(pattern[1], line)] == [setup[1].strip()]
