"""Start-up imports: which modules each command loads."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.helpers.runner import ISO, User
from zsiso.cli.registry import SUMMARIES

LIST_MODULES = """
import sys
from zsiso import main
code = main.run(sys.argv[1:])
sys.stderr.write("\\n" + " ".join(sorted(sys.modules)))
sys.exit(code)
"""


def list_loaded_modules(user: User, *arguments: str, completing: bool = False) -> set[str]:
    """Return the names of the modules that a new process has loaded at the end of a run."""
    script = LIST_MODULES.replace("main.run(", "main.complete('words', ") if completing else LIST_MODULES
    completed = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        # Without coverage, which loads more modules.
        env={name: value for name, value in user.environ.items() if not name.startswith("COV")},
        cwd=user.home,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(completed.stderr.splitlines()[-1].split())


class TestStartupImports:
    """Imports decide how fast a command starts: Typer takes longer to load than Python itself, and so does httpx."""

    RICH = frozenset({"rich", "zsiso.output.table", "zsiso.output.tree"})
    HTTPX = frozenset({"httpx", "ssl", "zsiso.api.client", "zsiso.transport.failover"})
    # Help and completion do not need these.
    OPTIONAL = RICH | HTTPX | {"tomli", "platformdirs", "filelock", "pydantic", "click", "json", "tempfile", "csv"}

    @pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["--version"]])
    def test_overview_help_does_not_load_typer(self, user: User, arguments: list[str]) -> None:
        assert not {"typer", *self.OPTIONAL} & list_loaded_modules(user, *arguments)

    @pytest.mark.parametrize("words", [[], ["cand"], ["--"]])
    def test_completion_of_command_name_does_not_load_typer(self, user: User, words: list[str]) -> None:
        assert not {"typer", *self.OPTIONAL} & list_loaded_modules(user, *words, completing=True)

    @pytest.mark.parametrize("command", SUMMARIES)
    def test_help_and_completion_load_only_their_own_command(self, user: User, command: str) -> None:
        others = {f"zsiso.commands.{name}" for name in SUMMARIES if name != command}
        for loaded in (
            list_loaded_modules(user, command, "--help"),
            list_loaded_modules(user, command, "--", completing=True),
        ):
            assert f"zsiso.commands.{command}" in loaded
            assert not (self.OPTIONAL | others) & loaded

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
            ("completion bash", {"typer"}, OPTIONAL),
        ],
    )
    def test_run_loads_only_modules_it_needs(
        self, user: User, arguments: str, needed: set[str], unused: set[str]
    ) -> None:
        user.write_config('[profiles.a]\nurl = "http://127.0.0.1:1"\naccount = "admin"\npassword = "some-password"\n')
        loaded = list_loaded_modules(user, *arguments.split())
        assert needed <= loaded
        assert not unused & loaded
