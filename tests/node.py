"""A management node for tests: a real server that says what a test tells it to."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Act = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Seen:
    """A request as it came; header names in lower case."""

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
class Node:
    """The node's address, what it is to do next, and what it has seen."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    _acts: list[Act] = field(default_factory=list)

    def answers(self, body: bytes | str, status: int = 200, headers: tuple[str, ...] = ()) -> None:
        """Queue a whole response; the last one queued is given again and again."""
        data = body.encode() if isinstance(body, str) else body
        lines = (f"HTTP/1.1 {status} Said", f"Content-Length: {len(data)}", "Connection: close", *headers)
        self.sends("\r\n".join(lines).encode() + b"\r\n\r\n" + data)

    def sends(self, raw: bytes) -> None:
        """Queue these bytes, after which the connection is closed."""
        self._acts.append(lambda connection: connection.sendall(raw))

    def does(self, act: Act) -> None:
        """Queue whatever ``act`` does with the connection."""
        self._acts.append(act)

    def hangs(self) -> None:
        """Queue silence until the test is over."""
        self._acts.append(lambda _: (self.ended.wait(60), None)[1])

    def speaks_tls(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on, with the certificate of ``context``."""
        self.tls = context
        self.url = self.url.replace("http:", "https:")

    def next_act(self) -> Act:
        return self._acts.pop(0) if len(self._acts) > 1 else self._acts[0]


@contextmanager
def running_node() -> Iterator[Node]:
    """Run a node on loopback while the context lasts."""
    node = Node()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline().decode("latin-1").split()
            headers = dict(_headers(self.rfile.readline))
            body = self.rfile.read(int(headers.get("content-length", 0)))
            node.seen.append(Seen(line[0], line[1], headers, body))
            node.next_act()(self.connection)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def get_request(self) -> tuple[socket.socket, object]:
            connection, address = super().get_request()
            return (node.tls.wrap_socket(connection, server_side=True) if node.tls else connection), address

        def handle_error(self, *_: object) -> None:
            """A client that gives up is what some tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        node.url = f"http://127.0.0.1:{server.server_address[1]}"
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


def unused_port() -> int:
    """Return a loopback port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
