"""Help on stdout, and usage errors on stderr."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, User
from zsiso import __version__


class TestHelp:
    def test_alone_is_help_on_stdout(self, user: User) -> None:
        alone = user.run()
        assert (alone.code, alone.err) == (0, "")
        assert alone == user.run("--help") == user.run("-h")
        assert alone.out.startswith("Usage: zsiso [OPTIONS] COMMAND")

    def test_version(self, user: User) -> None:
        assert user.run("--version").out == f"zsiso {__version__}\n"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                ["candidates"],
                "the ISO is missing\nhint: zsiso candidates ISO, by UUID or name; or --mock for the example's",
            ),
            (
                ["candidate"],
                "No such command 'candidate'. Did you mean 'candidates'?\nhint: `zsiso --help` shows what it takes",
            ),
            (
                ["candidates", "--quite"],
                "No such option: --quite (Possible options: --quiet)\nhint: `zsiso candidates --help` shows what it takes",
            ),
            (
                ["candidates", ISO, ISO],
                f"Got unexpected extra argument(s) ({ISO})\nhint: `zsiso candidates --help` shows what it takes",
            ),
            (["--version=1"], "Option '--version' does not take a value.\nhint: `zsiso --help` shows what it takes"),
            (["--hlep"], "No such option: --hlep (Possible options: --help)\nhint: `zsiso --help` shows what it takes"),
            (["nonsense"], "No such command 'nonsense'.\nhint: `zsiso --help` shows what it takes"),
            (
                ["--", "candidates"],
                "the ISO is missing\nhint: zsiso candidates ISO, by UUID or name; or --mock for the example's",
            ),
            (["--password=x"], "No such option: --password\nhint: `zsiso --help` shows what it takes"),
            (["--profile", "x"], "No such option: --profile\nhint: `zsiso --help` shows what it takes"),
        ],
    )
    def test_usage(self, user: User, arguments: list[str], message: str) -> None:
        result = user.run(*arguments)
        assert (result.code, result.out, result.err) == (2, "", f"zsiso: {message}\n")
