"""Connections that fail or break, and responses that are not HTTP."""

from __future__ import annotations

import os
import signal
import socket
import struct
from queue import SimpleQueue

import pytest

from tests.helpers.failures import REQUEST_LINES, mask_addresses
from tests.helpers.runner import ISO, SESSION, User
from tests.helpers.scripted_node import ScriptedNode, refusing_port


class TestConnection:
    def test_connection_refused_exits_7(self, user: User) -> None:
        user.write_config(
            f'[profiles.a]\nurl = "http://127.0.0.1:{refusing_port()}"\nsession = "{SESSION}"\nretries = 0'
        )
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (7, "")
        assert mask_addresses(result.err) == (
            "zsiso: the management node could not be reached: Connection refused\n"
            f"{REQUEST_LINES}"
            "hint: check the profile's url, and that the management node is running and reachable from this machine\n"
        )

    def test_unknown_host_name_exits_7(self, user: User) -> None:
        user.write_config('[profiles.a]\nurl = "http://node.invalid"\nsession = "some-session"')
        result = user.run("candidates", ISO, "--timeout", "20")
        assert (result.code, result.out) == (7, "")

    @pytest.mark.parametrize(
        ("host", "code"), [("a..b", 3), ("xn--a", 3), ("a" * 64, 3), ("*.example.com", 7), ("[::1%25zz]", 7)]
    )
    def test_invalid_host_name_exits_without_traceback(self, user: User, host: str, code: int) -> None:
        user.write_config(f'[profiles.a]\nurl = "http://{host}"\nsession = "{SESSION}"')
        result = user.run("candidates", ISO, "--timeout", "20")
        assert (result.code, result.out) == (code, "")
        assert "Traceback" not in result.err

    @pytest.mark.parametrize(
        "response",
        [
            b"",
            b"HTTP/1.1 200 OK\r\nContent-Le",
            b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"inventories": []}',
            b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n13\r\n{"inventories": []}\r\n',
        ],
    )
    @pytest.mark.parametrize("output", ["table", "json"])
    def test_truncated_response_exits_7(self, user: User, node: ScriptedNode, response: bytes, output: str) -> None:
        node.send_bytes(response)
        user.write_profile(node)
        result = user.run("candidates", ISO, *(["--json"] if output == "json" else []))
        assert (result.code, result.out) == (7, "")
        assert "the connection was lost before the response was complete" in result.err

    @pytest.mark.skipif(not hasattr(os, "waitid"), reason="this system can't wait for a process to be stopped")
    @pytest.mark.parametrize(("missing", "code"), [(0, 0), (5, 7)])
    def test_connection_reset_fails_only_an_incomplete_response(
        self, user: User, node: ScriptedNode, missing: int, code: int
    ) -> None:
        body = b'{"inventories": []}\n'
        response = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        started: SimpleQueue[int] = SimpleQueue()

        def respond_and_reset(connection: socket.socket) -> None:
            # A stopped process cannot read the response before the reset arrives.
            pid = started.get()
            os.kill(pid, signal.SIGSTOP)
            os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOWAIT)
            connection.sendall(response[: len(response) - missing])
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(connection.detach())
            os.kill(pid, signal.SIGCONT)

        node.act(respond_and_reset)
        user.write_profile(node, "retries = 0")
        with user.start("candidates", ISO, "--json") as process:
            started.put(process.pid)
            out, err = process.communicate()
        assert (process.returncode, out) == (code, body.decode() if code == 0 else "")
        assert "Traceback" not in err


class TestInvalidHttp:
    @pytest.mark.parametrize(
        "response", [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]
    )
    def test_response_that_is_not_http_exits_8(self, user: User, node: ScriptedNode, response: bytes) -> None:
        node.send_bytes(response)
        user.write_profile(node)
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (8, "")
        assert "the response is not HTTP: " in result.err

    def test_invalid_gzip_response_exits_8(self, user: User, node: ScriptedNode) -> None:
        node.respond("no gzip", 200, ("Content-Encoding: gzip",))
        user.write_profile(node)
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (8, "")
        assert "the response cannot be decompressed" in result.err
