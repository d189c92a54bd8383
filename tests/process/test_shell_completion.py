"""Tab pressed in real shells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.completion import FOLDER
from tests.helpers.runner import ISO, PROGRAM, User
from tests.helpers.shells import SHELLS, open_shell


@pytest.mark.external
@pytest.mark.parametrize("name", SHELLS)
class TestTab:
    """Each at the first Tab of a fresh shell."""

    def test_completes_a_command(self, user: User, name: str) -> None:
        with open_shell(name, user, FOLDER) as running:
            running.type_keys("zsiso cand\t")
            running.wait_for("zsiso candidates")

    def test_completes_an_option(self, user: User, name: str) -> None:
        with open_shell(name, user, FOLDER) as running:
            running.type_keys("zsiso candidates --verb\t")
            running.wait_for("zsiso candidates --verbose")

    def test_completes_a_value_after_an_equals_sign(self, user: User, name: str) -> None:
        with open_shell(name, user, FOLDER) as running:
            running.type_keys("zsiso candidates --output=ws\x7f\x7fwi\t")
            running.wait_for("zsiso candidates --output=wide")

    def test_completes_after_a_colon_and_a_comma(self, user: User, name: str) -> None:
        with open_shell(name, user, FOLDER) as running:
            running.type_keys("zsiso candidates -c name,rootS\t --sort rootSize:d\t")
            running.wait_for("-c name,rootSize", "--sort rootSize:desc")

    def test_completes_a_file_where_one_is_wanted_and_nowhere_else(self, user: User, name: str) -> None:
        (user.home / "my-inventory.json").touch()
        with open_shell(name, user, FOLDER) as running:
            running.type_keys("zsiso mock --inventory my-inv\t")
            running.wait_for("zsiso mock --inventory my-inventory.json")
            running.type_keys("\x15zsiso candidates --timeout my-inv\t\t x")
            running.wait_for("zsiso candidates --timeout my-inv x")

    def test_offers_isos_and_runs_nothing(self, hostile_cloud: User, name: str) -> None:
        with open_shell(name, hostile_cloud, FOLDER) as running:
            running.type_keys("zsiso candidates \t\t")
            running.wait_for(ISO, f"{1:032x}", f"{2:032x}")
            running.type_keys("\x03")
            running.wait_until_idle()
        assert not (hostile_cloud.home / "x").exists()

    def test_offers_vms_and_runs_nothing(self, hostile_cloud: User, name: str) -> None:
        with open_shell(name, hostile_cloud, FOLDER) as running:
            running.type_keys(f"zsiso candidates {ISO} --check \t\t")
            running.wait_for("first-vm", "second-vm")
            running.type_keys("\x03")
            running.wait_until_idle()
        assert not (hostile_cloud.home / "x").exists()


def test_the_program_is_the_one_that_tab_finds(user: User) -> None:
    found = subprocess.run(
        ["bash", "-c", "command -v zsiso"], env=user.environ, capture_output=True, text=True, check=True
    )
    assert Path(found.stdout.strip()).parent == Path(sys.executable).parent
    assert PROGRAM[0] == sys.executable
