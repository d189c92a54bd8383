"""The embedded node's HTTP server, on loopback."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import TYPE_CHECKING

from zsiso.mock_node.cloud import Asked, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zsiso.mock_node.cloud import Answer, Cloud

HOST = "127.0.0.1"
CONTEXT_PATH = "/zstack"

# How often, in seconds, the server looks whether it is to end.
_POLL = 0.01


def example_inventory() -> bytes:
    """Return the body served when no other is given: the documented example and some more VMs."""
    return resources.files("zsiso.mock_node").joinpath("inventory.json").read_bytes()


@contextmanager
def serve(cloud: Cloud, port: int = 0) -> Iterator[str]:
    """Serve on loopback while the context lasts; gives the node's address, ``http://HOST:PORT``.

    Args:
        cloud: what it knows and answers.
        port: 0 for one of the system's choosing.

    Raises:
        OSError: the port is taken, or not ours to take.
    """
    with _Server((HOST, port), partial(_Handler, cloud)) as server:
        threading.Thread(target=server.serve_forever, args=(_POLL,), daemon=True).start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave together; a delayed acknowledgement would cost 40 ms between them.
    wbufsize = -1
    disable_nagle_algorithm = True

    def __init__(self, cloud: Cloud, *args: object) -> None:
        self._cloud = cloud
        super().__init__(*args)  # type: ignore[arg-type]  # socketserver passes what its own class takes

    def _reply(self) -> None:
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length) if length.isdigit() else 0)
        reply = self._answer({name.lower(): value for name, value in self.headers.items()}, body)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def _answer(self, headers: dict[str, str], body: bytes) -> Answer:
        if not self.path.startswith(f"{CONTEXT_PATH}/"):
            return text(404, f"no api mapping to {self.path}")
        return self._cloud.answer(Asked(self.command, self.path.removeprefix(CONTEXT_PATH), headers, body))

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
