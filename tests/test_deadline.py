"""One deadline over everything: each thing here would last for ever, so that ending at all is the proof."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.command import ISO, SESSION, User
from tests.node import Node
from tests.test_nodes import dead, powered_off

# A resolver that never answers can't be staged for one process; this is Python's own call to it.
_RESOLVER = "import socket, threading\nsocket.getaddrinfo = lambda *_, **__: threading.Event().wait()\n"


@contextmanager
def silent() -> Iterator[str]:
    """Give the port of a host that accepts connections, and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept_for_ever, args=(listener, []), daemon=True).start()
        yield str(listener.getsockname()[1])


def _accept_for_ever(listener: socket.socket, kept: list[socket.socket]) -> None:
    while True:
        try:
            kept.append(listener.accept()[0])
        except OSError:
            return


def drips(head: bytes) -> Callable[[Node], None]:
    """Return what lets a node answer a byte at a time, for ever."""

    def dripping(node: Node) -> None:
        def drip(connection: socket.socket) -> None:
            connection.sendall(head)
            while not node.ended.wait(0.05):
                connection.sendall(b" ")

        node.does(drip)

    return dripping


def asks(user: User, url: str, more: str = f'session = "{SESSION}"') -> None:
    user.writes_config(f'[profiles.a]\nurl = "{url}"\n{more}\n')


def is_late(user: User, *more: str) -> str:
    result = user.runs("candidates", ISO, "--timeout", "1.2", *more)
    assert (result.code, result.out) == (7, "")
    return result.err.splitlines()[0]


WHOLE = "zsiso: no whole answer within 1.2 seconds"


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n",
        b"HTTP/1.1 503 No\r\n\r\n<html>",
    ],
)
def test_an_answer_that_drips(user: User, node: Node, head: bytes) -> None:
    drips(head)(node)
    user.has_profile(node)
    assert is_late(user) == WHOLE


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_node_that_accepts_and_says_nothing(user: User, scheme: str) -> None:
    with silent() as port:
        asks(user, f"{scheme}://127.0.0.1:{port}")
        assert is_late(user) == WHOLE


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_says_nothing(user: User, scheme: str) -> None:
    with silent() as port:
        asks(user, f"{scheme}://zstack.invalid", f'session = "x"\nproxy = "http://127.0.0.1:{port}"')
        assert is_late(user) == WHOLE


def test_a_host_that_swallows_packets(user: User) -> None:
    with powered_off() as off:
        asks(user, off)
        assert is_late(user) == WHOLE


def test_a_resolver_that_does_not_answer(user: User, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_RESOLVER)
    user.environ["PYTHONPATH"] = os.pathsep.join([str(tmp_path), str(Path(__file__).parent.parent)])
    asks(user, "http://zstack.invalid")
    assert is_late(user) == WHOLE


def test_a_resolver_that_does_not_answer_leaves_time_for_the_next_node(user: User, node: Node, tmp_path: Path) -> None:
    only_names = _RESOLVER.replace(
        "lambda *_, **__: threading.Event().wait()",
        "lambda host, *a, _own=socket.getaddrinfo, **k: threading.Event().wait() if 'z' in host else _own(host, *a, **k)",
    )
    (tmp_path / "sitecustomize.py").write_text(only_names)
    user.environ["PYTHONPATH"] = os.pathsep.join([str(tmp_path), str(Path(__file__).parent.parent)])
    node.answers('{"inventories": []}')
    user.writes_config(f'[profiles.a]\nurl = ["http://zstack.invalid", "{node.url}"]\nsession = "x"\n')
    assert user.runs("candidates", ISO, "--json", "--timeout", "2").out == '{"inventories": []}\n'


def test_a_login_that_does_not_end(user: User, node: Node) -> None:
    node.hangs()
    asks(user, node.url, 'account = "admin"\npassword = "hunter22"')
    assert is_late(user) == WHOLE


def test_tries_that_do_not_end(user: User) -> None:
    # It would be tried a million times; the pauses grow past what is left.
    asks(user, dead(), 'session = "x"\nretries = 1000000')
    assert is_late(user) == "zsiso: the management node could not be reached: Connection refused"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_tries_that_are_answered_and_do_not_end(user: User, node: Node, status: int) -> None:
    node.answers("busy", status)
    user.has_profile(node, "retries = 1000000")
    result = user.runs("candidates", ISO, "--timeout", "1.2")
    assert (result.code, result.out) == (6, "")


def test_a_try_is_not_begun_in_less_time_than_the_last_one_took(user: User, node: Node) -> None:
    def answer_slowly(connection: socket.socket) -> None:
        node.ended.wait(0.7)
        connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy")

    node.does(answer_slowly)
    user.has_profile(node, "retries = 5")
    result = user.runs("candidates", ISO, "--timeout", "1.5")
    assert (result.code, result.out, len(node.seen)) == (6, "", 1)
    assert result.err.startswith("zsiso: a proxy in front of the node answered 503\n  it said: busy\n")


def test_what_is_read_once_is_no_part_of_a_try(user: User, node: Node) -> None:
    node.answers("busy", 503)
    node.answers('{"inventories": []}')
    asks(user, node.url, """session = { command = "sh -c 'sleep 1.5; echo some-session'" }""")
    result = user.runs("candidates", ISO, "--json", "--timeout", "3")
    assert (result.code, result.out, result.err) == (0, '{"inventories": []}\n', "")


@pytest.mark.parametrize("kind", ["session", "password"])
def test_a_secret_s_command(user: User, node: Node, kind: str) -> None:
    secret = f'{kind} = {{ command = "sleep 600" }}'
    asks(user, node.url, secret if kind == "session" else f'account = "admin"\n{secret}')
    assert is_late(user) == WHOLE
    assert node.seen == []
