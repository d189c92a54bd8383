"""The examples in the help of each command run."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.helpers.runner import User
from zsiso import mock_node
from zsiso.cli.registry import SUMMARIES

COMMANDS = list(SUMMARIES)
# Not run here: `zsiso mock` runs until Ctrl-C, `pass show` needs a password store.
NOT_RUN = ("zsiso mock", "pass show")


def list_examples(user: User, *command: str) -> list[str]:
    """Return the examples in a command's help, which follow its first sentence."""
    _, _, sentence, _, *rest = user.run(*command, "--help").out.split("\n")
    assert sentence.startswith("  ")
    assert sentence.endswith((".", "?"))
    return [line.strip() for line in rest if line.startswith(("  zsiso ", "  pass "))]


@pytest.fixture
def user_with_cloud(user: User) -> Iterator[User]:
    """A user with the profile and the folders that the examples name."""
    with mock_node.serve(mock_node.MockNode(mock_node.example_cloud())) as url:
        user.write_config(f'[profiles.prod]\nurl = "{url}"\naccount = "admin"\npassword = "some-password"\n')
        for folder in (".zfunc", ".local/share/bash-completion/completions", ".config/fish/completions"):
            (user.home / folder).mkdir(parents=True)
        yield user


@pytest.mark.parametrize("command", ["", *COMMANDS], ids=["overview", *COMMANDS])
def test_command_help_has_examples_that_run(user_with_cloud: User, command: str) -> None:
    commands = list_examples(user_with_cloud, *command.split())
    assert commands
    if command == "init":
        user_with_cloud.config.unlink()
    for example in commands:
        if not example.startswith(NOT_RUN):
            result = subprocess.run(
                ["bash", "-euc", example],
                env=user_with_cloud.environ,
                cwd=user_with_cloud.home,
                capture_output=True,
                timeout=60,
                check=False,
            )
            assert result.returncode == 0, (example, result.stderr)
