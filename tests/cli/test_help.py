"""``--help`` and ``--version``: texts, line widths, defaults."""

from __future__ import annotations

import pytest

from tests.helpers.runner import SESSION, User
from zsiso import __version__
from zsiso.cli.registry import SUMMARIES, load_command

COMMANDS = list(SUMMARIES)


def test_command_without_arguments_prints_help_on_stdout(user: User) -> None:
    result = user.run()
    assert (result.code, result.err) == (0, "")
    assert result == user.run("--help") == user.run("-h")
    assert result.out.startswith("Usage: zsiso [OPTIONS] COMMAND")


def test_version_option_prints_version(user: User) -> None:
    assert user.run("--version").out == f"zsiso {__version__}\n"


def test_registry_has_exactly_the_documented_commands() -> None:
    assert sorted(COMMANDS) == sorted(
        ["candidates", "isos", "init", "profiles", "doctor", "login", "logout", "completion", "mock"]
    )


@pytest.mark.parametrize(("command", "summary"), SUMMARIES.items(), ids=COMMANDS)
def test_command_summary_is_first_line_of_its_help(command: str, summary: str) -> None:
    assert (load_command(command).help or "").split("\n", 1)[0] == summary


@pytest.mark.parametrize("command", ["", *COMMANDS], ids=["overview", *COMMANDS])
@pytest.mark.parametrize("columns", ["80", "200"])
def test_command_help_fits_80_columns(user: User, command: str, columns: str) -> None:
    output = user.run(*command.split(), "--help", env={"COLUMNS": columns}).out
    assert max(map(len, output.splitlines())) <= 80


@pytest.mark.parametrize("columns", [52, 60, 79])
def test_overview_help_fits_narrow_terminal(user: User, columns: int) -> None:
    output = user.run("--help", env={"COLUMNS": str(columns)}).out
    assert max(map(len, output.splitlines())) <= columns - 2


def test_overview_help_has_at_most_40_lines(user: User) -> None:
    assert len(user.run().out.splitlines()) <= 40


@pytest.mark.parametrize(
    ("command", "texts"),
    [
        (
            "candidates",
            [
                "[env: ZSISO_PROFILE]",
                "[env: ZSISO_CONFIG; default: ",
                "[default: the profile's, or 120]",
                "[default: table]",
            ],
        ),
        ("mock", ["[default: 8080; ", "[default: (the cloud's, else", "[default: 7200; ", "[default: 500; "]),
    ],
)
def test_command_help_shows_environment_variables_and_defaults(user: User, command: str, texts: list[str]) -> None:
    output = " ".join(user.run(command, "--help").out.split())
    assert [text for text in texts if text not in output] == []
    assert SESSION not in output
