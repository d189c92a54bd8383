"""Servers between a user and a management node: nginx, tinyproxy, a TLS proxy, and hosts that never respond."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

# Servers are often in folders that are not on the PATH of every user.
_PATH = os.pathsep.join((os.environ["PATH"], "/usr/sbin", "/usr/local/sbin"))

_NGINX = """
master_process off;
daemon off;
pid {folder}/pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/server.pem;
        ssl_certificate_key {folder}/server.pem;
        {settings}
        location / {{
            proxy_pass {node};
        }}
    }}
}}
"""
_TINYPROXY = """
Port {port}
Listen 127.0.0.1
Timeout 60
MaxClients 20
LogLevel Info
{settings}
"""


@contextmanager
def run_nginx(folder: Path, node: str, certificate: bytes, settings: str = "") -> Iterator[str]:
    """Run nginx in front of a node while the context lasts; give its https:// URL.

    Args:
        folder: the folder for its files; it is created.
        node: the node's address.
        certificate: its certificate and private key, as PEM.
        settings: further lines of its configuration.
    """
    folder.mkdir()
    (folder / "server.pem").write_bytes(certificate)
    port = _free_port()
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, port=port, node=node, settings=settings))
    # nginx writes this line when it listens.
    with _running(
        "nginx", "-p", folder, "-e", "stderr", "-c", config, "-g", "error_log stderr notice;", ready="using the"
    ):
        yield f"https://127.0.0.1:{port}"


@contextmanager
def run_tinyproxy(folder: Path, settings: str = "") -> Iterator[str]:
    """Run a proxy while the context lasts; give its host and port.

    Args:
        folder: the folder for its configuration.
        settings: further lines of its configuration.
    """
    port = _free_port()
    config = folder / "tinyproxy.conf"
    config.write_text(_TINYPROXY.format(port=port, settings=settings))
    with _running("tinyproxy", "-d", "-c", config, ready="Accepting connections"):
        yield f"127.0.0.1:{port}"


@contextmanager
def _running(program: str, *arguments: str | Path, ready: str) -> Iterator[None]:
    """Run a program while the context lasts; the context begins when the program has written ``ready``."""
    path = shutil.which(program, path=_PATH)
    if path is None:
        pytest.skip(f"{program} is not installed")
    with subprocess.Popen([path, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        output = ""
        while ready not in output:
            line = process.stdout.readline()
            assert line, f"{program} ended at once: {output}"
            output += line
        try:
            yield
        finally:
            process.terminate()
            process.communicate()


@contextmanager
def run_tls_front(address: str, context: ssl.SSLContext) -> Iterator[str]:
    """Run a TLS proxy for the server at ``address`` while the context lasts; give its host and port."""
    host, _, port = address.partition(":")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with (
                context.wrap_socket(self.request, server_side=True) as outer,
                socket.create_connection((host, int(port))) as inner,
            ):
                threading.Thread(target=_forward, args=(inner, outer), daemon=True).start()
                _forward(outer, inner)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Ignore failed handshakes: some tests are about untrusted certificates."""

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def _forward(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def _free_port() -> int:
    """Return a free port for a program that can't use port 0, outside the range of ports that the system assigns."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            port = 20_000 + secrets.randbelow(12_000)
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def run_unresponsive_host(host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Give the URL of a host that drops packets: its queue of connections is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server((host, port), backlog=0))
        address = listener.getsockname()
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        yield f"http://{host}:{address[1]}"


@contextmanager
def run_silent_host() -> Iterator[str]:
    """Give the port of a host that accepts connections and never sends anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept_all, args=(listener, []), daemon=True).start()
        yield str(listener.getsockname()[1])


def _accept_all(listener: socket.socket, accepted: list[socket.socket]) -> None:
    with suppress(OSError):
        while True:
            accepted.append(listener.accept()[0])
