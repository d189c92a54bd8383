"""A management node for tests: a real server that performs queued actions and records each request."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

Action: TypeAlias = Callable[[socket.socket], None]
"""What a node does with a connection after it has read the request."""


@dataclass(frozen=True)
class RecordedRequest:
    """A received request; header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True, errors="surrogateescape")


@dataclass
class ScriptedNode:
    """The node's address, the actions queued for the next requests, and the requests so far.

    The last action stays in the queue and is repeated for every further request.
    """

    url: str = ""
    requests: list[RecordedRequest] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    _actions: list[Action] = field(default_factory=list)

    def respond(self, body: bytes | str, status: int = 200, headers: tuple[str, ...] = ()) -> None:
        """Queue a complete response."""
        data = body.encode() if isinstance(body, str) else body
        lines = (f"HTTP/1.1 {status} Scripted", f"Content-Length: {len(data)}", "Connection: close", *headers)
        self.send_bytes("\r\n".join(lines).encode() + b"\r\n\r\n" + data)

    def send_bytes(self, raw: bytes) -> None:
        """Queue these bytes, after which the connection is closed."""
        self._actions.append(lambda connection: connection.sendall(raw))

    def act(self, action: Action) -> None:
        """Queue an action."""
        self._actions.append(action)

    def hang(self) -> None:
        """Queue a wait without a response until the test ends."""
        self._actions.append(lambda _: (self.ended.wait(60), None)[1])

    def use_tls(self, context: ssl.SSLContext) -> None:
        """Use TLS from now on, with the certificate of ``context``."""
        self.tls = context
        self.url = self.url.replace("http:", "https:")

    def next_action(self) -> Action:
        """Return the next action, and remove it from the queue unless it is the last."""
        return self._actions.pop(0) if len(self._actions) > 1 else self._actions[0]

    def forget_actions(self) -> None:
        """Empty the queue."""
        self._actions.clear()


@contextmanager
def run_scripted_node(host: str = "127.0.0.1") -> Iterator[ScriptedNode]:
    """Run a node on an address of loopback while the context lasts."""
    node = ScriptedNode()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline().decode("latin-1").split()
            headers = dict(_headers(self.rfile.readline))
            body = self.rfile.read(int(headers.get("content-length", 0)))
            node.requests.append(RecordedRequest(line[0], line[1], headers, body))
            node.next_action()(self.connection)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

        def get_request(self) -> tuple[socket.socket, object]:
            connection, address = super().get_request()
            return (node.tls.wrap_socket(connection, server_side=True) if node.tls else connection), address

        def handle_error(self, *_: object) -> None:
            """Ignore clients that close the connection early: some tests are about them."""

    with Server((host, 0), Handler) as server:
        node.url = f"http://{f'[{host}]' if ':' in host else host}:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield node
        finally:
            node.ended.set()
            server.shutdown()


def _headers(readline: Callable[[], bytes]) -> Iterator[tuple[str, str]]:
    while line := readline().strip():
        name, _, value = line.decode("latin-1").partition(":")
        yield name.lower(), value.strip()


# Bound until the process ends, so that no server of another test gets the port.
_REFUSING: list[socket.socket] = []


def refusing_port() -> int:
    """Return a loopback port at which every connection is refused."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    _REFUSING.append(bound)
    port: int = bound.getsockname()[1]
    return port


def refusing_url() -> str:
    """Return a URL at which every connection is refused."""
    return f"http://127.0.0.1:{refusing_port()}"
