"""A response that is incomplete or damaged writes nothing to stdout."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

from tests.helpers.raw_responses import chunked, framed, reset_after
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode
from zsiso import mock_node
from zsiso.output.options import OutputFormat
from zsiso.transport.body import LARGE_BODY_BYTES

REAL = mock_node.example_inventory()
ROW = '{"uuid":"0123456789abcdef0123456789abcdef","name":"数据库-é","vmNics":[{"ip":"10.0.0.1"}],"x":["}]",{"y":1e5}]}'
MANY = LARGE_BODY_BYTES // len(ROW.encode()) + 1
EVERY_WAY = (
    *(["-o", output.value] for output in OutputFormat),
    *(["--json"], ["--check", "web-2"], ["--fail-empty"], ["--attachable", "-o", "json"], ["-c", "name"]),
)


def run_every_way(user: User) -> tuple[str, set[int]]:
    """Return what ``candidates`` writes to stdout, run in every way there is, and its exit codes."""
    results = [user.run("candidates", ISO, *way) for way in EVERY_WAY]
    assert "Traceback" not in "".join(result.err for result in results)
    return "".join(result.out for result in results), {result.code for result in results}


def large(body: bytes) -> bytes:
    """Return an answer with so many more rows that it goes through a file."""
    return body.replace(b'"inventories":[', b'"inventories":[' + (ROW.encode() + b",") * MANY, 1)


COMPACT = json.dumps(json.loads(REAL), ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("size", ["small", "large"])
class TestAllOrNothing:
    @pytest.fixture
    def body(self, size: str) -> bytes:
        return COMPACT if size == "small" else large(COMPACT)

    @pytest.mark.parametrize("how", ["cut", "cut to nothing", "reset", "promised", "chunk cut", "chunks cut"])
    def test_what_is_not_whole(self, user: User, node: ScriptedNode, body: bytes, how: str) -> None:
        user.write_profile(node, "retries = 0")
        if how == "reset":
            node.act(reset_after(framed(body[:-100], len(body))))
        else:
            raw = {
                "cut": framed(body, len(body))[:-1],
                "cut to nothing": framed(b"", len(body)),
                "promised": framed(body, len(body) + 1),
                "chunk cut": chunked(body)[:-20],
                "chunks cut": chunked(body)[: -len(b"0\r\n\r\n")],
            }
            node.send_bytes(raw[how])
        assert run_every_way(user) == ("", {7})

    @pytest.mark.parametrize(
        "how", ["broken gzip", "cut gzip", "no UTF-8", "no UTF-8 at the end", "cut by its length", "last row", "comma"]
    )
    def test_what_is_not_the_api_s(self, user: User, node: ScriptedNode, body: bytes, how: str) -> None:
        user.write_profile(node, "retries = 0")
        zipped = gzip.compress(body)
        broken = bytearray(zipped)
        broken[len(broken) // 2] ^= 0xFF
        last = body.rindex(b"}")
        raw = {
            "broken gzip": framed(bytes(broken), len(broken), b"Content-Encoding: gzip"),
            "cut gzip": framed(zipped[:-20], len(zipped) - 20, b"Content-Encoding: gzip"),
            "no UTF-8": body.replace(b'"platform":"', b'"platform":"\xff', 1),
            "no UTF-8 at the end": body[:last] + b',"x":"\xc3"}',
            "cut by its length": framed(body, len(body) - 1),
            "last row": body[: body.rindex(b'"') - 2] + b"\x01" + body[body.rindex(b'"') - 2 :],
            "comma": body[: body.rindex(b"]")] + b",]}",
        }[how]
        if raw.startswith(b"HTTP"):
            node.send_bytes(raw)
        else:
            node.respond(raw)
        assert run_every_way(user) == ("", {8})

    def test_what_is_whole(self, user: User, node: ScriptedNode, body: bytes) -> None:
        user.write_profile(node, "retries = 0")
        for raw in (framed(body, len(body)), chunked(body), b"HTTP/1.0 200 OK\r\n\r\n" + body):
            node.send_bytes(raw)
        zipped = gzip.compress(body)
        node.send_bytes(framed(zipped, len(zipped), b"Content-Encoding: gzip"))
        squeezed = zlib.compress(body)
        node.send_bytes(framed(squeezed, len(squeezed), b"Content-Encoding: deflate"))
        for _ in range(5):
            result = user.run("candidates", ISO, "--json")
            assert (result.code, result.out, result.err) == (0, body.decode() + "\n", "")
