"""The headings of help are bold on a terminal."""

from __future__ import annotations

import re

import pytest

from tests.helpers.runner import User

HELP = [(), ("candidates", "--help"), ("completion", "--help")]


@pytest.mark.parametrize("arguments", HELP)
def test_headings_of_help_are_bold_on_a_terminal_and_nothing_else(user: User, arguments: tuple[str, ...]) -> None:
    plain = user.run(*arguments).out
    coloured = user.run_on_terminal(*arguments, columns=80).out
    headings = re.findall(r"^(\S.*?):", plain, re.MULTILINE)
    assert headings[0] == "Usage"
    assert re.findall(r"^\x1b\[1m(.*?)\x1b\[0m:", coloured, re.MULTILINE) == [
        heading for heading in headings if heading != "Exit codes"
    ]
    assert re.sub(r"\x1b\[[01]m", "", coloured) == plain


@pytest.mark.parametrize("arguments", HELP)
@pytest.mark.parametrize(("env", "is_bold"), [({}, False), ({"FORCE_COLOR": "1"}, True)])
def test_headings_in_a_pipe_are_bold_only_where_forced(
    user: User, arguments: tuple[str, ...], env: dict[str, str], is_bold: bool
) -> None:
    assert ("\x1b[1m" in user.run(*arguments, env=env).out) is is_bold


@pytest.mark.parametrize("arguments", HELP)
def test_no_color_keeps_help_plain_on_a_terminal(user: User, arguments: tuple[str, ...]) -> None:
    assert "\x1b" not in user.run_on_terminal(*arguments, env={"NO_COLOR": "1"}).out
