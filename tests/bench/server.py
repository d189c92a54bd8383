"""A server that does nothing but send files, so that it is never what a run waits for.

``python server.py FOLDER`` prints its port on loopback and answers ``/NAME/…`` with the
file ``NAME.json``, whatever is asked.
"""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from pathlib import Path


def serve(folder: Path) -> None:
    """Print the port and answer one request after the other until the process is ended."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            connection, _ = listening.accept()
            with connection, suppress(OSError):  # a client that hung up
                _answer(connection, folder)


def _answer(connection: socket.socket, folder: Path) -> None:
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
