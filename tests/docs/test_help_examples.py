"""The examples in the help of each command run."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.helpers.runner import User
from zsiso import mock_node
from zsiso.cli.registry import SUMMARIES

COMMANDS = list(SUMMARIES)
# What goes on until Ctrl-C has tests of its own; so has what reads a password store.
NOT_RUN = ("zsiso mock", "pass show")


def examples(user: User, *command: str) -> list[str]:
    """Return the examples in a command's help; the first sentence goes before them."""
    _, _, sentence, _, *rest = user.run(*command, "--help").out.split("\n")
    assert sentence.startswith("  ")
    assert sentence.endswith((".", "?"))
    return [line.strip() for line in rest if line.startswith(("  zsiso ", "  pass "))]


@pytest.fixture
def cloud(user: User) -> Iterator[User]:
    """Somebody with the profile and the folders that the examples name."""
    with mock_node.serve(mock_node.MockNode(mock_node.example_cloud())) as url:
        user.write_config(f'[profiles.prod]\nurl = "{url}"\naccount = "admin"\npassword = "some-password"\n')
        for folder in (".zfunc", ".local/share/bash-completion/completions", ".config/fish/completions"):
            (user.home / folder).mkdir(parents=True)
        yield user


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_has_examples_that_run(cloud: User, command: str) -> None:
    shown = examples(cloud, *command.split())
    assert shown
    if command == "init":
        cloud.config.unlink()
    for example in shown:
        if not example.startswith(NOT_RUN):
            done = subprocess.run(
                ["bash", "-euc", example],
                env=cloud.environ,
                cwd=cloud.home,
                capture_output=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, (example, done.stderr)
