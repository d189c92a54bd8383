"""Help: what each command is for, and lines that fit."""

from __future__ import annotations

import pytest

from tests.helpers.runner import SESSION, User
from zsiso.cli.registry import SUMMARIES, load_command

COMMANDS = list(SUMMARIES)


def test_every_command_is_known() -> None:
    assert sorted(COMMANDS) == sorted(
        ["candidates", "isos", "init", "profiles", "doctor", "login", "logout", "completion", "mock"]
    )


@pytest.mark.parametrize(("command", "line"), SUMMARIES.items())
def test_a_command_s_line_is_the_first_of_its_help(command: str, line: str) -> None:
    assert (load_command(command).help or "").split("\n", 1)[0] == line


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("columns", ["80", "200"])
def test_fits_eighty_columns(user: User, command: str, columns: str) -> None:
    shown = user.run(*command.split(), "--help", env={"COLUMNS": columns}).out
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("columns", [52, 60, 79])
def test_the_overview_fits_a_narrow_terminal(user: User, columns: int) -> None:
    shown = user.run("--help", env={"COLUMNS": str(columns)}).out
    assert max(map(len, shown.splitlines())) <= columns - 2


def test_alone_is_no_more_than_a_screen(user: User) -> None:
    assert len(user.run().out.splitlines()) <= 40


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
        ("mock", ["[default: 8080; ", "[default: (the cloud's, else", "[default: 7200; ", "[default: 500; "]),
    ],
)
def test_tells_variables_and_defaults(user: User, command: str, told: list[str]) -> None:
    shown = " ".join(user.run(command, "--help").out.split())
    assert [text for text in told if text not in shown] == []
    assert SESSION not in shown
