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
            (
                ["Candidates"],
                "No such command 'Candidates'. Did you mean 'candidates'?\nhint: run `zsiso --help` for the commands",
            ),
            (
                ["candidates", "--QUIET"],
                "No such option: --QUIET (Possible options: --quiet)\nhint: run `zsiso candidates --help` for its options",
            ),
            (["--mock", "candidates"], "--mock must be after the command\nhint: zsiso candidates --mock ..."),
            (["-p", "prod", "isos"], "-p must be after the command\nhint: zsiso isos -p ..."),
            (["-pprod", "--timeout=5", "isos"], "-p must be after the command\nhint: zsiso isos -p ..."),
            (["--timeout=5", "login"], "--timeout must be after the command\nhint: zsiso login --timeout ..."),
            (["--print0", "login"], "No such option: --print0\nhint: run `zsiso --help` for the commands"),
            (
                ["help", "isso"],
                "No such command 'isso'. Did you mean 'isos'?\nhint: run `zsiso --help` for the commands",
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

    @pytest.mark.parametrize(
        "arguments",
        [
            *(["candidates", "--mock", option, ""] for option in ("--check", "--user-tag", "--system-tag", "--config")),
            *(["candidates", "--mock", option, ""] for option in ("--profile", "--columns", "--sort", "--output")),
            ["candidates", "--mock", "--timeout", ""],
            ["candidates", "--mock", "--user-tag", "a", "--user-tag", ""],
            ["isos", "--config", ""],
            ["profiles", "--config", ""],
            ["init", "--config", ""],
            *(["mock", option, ""] for option in ("--inventory", "--cloud", "--account", "--port", "--password-from")),
        ],
        ids=" ".join,
    )
    def test_empty_value_of_an_option_exits_2(self, user: User, arguments: list[str]) -> None:
        result = user.run(*arguments)
        assert (result.code, result.out) == (2, "")
        assert result.err == f"zsiso: {arguments[-2]} is empty\nhint: give it a value, or leave it out\n"

    @pytest.mark.parametrize("word", ["--check=", "--config=", "--user-tag="])
    def test_empty_value_behind_an_equals_sign_exits_2(self, user: User, word: str) -> None:
        result = user.run("candidates", "--mock", word)
        assert (result.code, result.err.splitlines()[0]) == (2, f"zsiso: {word[:-1]} is empty")

    @pytest.mark.parametrize("timeout", ["30", "0.5", "30s", "500ms", "5m", "1h", "1m30s", "1.5m", "1e2"])
    def test_timeout_is_seconds_or_has_units(self, user: User, timeout: str) -> None:
        assert user.run("isos", "--mock", "--timeout", timeout, "-o", "name").code == 0

    @pytest.mark.parametrize(("timeout", "seconds"), [("1500ms", "1.5"), ("1m30s", "90"), ("2h", "7200"), ("7", "7")])
    def test_curl_shows_the_timeout_in_seconds(self, user: User, timeout: str, seconds: str) -> None:
        user.write_config('[profiles.a]\nurl = "http://127.0.0.1:1"\nsession = "some-session"\n')
        assert f"--max-time {seconds} " in user.run("candidates", ISO, "--curl", "--timeout", timeout).out

    @pytest.mark.parametrize("timeout", ["5x", "m", "5 m", "-1", "-5m", "0s", "inf", "nan", "1m 30s", "30S"])
    def test_invalid_timeout_exits_2(self, user: User, timeout: str) -> None:
        result = user.run("isos", "--mock", f"--timeout={timeout}")
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("zsiso: --timeout must be a number of seconds")
