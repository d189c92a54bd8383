"""Completion in real shells: what the Tab key completes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.completion import FOLDER
from tests.helpers.runner import ISO, PROGRAM, User
from tests.helpers.shells import SHELLS, open_shell


@pytest.mark.slow
@pytest.mark.external
@pytest.mark.parametrize("shell_name", SHELLS)
class TestTabKey:
    """Each test presses Tab for the first time in a new shell."""

    def test_tab_completes_command(self, user: User, shell_name: str) -> None:
        with open_shell(shell_name, user, FOLDER) as shell:
            shell.type_keys("zsiso cand\t")
            shell.wait_for("zsiso candidates")

    def test_tab_completes_option(self, user: User, shell_name: str) -> None:
        with open_shell(shell_name, user, FOLDER) as shell:
            shell.type_keys("zsiso candidates --verb\t")
            shell.wait_for("zsiso candidates --verbose")

    def test_tab_completes_value_after_equals_sign(self, user: User, shell_name: str) -> None:
        with open_shell(shell_name, user, FOLDER) as shell:
            shell.type_keys("zsiso candidates --output=ws\x7f\x7fwi\t")
            shell.wait_for("zsiso candidates --output=wide")

    def test_tab_completes_after_colon_and_comma(self, user: User, shell_name: str) -> None:
        with open_shell(shell_name, user, FOLDER) as shell:
            shell.type_keys("zsiso candidates -c name,rootS\t --sort rootSize:d\t")
            shell.wait_for("-c name,rootSize", "--sort rootSize:desc")

    def test_tab_completes_file_names_only_for_file_options(self, user: User, shell_name: str) -> None:
        (user.home / "my-inventory.json").touch()
        with open_shell(shell_name, user, FOLDER) as shell:
            shell.type_keys("zsiso mock --inventory my-inv\t")
            shell.wait_for("zsiso mock --inventory my-inventory.json")
            shell.type_keys("\x15zsiso candidates --timeout my-inv\t\t x")
            shell.wait_for("zsiso candidates --timeout my-inv x")

    def test_tab_offers_hostile_iso_names_and_runs_nothing(self, hostile_cloud: User, shell_name: str) -> None:
        with open_shell(shell_name, hostile_cloud, FOLDER) as shell:
            shell.type_keys("zsiso candidates \t\t")
            shell.wait_for("tame", f"{1:032x}", f"{2:032x}")
            shell.type_keys("\x03")
            shell.wait_until_idle()
        assert not (hostile_cloud.home / "x").exists()

    def test_tab_offers_hostile_vm_names_and_runs_nothing(self, hostile_cloud: User, shell_name: str) -> None:
        with open_shell(shell_name, hostile_cloud, FOLDER) as shell:
            shell.type_keys(f"zsiso candidates {ISO} --check \t\t")
            shell.wait_for("first-vm", "second-vm")
            shell.type_keys("\x03")
            shell.wait_until_idle()
        assert not (hostile_cloud.home / "x").exists()


def test_shell_finds_the_installed_zsiso(user: User) -> None:
    completed = subprocess.run(
        ["bash", "-c", "command -v zsiso"], env=user.environ, capture_output=True, text=True, check=True
    )
    assert Path(completed.stdout.strip()).parent == Path(sys.executable).parent
    assert PROGRAM[0] == sys.executable
