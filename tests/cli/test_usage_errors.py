"""Usage errors: exit code 2, a message and a hint on stderr."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, User


class TestUsageErrors:
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
    def test_usage_error_exits_2_with_hint(self, user: User, arguments: list[str], message: str) -> None:
        result = user.run(*arguments)
        assert (result.code, result.out, result.err) == (2, "", f"zsiso: {message}\n")
