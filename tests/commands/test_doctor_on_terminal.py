"""``zsiso doctor`` on a terminal: colours, and lines that wrap."""

from __future__ import annotations

import pytest

from tests.helpers.runner import User
from tests.helpers.scripted_node import refusing_port

LONG_URL = "http://a-management-node-with-a-rather-long-name.zstack.example.com:8080/zstack"


@pytest.fixture
def unreachable(user: User) -> User:
    """A user whose only node refuses connections."""
    user.write_config(f'[profiles.a]\nurl = "http://127.0.0.1:{refusing_port()}"\nsession = "some-session"\n')
    return user


def test_doctor_colours_its_verdicts_on_a_terminal(unreachable: User) -> None:
    shown = unreachable.run_on_terminal("doctor").out
    assert shown.startswith("\x1b[32mok\x1b[0m       configuration:  ")
    assert "\n\x1b[31mFAILED\x1b[0m   node:           " in shown
    assert "\n\x1b[2mskipped\x1b[0m  TLS:            not checked: node failed\n" in shown
    assert f"\n{' ' * 25}\x1b[36mfix:\x1b[0m " in shown


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_doctor_has_no_colours_where_the_environment_forbids_them(unreachable: User, env: dict[str, str]) -> None:
    assert "\x1b" not in unreachable.run_on_terminal("doctor", env=env).out


def test_doctor_in_a_pipe_has_no_colours_unless_forced(unreachable: User) -> None:
    assert "\x1b" not in unreachable.run("doctor").out
    assert unreachable.run("doctor", env={"FORCE_COLOR": "1"}).out.startswith(
        "\x1b[32mok\x1b[0m       configuration:  "
    )


def test_doctor_wraps_at_blanks_with_a_hanging_indent(user: User) -> None:
    user.write_config(f'[profiles.a]\nurl = "{LONG_URL}"\nsession = "x"\nca_file = "missing.pem"\nretries = 1\n')
    piped = user.run("doctor", "--mock").out
    wrapped = user.run_on_terminal("doctor", "--mock", columns=72, env={"NO_COLOR": "1"}).out
    assert wrapped.split() != []
    assert [word for word in wrapped.split() if not word.isdigit()] == [
        word for word in piped.split() if not word.isdigit()
    ]
    further = [line for line in wrapped.splitlines() if line.startswith(" ")]
    assert len(wrapped.splitlines()) > len(piped.splitlines())
    assert all(line.startswith(" " * 25) for line in further)
    # A word is never cut, however long.
    assert LONG_URL in wrapped
    assert all(len(line) <= 72 for line in wrapped.splitlines() if "/" not in line)


def test_doctor_does_not_wrap_in_a_pipe(unreachable: User) -> None:
    lines = unreachable.run("doctor", env={"COLUMNS": "40"}).out.splitlines()
    assert max(map(len, lines)) > 80
