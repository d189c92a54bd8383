"""The status line on a terminal: it appears while waiting, and is removed."""

from __future__ import annotations

import socket
import threading

import pyte
import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 3145746\r\n\r\n"
BODY = b'{"inventories": []' + b" " * (3145746 - 19) + b"}"


def last_screen(seen: str) -> str:
    """Return what a terminal shows after all that was written to it."""
    screen = pyte.Screen(80, 24)
    pyte.Stream(screen).feed(seen)
    return "\n".join(line.rstrip() for line in screen.display).rstrip()


@pytest.mark.parametrize(
    ("sent_first", "status"),
    [(b"", "Waiting for 127.0.0.1:"), (HEAD + BODY[: 2**20], " of 3.0 MiB")],
    ids=["nothing", "a third"],
)
def test_says_what_it_waits_for(user: User, node: ScriptedNode, sent_first: bytes, status: str) -> None:
    told = threading.Event()

    def answer(connection: socket.socket) -> None:
        connection.sendall(sent_first)
        told.wait(30)
        connection.sendall((HEAD + BODY)[len(sent_first) :])

    node.act(answer)
    user.write_profile(node)
    with user.run_until_prompt("candidates", ISO, prompt=status) as rest:
        told.set()
        code, seen = rest("")
    assert code == 0
    assert status not in last_screen(seen)
    assert last_screen(seen).startswith("No VM instance can take ")


@pytest.mark.parametrize(("more", "env"), [(["-q"], {}), (["-v"], {}), ([], {"TERM": "dumb"})])
def test_says_nothing_where_nobody_wants_it(
    user: User, node: ScriptedNode, more: list[str], env: dict[str, str]
) -> None:
    node.hang()
    user.write_profile(node)
    result = user.run_on_terminal("candidates", ISO, "--timeout", "1", *more, env=env)
    assert result.code == 7
    assert "Waiting" not in result.err
    assert "\x1b[K" not in result.err


def test_says_nothing_in_a_pipe(user: User, node: ScriptedNode) -> None:
    node.hang()
    user.write_profile(node)
    assert "Waiting" not in user.run("candidates", ISO, "--timeout", "1").err


def test_is_gone_before_an_error_is_told(user: User, node: ScriptedNode) -> None:
    node.hang()
    user.write_profile(node)
    result = user.run_on_terminal("candidates", ISO, "--timeout", "1")
    assert "\x1b[KWaiting for 127.0.0.1:" in result.err
    assert last_screen(result.err.replace("\n", "\r\n")).startswith(
        "zsiso: timed out after 1 s waiting for a response\n"
    )
