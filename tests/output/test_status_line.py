"""The status line on a terminal: it appears while waiting, and is removed."""

from __future__ import annotations

import io
import re
import socket
import threading

import pyte
import pytest

from tests.helpers.completion import FOLDER
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode
from tests.helpers.shells import open_shell

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 3145746\r\n\r\n"
BODY = b'{"inventories": []' + b" " * (3145746 - 19) + b"}"


def last_screen(output: str) -> str:
    """Return the text on the screen of a terminal after this output."""
    screen = pyte.Screen(80, 24)
    pyte.Stream(screen).feed(output)
    return "\n".join(line.rstrip() for line in screen.display).rstrip()


@pytest.mark.parametrize(
    ("sent_first", "status"),
    [(b"", " s for 127.0.0.1:"), (HEAD + BODY[: 2**20], " of 3.0 MiB")],
    ids=["before response", "during body"],
)
def test_status_line_shows_progress_until_response_is_complete(
    user: User, node: ScriptedNode, sent_first: bytes, status: str
) -> None:
    status_seen = threading.Event()

    def answer(connection: socket.socket) -> None:
        connection.sendall(sent_first)
        status_seen.wait(30)
        connection.sendall((HEAD + BODY)[len(sent_first) :])

    node.act(answer)
    user.write_profile(node)
    with user.run_until_prompt("candidates", ISO, prompt=status) as type_keys:
        status_seen.set()
        code, output = type_keys("")
    assert code == 0
    assert status not in last_screen(output)
    assert last_screen(output).startswith("No VM instance can take ")


@pytest.mark.parametrize(
    ("more", "env"), [(["-q"], {}), (["-v"], {}), ([], {"TERM": "dumb"})], ids=["quiet", "verbose", "dumb terminal"]
)
def test_status_line_is_not_shown_when_quiet_verbose_or_on_dumb_terminal(
    user: User, node: ScriptedNode, more: list[str], env: dict[str, str]
) -> None:
    node.hang()
    user.write_profile(node)
    result = user.run_on_terminal("candidates", ISO, "--timeout", "1", *more, env=env)
    assert result.code == 7
    assert "Waiting" not in result.err
    assert "\x1b[K" not in result.err


def test_status_line_is_not_shown_in_pipe(user: User, node: ScriptedNode) -> None:
    node.hang()
    user.write_profile(node)
    assert "Waiting" not in user.run("candidates", ISO, "--timeout", "1").err


def test_status_line_is_removed_before_error_message(user: User, node: ScriptedNode) -> None:
    node.hang()
    user.write_profile(node)
    result = user.run_on_terminal("candidates", ISO, "--timeout", "1")
    assert "\x1b[KWaiting 0 s for 127.0.0.1:" in result.err
    assert last_screen(result.err.replace("\n", "\r\n")).startswith(
        "zsiso: timed out after 1 s waiting for a response\n"
    )


def test_status_line_fits_the_terminal_of_stderr_whatever_columns_says(user: User, node: ScriptedNode) -> None:
    node.hang()
    user.write_profile(node)
    result = user.run_on_terminal("candidates", ISO, "--timeout", "1", columns=20, env={"COLUMNS": "300"})
    statuses = re.findall(r"\r\x1b\[K(Wait[^\r\n]*)", result.err)
    assert statuses
    assert {len(status) for status in statuses} == {19}


def test_status_line_is_not_shown_in_background(user: User, node: ScriptedNode) -> None:
    node.hang()
    user.write_profile(node)
    with open_shell("bash", user, FOLDER) as shell:
        shell.process.logfile_read = output = io.StringIO()
        shell.type_keys(f"zsiso candidates {ISO} --timeout 1 & wait; echo the 'job ended'\r")
        shell.wait_for("the job ended", "zsiso: timed out after 1 s")
    assert "Waiting" not in output.getvalue()
