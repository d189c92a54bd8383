"""The embedded management node: a real HTTP server on loopback, for trying and testing.

It checks a request as a real node does, in the words of the wire page's
"Failures": transport faults as plain text, every failure of a call itself as a
503 with an ``error`` object.
"""

from __future__ import annotations

import json
import re
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
CONTEXT_PATH = "/zstack"

# The UUIDs of the documented curl example (ZStack Dev Guide, GetCandidateVmForAttachingIso).
EXAMPLE_ISO = "3e5e142462c54736b1880b43d49edeba"
EXAMPLE_SESSION = "54ca471114824451b5b3e4cc22f9a927"

_CANDIDATES = re.compile(f"{CONTEXT_PATH}/v1/images/iso/([^/]+)/vm-candidates")
# How often, in seconds, the server looks whether it is to end.
_POLL = 0.01


@dataclass(frozen=True)
class Answer:
    """A response to send: its status, its kind and its body."""

    status: int
    content_type: str
    body: bytes


def example_inventory() -> bytes:
    """Return the body served when no other is given: the documented example and some more VMs."""
    return resources.files("zsiso").joinpath("mock_inventory.json").read_bytes()


def answer(inventory: bytes, method: str, target: str, authorization: str | None) -> Answer:
    """Return what a management node says to a request.

    Args:
        inventory: the body for the example ISO.
        method: the HTTP method.
        target: path and query, as they stand in the request line.
        authorization: the header's value, None where there is none.
    """
    if authorization is None:
        return _text(400, "missing header: Authorization")
    kind, _, value = authorization.partition(" ")
    if kind != "OAuth" or not value:
        return _text(400, "invalid header: Authorization must be 'OAuth session-uuid'")
    path = urlsplit(target).path
    match = _CANDIDATES.fullmatch(path)
    if match is None:
        return _text(404, f"no api mapping to {path}")
    if method != "GET":
        return _text(405, f"{method} is not allowed here; use GET")
    if match[1] != EXAMPLE_ISO:
        return _error(
            "SYS.1003", "resource not found", f"no ISO image has the uuid {match[1]}; the example's is {EXAMPLE_ISO}"
        )
    return Answer(200, "application/json;charset=UTF-8", inventory)


def _text(status: int, words: str) -> Answer:
    return Answer(status, "text/plain;charset=UTF-8", words.encode())


def _error(code: str, description: str, details: str) -> Answer:
    body = {"error": {"code": code, "description": description, "details": details}}
    return Answer(503, "application/json;charset=UTF-8", json.dumps(body).encode())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave together; a delayed acknowledgement would cost 40 ms between them.
    wbufsize = -1
    disable_nagle_algorithm = True

    def __init__(self, inventory: bytes, *args: object) -> None:
        self._inventory = inventory
        super().__init__(*args)  # type: ignore[arg-type]  # socketserver passes what its own class takes

    def _reply(self) -> None:
        length = self.headers.get("Content-Length", "0")
        self.rfile.read(int(length) if length.isdigit() else 0)
        reply = answer(self._inventory, self.command, self.path, self.headers.get("Authorization"))
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _reply  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Say nothing: stderr belongs to the command."""


class _Server(ThreadingHTTPServer):
    # A busy port is an error, on every Python and every system.
    allow_reuse_port = False

    def server_bind(self) -> None:
        # http.server's own asks the resolver for this machine's name, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that hung up."""


@contextmanager
def serve(inventory: bytes, port: int = 0) -> Iterator[str]:
    """Serve on loopback while the context lasts; gives the node's address, ``http://HOST:PORT``.

    Args:
        inventory: the body that the example ISO is answered with.
        port: 0 for one of the system's choosing.

    Raises:
        OSError: the port is taken, or not ours to take.
    """
    with _Server((HOST, port), partial(_Handler, inventory)) as server:
        threading.Thread(target=server.serve_forever, args=(_POLL,), daemon=True).start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()
