"""One deadline over everything: each of these would last for ever, so that ending at all is the proof."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.helpers.runner import ISO, SESSION, User
from tests.helpers.scripted_node import ScriptedNode, refusing_url
from tests.helpers.servers import run_silent_host, run_unresponsive_host


def drips(head: bytes) -> Callable[[ScriptedNode], None]:
    """Return what lets a node answer a byte at a time, for ever."""

    def dripping(node: ScriptedNode) -> None:
        def drip(connection: socket.socket) -> None:
            connection.sendall(head)
            while not node.ended.wait(0.05):
                connection.sendall(b" ")

        node.act(drip)

    return dripping


def write_node(user: User, url: str, more: str = f'session = "{SESSION}"') -> None:
    user.write_config(f'[profiles.a]\nurl = "{url}"\n{more}\n')


def is_late(user: User, *more: str) -> str:
    result = user.run("candidates", ISO, "--timeout", "1.2", *more)
    assert (result.code, result.out) == (7, "")
    return result.err.splitlines()[0]


WHOLE = "zsiso: timed out after 1.2 s waiting for a response"
CONNECTION = "zsiso: timed out after 1.2 s waiting for a connection to the management node"


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n",
        b"HTTP/1.1 503 No\r\n\r\n<html>",
    ],
)
def test_an_answer_that_drips(user: User, node: ScriptedNode, head: bytes) -> None:
    drips(head)(node)
    user.write_profile(node)
    assert is_late(user) == WHOLE


@pytest.mark.parametrize(
    ("scheme", "message"), [("http", WHOLE), ("https", "zsiso: timed out after 1.2 s waiting for the TLS handshake")]
)
def test_a_node_that_accepts_and_says_nothing(user: User, scheme: str, message: str) -> None:
    with run_silent_host() as port:
        write_node(user, f"{scheme}://127.0.0.1:{port}")
        assert is_late(user) == message


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_says_nothing(user: User, scheme: str) -> None:
    with run_silent_host() as port:
        write_node(user, f"{scheme}://zstack.invalid", f'session = "x"\nproxy = "http://127.0.0.1:{port}"')
        assert is_late(user) == WHOLE


def test_a_host_that_swallows_packets(user: User) -> None:
    with run_unresponsive_host() as off:
        write_node(user, off)
        assert is_late(user) == CONNECTION


@pytest.fixture
def _stuck_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let Python's resolver never answer for names in .invalid, which no server on loopback can stage."""
    resolve, over = socket.getaddrinfo, threading.Event()

    def resolve_or_hang(host: str, *more: Any, **options: Any) -> Any:  # noqa: ANN401 - it passes on all there is
        if host.endswith(".invalid"):
            over.wait()
            raise OSError
        return resolve(host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_or_hang)
    yield
    over.set()


@pytest.mark.usefixtures("_stuck_resolver")
def test_a_resolver_that_does_not_answer(user: User) -> None:
    write_node(user, "http://zstack.invalid")
    assert is_late(user) == CONNECTION


@pytest.mark.usefixtures("_stuck_resolver")
def test_a_resolver_that_does_not_answer_leaves_time_for_the_next_node(user: User, node: ScriptedNode) -> None:
    node.respond('{"inventories": []}')
    user.write_config(f'[profiles.a]\nurl = ["http://zstack.invalid", "{node.url}"]\nsession = "x"\n')
    assert user.run("candidates", ISO, "--json", "--timeout", "2").out == '{"inventories": []}\n'


def test_a_login_that_does_not_end(user: User, node: ScriptedNode) -> None:
    node.hang()
    write_node(user, node.url, 'account = "admin"\npassword = "hunter22"')
    assert is_late(user) == WHOLE


def test_tries_that_do_not_end(user: User) -> None:
    # It would be tried a million times; the pauses grow past what is left.
    write_node(user, refusing_url(), 'session = "x"\nretries = 1000000')
    assert is_late(user) == "zsiso: the management node could not be reached: Connection refused"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_tries_that_are_answered_and_do_not_end(user: User, node: ScriptedNode, status: int) -> None:
    node.respond("busy", status)
    user.write_profile(node, "retries = 1000000")
    result = user.run("candidates", ISO, "--timeout", "1.2")
    assert (result.code, result.out) == (6, "")


def test_a_try_is_not_begun_in_less_time_than_the_last_one_took(user: User, node: ScriptedNode) -> None:
    def answer_slowly(connection: socket.socket) -> None:
        node.ended.wait(0.7)
        connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy")

    node.act(answer_slowly)
    user.write_profile(node, "retries = 5")
    result = user.run("candidates", ISO, "--timeout", "1.5")
    assert (result.code, result.out, len(node.requests)) == (6, "", 1)
    assert result.err.startswith(
        "zsiso: a proxy in front of the management node returned status 503\n  response: busy\n"
    )


def test_what_is_read_once_is_no_part_of_a_try(user: User, node: ScriptedNode) -> None:
    node.respond("busy", 503)
    node.respond('{"inventories": []}')
    write_node(user, node.url, """session = { command = "sh -c 'sleep 1.5; echo some-session'" }""")
    result = user.run("candidates", ISO, "--json", "--timeout", "3")
    assert (result.code, result.out, result.err) == (0, '{"inventories": []}\n', "")


@pytest.mark.parametrize("kind", ["session", "password"])
def test_a_secret_s_command(user: User, node: ScriptedNode, kind: str) -> None:
    secret = f'{kind} = {{ command = "sleep 600" }}'
    write_node(user, node.url, secret if kind == "session" else f'account = "admin"\n{secret}')
    assert is_late(user) == 'zsiso: timed out after 1.2 s waiting for the command "sleep 600"'
    assert node.requests == []
