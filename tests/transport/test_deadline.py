"""One deadline for the whole command. Without it, each of these commands would never end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.helpers.runner import ISO, SESSION, User
from tests.helpers.scripted_node import ScriptedNode, refusing_url
from tests.helpers.servers import run_silent_host, run_unresponsive_host


def respond_slowly(head: bytes) -> Callable[[ScriptedNode], None]:
    """Return a function that makes a node send ``head``, then one byte at a time without end."""

    def queue_slow_response(node: ScriptedNode) -> None:
        def send_slowly(connection: socket.socket) -> None:
            connection.sendall(head)
            while not node.ended.wait(0.05):
                connection.sendall(b" ")

        node.act(send_slowly)

    return queue_slow_response


def write_node(user: User, url: str, settings: str = f'session = "{SESSION}"') -> None:
    user.write_config(f'[profiles.a]\nurl = "{url}"\n{settings}\n')


def run_until_deadline(user: User, *options: str) -> str:
    result = user.run("candidates", ISO, "--timeout", "1.2", *options)
    assert (result.code, result.out) == (7, "")
    return result.err.splitlines()[0]


RESPONSE_TIMEOUT = "zsiso: timed out after 1.2 s waiting for a response"
CONNECT_TIMEOUT = "zsiso: timed out after 1.2 s waiting for a connection to the management node"


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n",
        b"HTTP/1.1 503 No\r\n\r\n<html>",
    ],
)
def test_deadline_ends_slow_response(user: User, node: ScriptedNode, head: bytes) -> None:
    respond_slowly(head)(node)
    user.write_profile(node)
    assert run_until_deadline(user) == RESPONSE_TIMEOUT


@pytest.mark.parametrize(
    ("scheme", "message"),
    [("http", RESPONSE_TIMEOUT), ("https", "zsiso: timed out after 1.2 s waiting for the TLS handshake")],
)
def test_deadline_ends_wait_for_silent_node(user: User, scheme: str, message: str) -> None:
    with run_silent_host() as port:
        write_node(user, f"{scheme}://127.0.0.1:{port}")
        assert run_until_deadline(user) == message


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_deadline_ends_wait_for_silent_proxy(user: User, scheme: str) -> None:
    with run_silent_host() as port:
        write_node(user, f"{scheme}://zstack.invalid", f'session = "x"\nproxy = "http://127.0.0.1:{port}"')
        assert run_until_deadline(user) == RESPONSE_TIMEOUT


def test_deadline_ends_wait_for_unresponsive_host(user: User) -> None:
    with run_unresponsive_host() as unresponsive_url:
        write_node(user, unresponsive_url)
        assert run_until_deadline(user) == CONNECT_TIMEOUT


@pytest.fixture
def hanging_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make Python's resolver hang for names in .invalid: no server on loopback can do that."""
    resolve, over = socket.getaddrinfo, threading.Event()

    def resolve_or_hang(host: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - it passes on all there is
        if host.endswith(".invalid"):
            over.wait()
            raise OSError
        return resolve(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_or_hang)
    yield
    over.set()


@pytest.mark.usefixtures("hanging_resolver")
def test_deadline_ends_hanging_dns_lookup(user: User) -> None:
    write_node(user, "http://zstack.invalid")
    assert run_until_deadline(user) == CONNECT_TIMEOUT


@pytest.mark.usefixtures("hanging_resolver")
def test_hanging_dns_lookup_leaves_time_for_next_node(user: User, node: ScriptedNode) -> None:
    node.respond('{"inventories": []}')
    user.write_config(f'[profiles.a]\nurl = ["http://zstack.invalid", "{node.url}"]\nsession = "x"\n')
    assert user.run("candidates", ISO, "--json", "--timeout", "2").out == '{"inventories": []}\n'


def test_deadline_ends_hanging_login(user: User, node: ScriptedNode) -> None:
    node.hang()
    write_node(user, node.url, 'account = "admin"\npassword = "hunter22"')
    assert run_until_deadline(user) == RESPONSE_TIMEOUT


def test_deadline_ends_retries_after_connection_refused(user: User) -> None:
    # The retry delay grows until it is longer than the remaining time.
    write_node(user, refusing_url(), 'session = "x"\nretries = 1000000')
    assert run_until_deadline(user) == "zsiso: the management node could not be reached: Connection refused"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_deadline_ends_retries_after_busy_status(user: User, node: ScriptedNode, status: int) -> None:
    node.respond("busy", status)
    user.write_profile(node, "retries = 1000000")
    result = user.run("candidates", ISO, "--timeout", "1.2")
    assert (result.code, result.out) == (6, "")


def test_no_retry_when_less_time_remains_than_last_attempt_took(user: User, node: ScriptedNode) -> None:
    def respond_after_delay(connection: socket.socket) -> None:
        node.ended.wait(0.7)
        connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy")

    node.act(respond_after_delay)
    user.write_profile(node, "retries = 5")
    result = user.run("candidates", ISO, "--timeout", "1.5")
    assert (result.code, result.out, len(node.requests)) == (6, "", 1)
    assert result.err.startswith(
        "zsiso: a proxy in front of the management node returned status 503\n  response: busy\n"
    )


def test_retry_does_not_count_time_of_secret_command(user: User, node: ScriptedNode) -> None:
    node.respond("busy", 503)
    node.respond('{"inventories": []}')
    write_node(user, node.url, """session = { command = "sh -c 'sleep 1.5; echo some-session'" }""")
    result = user.run("candidates", ISO, "--json", "--timeout", "3")
    assert (result.code, result.out, result.err) == (0, '{"inventories": []}\n', "")


@pytest.mark.parametrize("key", ["session", "password"])
def test_deadline_ends_hanging_secret_command(user: User, node: ScriptedNode, key: str) -> None:
    secret = f'{key} = {{ command = "sleep 600" }}'
    write_node(user, node.url, secret if key == "session" else f'account = "admin"\n{secret}')
    assert run_until_deadline(user) == 'zsiso: timed out after 1.2 s waiting for the command "sleep 600"'
    assert node.requests == []
