"""Completion in real shells: redirections, quotes, files, names of ISO images, and how zsiso itself is typed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.helpers.completion import FOLDER
from tests.helpers.runner import User
from tests.helpers.shells import SHELLS, Shell, open_shell
from zsiso import mock_node

ISO_NAMES = ("windows server (x64)", "it's new", "a:b", "twin", "twin")
BASHES = [name for name in SHELLS if name.startswith("bash")]

pytestmark = [pytest.mark.external, pytest.mark.slow]


def check_completions(shell: Shell, completions: dict[str, str]) -> None:
    """Type each line, press Tab, wait for the completed line, and clear it."""
    for typed, completed in completions.items():
        shell.type_keys(f"zsiso {typed}\t")
        shell.wait_for(f"zsiso {completed}")
        shell.type_keys("\x15")


@pytest.fixture
def user_with_files(user: User) -> User:
    """A user with files in the home folder."""
    for name in ("my-inventory.json", "my cloud.json", "out-file.txt"):
        (user.home / name).touch()
    return user


@pytest.fixture
def user_with_isos(user: User) -> Iterator[User]:
    """A user whose cloud has ISO images with names that a shell must quote."""
    images = [
        {"uuid": f"{number:032x}", "name": name, "mediaType": "ISO"} for number, name in enumerate(ISO_NAMES, start=1)
    ]
    with mock_node.serve(mock_node.MockNode(mock_node.parse_cloud({"images": images}))) as url:
        user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\n')
        yield user


REDIRECTIONS = {
    "isos > out-f": "isos > out-file.txt",
    "isos >out-f": "isos >out-file.txt",
    "isos 2> out-f": "isos 2> out-file.txt",
    "isos > x --verb": "isos > x --verbose",
    "isos 2>x -o wi": "isos 2>x -o wide",
}
FILES = {
    "mock --inventory=my-": "mock --inventory=my-inventory.json",
    "mock --inventory ~/my-": "mock --inventory ~/my-inventory.json",
    "mock --inventory=~/my-": "mock --inventory=~/my-inventory.json",
    "mock --cloud 'my c": "mock --cloud 'my cloud.json'",
    "mock --cloud my\\ ": "mock --cloud my\\ cloud.json",
}
VALUES = {
    'isos -o "wi': 'isos -o "wide"',
    "isos -o 'wi": "isos -o 'wide'",
    "isos -owi": "isos -owide",
    "isos -vowi": "isos -vowide",
    "isos --sort=createDate:d": "isos --sort=createDate:desc",
    "candidates --mock ub": "candidates --mock ubuntu-24.04",
}
NAMES = {
    "candidates win": "candidates windows\\ server\\ \\(x64\\)",
    "candidates windows\\ s": "candidates windows\\ server\\ \\(x64\\)",
    "candidates 'win": "candidates 'windows server (x64)'",
    'candidates "it': 'candidates "it\'s new"',
    "candidates it": "candidates it\\'s\\ new",
    "candidates a": "candidates a:b",
    "candidates a:": "candidates a:b",
}


@pytest.mark.parametrize("shell_name", SHELLS)
def test_file_names_after_a_redirection_and_words_behind_it_are_completed(
    user_with_files: User, shell_name: str
) -> None:
    with open_shell(shell_name, user_with_files, FOLDER) as shell:
        check_completions(shell, REDIRECTIONS)


@pytest.mark.parametrize("shell_name", SHELLS)
def test_file_names_of_options_are_completed_however_they_are_typed(user_with_files: User, shell_name: str) -> None:
    with open_shell(shell_name, user_with_files, FOLDER) as shell:
        check_completions(shell, FILES)


@pytest.mark.parametrize("shell_name", SHELLS)
def test_values_are_completed_in_open_quotes_and_attached_to_options(user: User, shell_name: str) -> None:
    with open_shell(shell_name, user, FOLDER) as shell:
        check_completions(shell, VALUES)


@pytest.mark.parametrize("shell_name", SHELLS)
def test_iso_names_are_completed_in_quotes_and_uuids_for_names_that_are_not_unique(
    user_with_isos: User, shell_name: str
) -> None:
    with open_shell(shell_name, user_with_isos, FOLDER) as shell:
        check_completions(shell, NAMES)
        shell.type_keys("zsiso candidates \t\t")
        shell.wait_for(f"{4:x}", f"{5:x}", "a:b")


@pytest.mark.parametrize("shell_name", BASHES)
@pytest.mark.parametrize("word_breaks", [" ", r" \t\n=", r" \t\n:", " \\t\\n\\\"\\'@><=;|&(:"])
def test_completion_in_bash_works_with_any_comp_wordbreaks(
    user_with_files: User, shell_name: str, word_breaks: str
) -> None:
    with open_shell(shell_name, user_with_files, FOLDER) as shell:
        shell.type_keys(f"COMP_WORDBREAKS=$'{word_breaks}'; clear\r")
        check_completions(shell, REDIRECTIONS | FILES | VALUES)


@pytest.mark.parametrize("shell_name", SHELLS)
def test_completion_works_for_a_path_below_home_and_an_alias(user: User, shell_name: str) -> None:
    (user.home / "bin").mkdir()
    program = shutil.which("zsiso", path=user.environ["PATH"])
    assert program is not None
    (user.home / "bin" / "zsiso").symlink_to(program)
    with open_shell(shell_name, user, FOLDER) as shell:
        alias = "alias z=zsiso" + ("; complete -F _zsiso z" if shell_name == "bash" else "")
        shell.type_keys(f"{alias}; clear\r")
        # bash-completion loads the script for the plain name.
        check_completions(shell, {"cand": "candidates"})
        for command in ("~/bin/zsiso", "$HOME/bin/zsiso", *(["z"] if "with" not in shell_name else [])):
            shell.type_keys(f"{command} cand\t")
            shell.wait_for(f"{command} candidates")
            shell.type_keys("\x15")


@pytest.mark.parametrize("shell_name", SHELLS)
def test_completion_writes_no_error_into_the_prompt(user: User, shell_name: str) -> None:
    user.write_config("broken")
    with open_shell(shell_name, user, FOLDER) as shell:
        shell.type_keys("zsiso candidates \t\tx")
        screen = shell.wait_for("zsiso candidates x")
    assert "rror" not in screen
    assert "TOML" not in screen
