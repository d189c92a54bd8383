"""Which modules a run loads, which decides how soon it starts."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.helpers.runner import ISO, User
from zsiso.cli.registry import SUMMARIES

LOADED = """
import sys
from zsiso import main
code = main.run(sys.argv[1:])
sys.stderr.write("\\n" + " ".join(sorted(sys.modules)))
sys.exit(code)
"""


def loaded_by(user: User, *arguments: str, completing: bool = False) -> set[str]:
    """Return the names of the modules that a fresh process has loaded after a run."""
    script = LOADED.replace("main.run(", "main.complete('words', ") if completing else LOADED
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        # Not measured for coverage, which loads more.
        env={name: value for name, value in user.environ.items() if not name.startswith("COV")},
        cwd=user.home,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


class TestImports:
    """What a run loads decides how soon it starts: Typer takes longer than Python itself, httpx as long again."""

    RICH = frozenset({"rich", "zsiso.output.table", "zsiso.output.tree"})
    HTTPX = frozenset({"httpx", "ssl", "zsiso.api.client", "zsiso.transport.failover"})
    # What help and completion have no use for.
    ALL = RICH | HTTPX | {"tomli", "platformdirs", "filelock", "pydantic", "click", "json", "tempfile", "csv"}

    @pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["--version"]])
    def test_the_overview_loads_no_typer(self, user: User, arguments: list[str]) -> None:
        assert not {"typer", *self.ALL} & loaded_by(user, *arguments)

    @pytest.mark.parametrize("words", [[], ["cand"], ["--"]])
    def test_nor_does_the_completion_of_a_command(self, user: User, words: list[str]) -> None:
        assert not {"typer", *self.ALL} & loaded_by(user, *words, completing=True)

    @pytest.mark.parametrize("command", SUMMARIES)
    def test_help_and_completion_of_a_command_load_that_one_alone(self, user: User, command: str) -> None:
        others = {f"zsiso.commands.{name}" for name in SUMMARIES if name != command}
        for loaded in (loaded_by(user, command, "--help"), loaded_by(user, command, "--", completing=True)):
            assert f"zsiso.commands.{command}" in loaded
            assert not (self.ALL | others) & loaded

    @pytest.mark.parametrize(
        ("arguments", "needed", "unused"),
        [
            ("candidates --mock", {"httpx", "rich"}, {"truststore", "filelock", "csv"}),
            ("candidates --mock -o tree", {"httpx", "rich"}, {"truststore", "filelock", "csv"}),
            ("candidates --mock --json", {"httpx"}, {*RICH, "truststore", "filelock", "csv"}),
            ("candidates --mock -o csv", {"httpx", "csv"}, {*RICH, "truststore", "filelock"}),
            ("candidates --mock --check web-2", {"httpx"}, {*RICH, "truststore", "filelock", "csv"}),
            (f"candidates {ISO} --curl", {"tomli"}, {*RICH, *HTTPX, "filelock"}),
            ("isos --mock --json", {"httpx"}, {*RICH, "truststore", "filelock"}),
            ("doctor --mock", {"httpx"}, {*RICH, "truststore", "filelock", "csv"}),
            ("login --mock -q", {"httpx"}, {*RICH, "truststore", "csv"}),
            ("logout --mock -q", {"httpx"}, {*RICH, "truststore", "csv"}),
            ("profiles", {"tomli", "zsiso.output.table"}, {*HTTPX, "rich"}),
            ("profiles --json", {"tomli"}, {*RICH, *HTTPX, "filelock"}),
            ("init --config new.toml", {"typer"}, {*RICH, *HTTPX, "tomli", "filelock"}),
            ("completion bash", {"typer"}, ALL),
        ],
    )
    def test_a_run_loads_what_it_uses(self, user: User, arguments: str, needed: set[str], unused: set[str]) -> None:
        user.write_config('[profiles.a]\nurl = "http://127.0.0.1:1"\naccount = "admin"\npassword = "some-password"\n')
        loaded = loaded_by(user, *arguments.split())
        assert needed <= loaded
        assert not unused & loaded
