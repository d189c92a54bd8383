"""Content-Encoding: what is decompressed, and that the status of a failure counts before it."""

from __future__ import annotations

import gzip
import socket
import zlib
from functools import partial

import pytest

from tests.helpers.proxies import EMPTY_RESPONSE
from tests.helpers.runner import ISO, Result, User
from tests.helpers.scripted_node import ScriptedNode

# Without the time of day: each worker must collect the same parameters.
compress = partial(gzip.compress, mtime=0)
EMPTY = Result(0, EMPTY_RESPONSE + "\n", "")
BODY = EMPTY_RESPONSE.encode()
RAW_DEFLATE = zlib.compressobj(wbits=-zlib.MAX_WBITS)
DEFLATED = RAW_DEFLATE.compress(BODY) + RAW_DEFLATE.flush()
# Unusable bodies of a failure: the headers and the bytes.
UNUSABLE = {
    "unknown coding": (("Content-Encoding: br",), b"\x0b\x02\x80abc"),
    "several codings": (("Content-Encoding: gzip, gzip",), compress(compress(BODY))),
    "no gzip": (("Content-Encoding: gzip",), b"<html>"),
    "incomplete gzip": (("Content-Encoding: gzip",), compress(BODY)[:-9]),
    "no deflate": (("Content-Encoding: deflate",), b"\xff\xff\xff"),
    "too large": ((), b"x" * 5000),
    "too large, decompressed": (("Content-Encoding: gzip",), compress(b"x" * 5000)),
}


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("", BODY),
        (" ", BODY),
        (",", BODY),
        ("identity", BODY),
        ("Identity, identity", BODY),
        ("gzip", compress(BODY)),
        ("GZip", compress(BODY)),
        ("x-gzip", compress(BODY)),
        ("identity, gzip", compress(BODY)),
        ("gzip", compress(BODY[:9]) + compress(BODY[9:])),
        ("gzip", compress(BODY[:9]) + compress(b"") + compress(BODY[9:])),
        ("gzip", compress(BODY) + b"\0" * 512),
        ("deflate", zlib.compress(BODY)),
        ("deflate", DEFLATED),
    ],
)
def test_supported_coding_is_read(user: User, node: ScriptedNode, coding: str, body: bytes) -> None:
    user.write_profile(node)
    node.respond(body, 200, (f"Content-Encoding: {coding}",))
    assert user.run("candidates", ISO, "--json") == EMPTY


def test_two_content_encoding_headers_without_a_coding_are_read(user: User, node: ScriptedNode) -> None:
    user.write_profile(node)
    node.respond(BODY, 200, ("Content-Encoding:", "Content-Encoding: identity"))
    assert user.run("candidates", ISO, "--json") == EMPTY


@pytest.mark.parametrize("body", [compress(BODY)[:-9], compress(BODY) + b"x", compress(BODY) + BODY])
def test_damaged_gzip_exits_8(user: User, node: ScriptedNode, body: bytes) -> None:
    user.write_profile(node)
    node.respond(body, 200, ("Content-Encoding: gzip",))
    result = user.run("candidates", ISO, "--json")
    assert (result.code, result.out) == (8, "")
    assert result.err.startswith("zsiso: the response cannot be decompressed: ")


@pytest.mark.parametrize("kind", UNUSABLE)
class TestStatusBeforeBody:
    def test_outage_is_retried(self, user: User, node: ScriptedNode, kind: str) -> None:
        headers, body = UNUSABLE[kind]
        user.write_profile(node, "retries = 1\nmax_body = 1000")
        node.respond(body, 502, headers)
        node.respond(EMPTY_RESPONSE)
        assert user.run("candidates", ISO, "--json") == EMPTY
        assert len(node.requests) == 2

    @pytest.mark.parametrize(("status", "code"), [(401, 4), (403, 4), (404, 6), (500, 6), (502, 6), (302, 6)])
    def test_exit_code_is_that_of_the_status(
        self, user: User, node: ScriptedNode, kind: str, status: int, code: int
    ) -> None:
        headers, body = UNUSABLE[kind]
        user.write_profile(node, "retries = 0\nmax_body = 1000")
        node.respond(body, status, headers)
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (code, "")
        assert f"returned status {status}" in result.err

    def test_success_exits_8(self, user: User, node: ScriptedNode, kind: str) -> None:
        headers, body = UNUSABLE[kind]
        user.write_profile(node, "max_body = 1000")
        node.respond(body, 200, headers)
        result = user.run("candidates", ISO)
        assert (result.code, result.out) == (8, "")


def test_failure_that_promises_more_than_max_body_is_not_waited_for(user: User, node: ScriptedNode) -> None:
    def announce_body(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 401 No\r\nContent-Length: 99999999\r\n\r\n")
        node.ended.wait(60)

    user.write_profile(node, "retries = 0\nmax_body = 1000")
    node.act(announce_body)
    assert user.run("candidates", ISO, "--timeout", "20").code == 4
