"""Unusual status lines and headers of a response."""

from __future__ import annotations

import socket

import pytest

from tests.helpers.raw_responses import framed
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode


class TestResponseHeaders:
    @pytest.mark.parametrize(
        ("response", "code"),
        [
            (b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 8),
            (b"HTTP/1.1 200 OK\r\nContent-Length: " + b"0" * 5000 + b"\r\n\r\n", 8),
            (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 8),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 19, 20\r\n\r\n", 8),
            (b"HTTP/1.1 200 OK\r\nContent-Length: \xb2\r\n\r\n", 8),
            (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b'Content-Length: 19\r\n\r\n{"inventories": []}', 0),
            (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b'Content-Length: 19\r\n\r\n{"inventories": []}', 8),
            (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000, 8),
            (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", 8),
            (b"HTTP/1.1 200 OK\r\nX: \x00\r\n\r\n", 8),
            (b"HTTP/1.1 999 \xff\xfe\r\nContent-Length: 0\r\n\r\n", 6),
            (b"HTTP/1.1 99 OK\r\n\r\n", 8),
            (
                b"HTTP/1.1 100 Continue\r\n\r\n" * 100
                + b'HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{"inventories": []}',
                0,
            ),
            (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", 8),
            (b"HTTP/2.0 200 OK\r\n\r\n", 8),
            (b"\x00" * 100, 8),
            (b"\r\n" * 100, 8),
            (b'HTTP/1.0 200 OK\r\n\r\n{"inventories": []}', 0),
            # Without a length only the JSON shows that the response is truncated.
            (b'HTTP/1.0 200 OK\r\n\r\n{"inventories": [', 8),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 5000 + b"\r\n", 8),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 8),
            (
                b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n13;x=y\r\n{"inventories": []}\r\n0\r\nX: y\r\n\r\n',
                0,
            ),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 8),
            (b'HTTP/1.1 200 OK\r\nContent-Encoding: x-nobody-s\r\nContent-Length: 19\r\n\r\n{"inventories": []}', 8),
            (b'HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 19\r\n\r\n{"inventories": []}', 0),
        ],
    )
    def test_unusual_response_headers_are_read_or_rejected(
        self, user: User, node: ScriptedNode, response: bytes, code: int
    ) -> None:
        user.write_profile(node, "retries = 0")
        node.send_bytes(response)
        result = user.run("candidates", ISO, "--json")
        assert (result.code, result.out) == (code, "" if code else '{"inventories": []}\n')
        assert "Traceback" not in result.err


def test_announced_body_that_never_arrives_is_not_waited_for(user: User, node: ScriptedNode) -> None:
    def announce_body(connection: socket.socket) -> None:
        connection.sendall(framed(b"", 2**30))
        node.ended.wait(60)

    node.act(announce_body)
    user.write_profile(node, "retries = 0")
    result = user.run("candidates", ISO, "--timeout", "1")
    assert (result.code, result.out) == (7, "")
    user.write_profile(node, "retries = 0\nmax_body = 1_000_000")
    result = user.run("candidates", ISO, "--timeout", "20")
    assert (result.code, result.out) == (8, "")
    assert result.err.startswith("zsiso: response larger than max_body (1000000 bytes)\n  Content-Length: 1073741824\n")
