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
                "ISO is missing\nhint: run `zsiso candidates ISO` with a UUID or a name; `zsiso isos` lists both",
            ),
            (
                ["candidate"],
                "No such command 'candidate'. Did you mean 'candidates'?\nhint: run `zsiso --help` for the commands",
            ),
            (
                ["candidates", "--quite"],
                "No such option: --quite (Possible options: --quiet)\nhint: run `zsiso candidates --help` for its options",
            ),
            (
                ["candidates", ISO, ISO],
                f"Got unexpected extra argument(s) ({ISO})\nhint: run `zsiso candidates --help` for its options",
            ),
            (["--version=1"], "Option '--version' does not take a value.\nhint: run `zsiso --help` for the commands"),
            (
                ["--hlep"],
                "No such option: --hlep (Possible options: --help)\nhint: run `zsiso --help` for the commands",
            ),
            (["nonsense"], "No such command 'nonsense'.\nhint: run `zsiso --help` for the commands"),
            (
                ["--", "candidates"],
                "ISO is missing\nhint: run `zsiso candidates ISO` with a UUID or a name; `zsiso isos` lists both",
            ),
            (["--password=x"], "No such option: --password\nhint: run `zsiso --help` for the commands"),
            (["--profile", "x"], "No such option: --profile\nhint: run `zsiso --help` for the commands"),
        ],
    )
    def test_usage(self, user: User, arguments: list[str], message: str) -> None:
        result = user.run(*arguments)
        assert (result.code, result.out, result.err) == (2, "", f"zsiso: {message}\n")
