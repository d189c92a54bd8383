"""A server that only sends files, so that a run never waits for it.

``python server.py FOLDER`` prints its port on loopback and answers ``/NAME/…`` with the
file ``NAME.json``, for any request.
"""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from pathlib import Path


def serve(folder: Path) -> None:
    """Print the port and respond to one request after the other until the process ends."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            connection, _ = listener.accept()
            with connection, suppress(OSError):  # a client that hung up
                _respond(connection, folder)


def _respond(connection: socket.socket, folder: Path) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = b""
    while b"\r\n\r\n" not in request:
        data = connection.recv(65536)
        if not data:
            return
        request += data
    name = request.split(b"/", 2)[1].decode()
    with (folder / f"{name}.json").open("rb") as body:
        size = body.seek(0, 2)
        body.seek(0)
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
        )
        connection.sendall(head.encode())
        connection.sendfile(body)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
