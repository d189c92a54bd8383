"""The mock node's HTTP server, on loopback."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from zsiso.mock_node.messages import MockRequest, page_response
from zsiso.mock_node.node import CONTEXT_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zsiso.mock_node.messages import MockResponse
    from zsiso.mock_node.node import MockNode

HOST = "127.0.0.1"

# How often, in seconds, the server looks whether it is to end.
_POLL_INTERVAL = 0.01
# After these the servlet container closes the connection.
_CLOSING = frozenset({400, 408, 411, 413, 414, 500, 501, 503})


@contextmanager
def serve(node: MockNode, port: int = 0) -> Iterator[str]:
    """Serve a node on loopback while the context lasts; gives its address, ``http://HOST:PORT``.

    Args:
        node: the node.
        port: 0 for one of the system's choosing.

    Raises:
        OSError: the port is taken, or not ours to take.
    """
    with _Server((HOST, port), partial(_Handler, node)) as server:
        node.address = f"http://{HOST}:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(_POLL_INTERVAL,), daemon=True).start()
        try:
            yield node.address
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave together; a delayed acknowledgement would cost 40 ms between them.
    wbufsize = -1
    disable_nagle_algorithm = True

    def __init__(self, node: MockNode, *args: object) -> None:
        self._node = node
        super().__init__(*args)  # type: ignore[arg-type]  # socketserver passes what its own class takes

    def _reply(self) -> None:
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length) if length.isdigit() else 0)
        response = self._respond({name.lower(): value for name, value in self.headers.items()}, body)
        # No Server header: a real node sends none.
        self.send_response_only(response.status)
        self.send_header("Date", self.date_time_string())
        for name, value in response.headers:
            self.send_header(name, value)
        if response.status in _CLOSING:
            self.send_header("Connection", "close")
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def _respond(self, headers: dict[str, str], body: bytes) -> MockResponse:
        if not self.path.startswith(f"{CONTEXT_PATH}/"):
            return page_response(404)
        target = self.path.removeprefix(CONTEXT_PATH)
        return self._node.handle(MockRequest(self.command, target, headers, body))

    do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_DELETE = do_PATCH = _reply  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Say nothing: stderr belongs to the command."""


class _Server(ThreadingHTTPServer):
    # A busy port is an error, on every Python and every system.
    allow_reuse_port = False
    # Fifty jobs that start in the same second are not turned away.
    request_queue_size = 128

    def server_bind(self) -> None:
        # http.server's own asks the resolver for this machine's name, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that hung up."""
