"""Servers between a user and a management node: nginx, tinyproxy, a TLS front, and hosts that never respond."""

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

# Systems keep servers in folders that are not on every user's PATH.
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
        {more}
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
{more}
"""


@contextmanager
def run_nginx(folder: Path, node: str, certificate: bytes, more: str = "") -> Iterator[str]:
    """Run nginx in front of a node while the context lasts; give its https:// address.

    Args:
        folder: where its files go, which is made.
        node: the node's address.
        certificate: what it shows, and its private key, as PEM.
        more: further lines of its configuration.
    """
    folder.mkdir()
    (folder / "server.pem").write_bytes(certificate)
    port = _free_port()
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, port=port, node=node, more=more))
    # It writes this line once it listens.
    with _running(
        "nginx", "-p", folder, "-e", "stderr", "-c", config, "-g", "error_log stderr notice;", ready="using the"
    ):
        yield f"https://127.0.0.1:{port}"


@contextmanager
def run_tinyproxy(folder: Path, more: str = "") -> Iterator[str]:
    """Run a proxy while the context lasts; give its host and port.

    Args:
        folder: where its configuration goes.
        more: further lines of it.
    """
    port = _free_port()
    config = folder / "tinyproxy.conf"
    config.write_text(_TINYPROXY.format(port=port, more=more))
    with _running("tinyproxy", "-d", "-c", config, ready="Accepting connections"):
        yield f"127.0.0.1:{port}"


@contextmanager
def _running(program: str, *arguments: str | Path, ready: str) -> Iterator[None]:
    """Run a program while the context lasts, which begins when the program has written ``ready``."""
    path = shutil.which(program, path=_PATH)
    if path is None:
        pytest.skip(f"{program} is not installed")
    with subprocess.Popen([path, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        said = ""
        while ready not in said:
            line = process.stdout.readline()
            assert line, f"{program} ended at once: {said}"
            said += line
        try:
            yield
        finally:
            process.terminate()
            process.communicate()


@contextmanager
def run_tls_front(address: str, context: ssl.SSLContext) -> Iterator[str]:
    """Speak TLS in front of the server at ``address`` while the context lasts; give the front's host and port."""
    host, _, port = address.partition(":")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with (
                context.wrap_socket(self.request, server_side=True) as outer,
                socket.create_connection((host, int(port))) as inner,
            ):
                threading.Thread(target=_pass_on, args=(inner, outer), daemon=True).start()
                _pass_on(outer, inner)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that does not trust the certificate is what some tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def _free_port() -> int:
    """Return a port for a program that can't take port 0: one that the system gives to nobody who asks for any."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            port = 20_000 + secrets.randbelow(12_000)
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def run_unresponsive_host() -> Iterator[str]:
    """Give the URL of a host that drops packets: its queue of connections is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = listener.getsockname()
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        yield f"http://127.0.0.1:{address[1]}"


@contextmanager
def run_silent_host() -> Iterator[str]:
    """Give the port of a host that accepts connections, and never sends anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept_all, args=(listener, []), daemon=True).start()
        yield str(listener.getsockname()[1])


def _accept_all(listener: socket.socket, accepted: list[socket.socket]) -> None:
    with suppress(OSError):
        while True:
            accepted.append(listener.accept()[0])
