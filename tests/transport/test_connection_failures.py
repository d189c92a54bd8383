"""Connections that fail or break, and responses that are not HTTP."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
from queue import SimpleQueue

import pytest

from tests.helpers.failures import ASKED, masked
from tests.helpers.runner import ISO, SESSION, User
from tests.helpers.scripted_node import ScriptedNode, refusing_port


class TestNoAnswer:
    def test_connection_refused(self, user: User) -> None:
        user.write_config(
            f'[profiles.a]\nurl = "http://127.0.0.1:{refusing_port()}"\nsession = "{SESSION}"\nretries = 0'
        )
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (7, "")
        assert masked(result.err) == (
            "zsiso: the management node could not be reached: Connection refused\n"
            f"{ASKED}"
            "hint: check the profile's url, and that the management node is running and reachable from this machine\n"
        )

    def test_no_such_host(self, user: User) -> None:
        user.write_config('[profiles.a]\nurl = "http://node.invalid"\nsession = "some-session"')
        result = user.run("candidates", ISO, "--timeout", "20")
        assert (result.code, result.out) == (7, "")

    @pytest.mark.parametrize(
        ("host", "code"), [("a..b", 3), ("xn--a", 3), ("a" * 64, 3), ("*.example.com", 7), ("[::1%25zz]", 7)]
    )
    def test_a_host_that_can_t_be(self, user: User, host: str, code: int) -> None:
        user.write_config(f'[profiles.a]\nurl = "http://{host}"\nsession = "{SESSION}"')
        result = user.run("candidates", ISO, "--timeout", "20")
        assert (result.code, result.out) == (code, "")
        assert "Traceback" not in result.err

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"HTTP/1.1 200 OK\r\nContent-Le",
            b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"inventories": []}',
            b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n13\r\n{"inventories": []}\r\n',
        ],
    )
    @pytest.mark.parametrize("form", ["table", "json"])
    def test_an_answer_cut_short(self, user: User, node: ScriptedNode, raw: bytes, form: str) -> None:
        node.send_bytes(raw)
        user.write_profile(node)
        result = user.run("candidates", ISO, *(["--json"] if form == "json" else []))
        assert (result.code, result.out) == (7, "")
        assert "the connection was lost before the response was complete" in result.err

    @pytest.mark.skipif(not hasattr(os, "waitid"), reason="this system can't wait for a process to be stopped")
    @pytest.mark.parametrize(("missing", "code"), [(0, 0), (5, 7)])
    def test_an_answer_that_a_reset_follows_at_once(
        self, user: User, node: ScriptedNode, missing: int, code: int
    ) -> None:
        body = b'{"inventories": []}\n'
        raw = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        started: SimpleQueue[int] = SimpleQueue()

        def answer_and_reset(connection: socket.socket) -> None:
            # Stopped, it can't look at the answer before the reset is there.
            pid = started.get()
            os.kill(pid, signal.SIGSTOP)
            os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOWAIT)
            connection.sendall(raw[: len(raw) - missing])
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(connection.detach())
            os.kill(pid, signal.SIGCONT)

        node.act(answer_and_reset)
        user.write_profile(node, "retries = 0")
        with user.start("candidates", ISO, "--json") as process:
            started.put(process.pid)
            out, err = process.communicate()
        assert (process.returncode, out) == (code, body.decode() if code == 0 else "")
        assert "Traceback" not in err

    def test_no_tls_where_it_was_expected(self, user: User) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=_answer_in_plain_text, args=(listener,), daemon=True).start()
            port = listener.getsockname()[1]
            user.write_config(f'[profiles.a]\nurl = "https://127.0.0.1:{port}"\nsession = "{SESSION}"')
            result = user.run("candidates", ISO)
        assert (result.code, result.out) == (7, "")
        assert result.err.startswith("zsiso: the management node does not use TLS on this port: wrong version number\n")


def _answer_in_plain_text(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


class TestNotHttp:
    @pytest.mark.parametrize(
        "raw", [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]
    )
    def test_what_is_not_http(self, user: User, node: ScriptedNode, raw: bytes) -> None:
        node.send_bytes(raw)
        user.write_profile(node)
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (8, "")
        assert "the response is not HTTP: " in result.err

    def test_what_can_t_be_decompressed(self, user: User, node: ScriptedNode) -> None:
        node.respond("no gzip", 200, ("Content-Encoding: gzip",))
        user.write_profile(node)
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (8, "")
        assert "the response cannot be decompressed" in result.err
