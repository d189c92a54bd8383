"""Help: what each command is for, an example that runs, and lines that fit."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.command import SESSION, User
from zsiso import mock_node
from zsiso.cli.registry import LINES, load

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS = list(LINES)
# What goes on until Ctrl-C has tests of its own; so has what reads a password store.
NOT_RUN = ("zsiso mock", "pass show")


def examples(user: User, *command: str) -> list[str]:
    """Return the examples in a command's help; the first sentence goes before them."""
    _, _, sentence, _, *rest = user.runs(*command, "--help").out.split("\n")
    assert sentence.startswith("  ")
    assert sentence.endswith((".", "?"))
    return [line.strip() for line in rest if line.startswith(("  zsiso ", "  pass "))]


@pytest.fixture
def cloud(user: User) -> Iterator[User]:
    """Somebody with the profile and the folders that the examples name."""
    with mock_node.serve(mock_node.Cloud(mock_node.example_inventory())) as url:
        user.writes_config(f'[profiles.prod]\nurl = "{url}"\naccount = "admin"\npassword = "some-password"\n')
        for folder in (".zfunc", ".local/share/bash-completion/completions", ".config/fish/completions"):
            (user.home / folder).mkdir(parents=True)
        yield user


def test_every_command_is_known() -> None:
    assert sorted(COMMANDS) == sorted(
        ["candidates", "isos", "init", "profiles", "doctor", "login", "logout", "completion", "mock"]
    )


@pytest.mark.parametrize(("command", "line"), LINES.items())
def test_a_command_s_line_is_the_first_of_its_help(command: str, line: str) -> None:
    assert (load(command).help or "").split("\n", 1)[0] == line


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_has_examples_that_run(cloud: User, command: str) -> None:
    shown = examples(cloud, *command.split())
    assert shown
    if command == "init":
        cloud.config.unlink()
    for example in shown:
        if not example.startswith(NOT_RUN):
            done = subprocess.run(
                ["bash", "-euc", example],
                env=cloud.environ,
                cwd=cloud.home,
                capture_output=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, (example, done.stderr)


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("columns", ["80", "200"])
def test_fits_eighty_columns(user: User, command: str, columns: str) -> None:
    shown = user.runs(*command.split(), "--help", env={"COLUMNS": columns}).out
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("columns", [52, 60, 79])
def test_the_overview_fits_a_narrow_terminal(user: User, columns: int) -> None:
    shown = user.runs("--help", env={"COLUMNS": str(columns)}).out
    assert max(map(len, shown.splitlines())) <= columns - 2


def test_alone_is_no_more_than_a_screen(user: User) -> None:
    assert len(user.runs().out.splitlines()) <= 40


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (
            "candidates",
            [
                "[env: ZSISO_PROFILE]",
                "[env: ZSISO_CONFIG; default: ",
                "[default: the profile's, or 30]",
                "[default: table]",
            ],
        ),
        ("mock", ["[default: 8080; ", "[default: UTC]", "[default: 7200; ", "[default: 500; "]),
    ],
)
def test_tells_variables_and_defaults(user: User, command: str, told: list[str]) -> None:
    shown = " ".join(user.runs(command, "--help").out.split())
    assert [text for text in told if text not in shown] == []
    assert SESSION not in shown
