"""The completion scripts for packagers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.completion import FOLDER
from tests.helpers.runner import User
from zsiso.completion.shells import Shell


class TestCompletionScripts:
    def test_packaged_completion_scripts_are_up_to_date(self, tmp_path: Path) -> None:
        subprocess.run([sys.executable, "-m", "zsiso.completion", str(tmp_path)], check=True)
        assert sorted(path.name for path in FOLDER.iterdir()) == sorted(path.name for path in tmp_path.iterdir())
        for path in tmp_path.iterdir():
            assert (FOLDER / path.name).read_bytes() == path.read_bytes(), ".ci/scripts writes them"

    @pytest.mark.parametrize(("name", "file"), [("bash", "zsiso.bash"), ("zsh", "_zsiso"), ("fish", "zsiso.fish")])
    def test_completion_command_prints_packaged_script(self, user: User, name: str, file: str) -> None:
        assert user.run_for_bytes("completion", name) == (FOLDER / file).read_bytes()

    def test_completion_command_supports_bash_zsh_and_fish_only(self, user: User) -> None:
        assert sorted(shell.value for shell in Shell) == ["bash", "fish", "zsh"]
        assert user.run("completion", "tcsh").code == 2

    @pytest.mark.parametrize("path", ["/bin/bash", "/usr/local/bin/zsh", "fish"])
    def test_completion_command_takes_the_shell_of_the_environment(self, user: User, path: str) -> None:
        assert user.run("completion", env={"SHELL": path}) == user.run("completion", path.rpartition("/")[2])

    @pytest.mark.parametrize(
        ("env", "problem"),
        [
            ({}, "SHELL is not set"),
            ({"SHELL": ""}, "SHELL is not set"),
            ({"SHELL": "/bin/tcsh"}, 'SHELL names none that zsiso has a script for: "/bin/tcsh"'),
        ],
    )
    def test_completion_command_without_a_shell_says_which_there_are(
        self, user: User, env: dict[str, str], problem: str
    ) -> None:
        hint = "hint: run `zsiso completion bash`, `zsiso completion zsh`, `zsiso completion fish`\n"
        result = user.run("completion", env=env)
        assert (result.code, result.out, result.err) == (
            2,
            "",
            f"zsiso: the shell is missing, and {problem}\n{hint}",
        )

    def test_typer_completion_options_do_not_exist(self, user: User) -> None:
        assert user.run("--install-completion").code == 2
        assert user.run("--show-completion").code == 2
