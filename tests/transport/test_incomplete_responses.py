"""An incomplete or damaged response: stdout stays empty."""

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

EXAMPLE = mock_node.example_inventory()
ROW = '{"uuid":"0123456789abcdef0123456789abcdef","name":"数据库-é","vmNics":[{"ip":"10.0.0.1"}],"x":["}]",{"y":1e5}]}'
ROW_COUNT = LARGE_BODY_BYTES // len(ROW.encode()) + 1
OUTPUT_OPTIONS = (
    *(["-o", output.value] for output in OutputFormat),
    *(["--json"], ["--check", "web-2"], ["--fail-empty"], ["--attachable", "-o", "json"], ["-c", "name"]),
)


def run_with_all_options(user: User) -> tuple[str, set[int]]:
    """Run ``candidates`` once with each of ``OUTPUT_OPTIONS``; return all of stdout and the exit codes."""
    results = [user.run("candidates", ISO, *options) for options in OUTPUT_OPTIONS]
    assert "Traceback" not in "".join(result.err for result in results)
    return "".join(result.out for result in results), {result.code for result in results}


def add_rows(body: bytes) -> bytes:
    """Return a response body with so many more rows that it is kept in a temporary file."""
    return body.replace(b'"inventories":[', b'"inventories":[' + (ROW.encode() + b",") * ROW_COUNT, 1)


COMPACT_EXAMPLE = json.dumps(json.loads(EXAMPLE), ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("size", ["small", "large"])
class TestIncompleteResponse:
    @pytest.fixture
    def body(self, size: str) -> bytes:
        return COMPACT_EXAMPLE if size == "small" else add_rows(COMPACT_EXAMPLE)

    @pytest.mark.parametrize("damage", ["cut", "cut to nothing", "reset", "promised", "chunk cut", "chunks cut"])
    def test_incomplete_response_writes_nothing_and_exits_7(
        self, user: User, node: ScriptedNode, body: bytes, damage: str
    ) -> None:
        user.write_profile(node, "retries = 0")
        if damage == "reset":
            node.act(reset_after(framed(body[:-100], len(body))))
        else:
            response = {
                "cut": framed(body, len(body))[:-1],
                "cut to nothing": framed(b"", len(body)),
                "promised": framed(body, len(body) + 1),
                "chunk cut": chunked(body)[:-20],
                "chunks cut": chunked(body)[: -len(b"0\r\n\r\n")],
            }
            node.send_bytes(response[damage])
        assert run_with_all_options(user) == ("", {7})

    @pytest.mark.parametrize(
        "damage",
        ["broken gzip", "cut gzip", "no UTF-8", "no UTF-8 at the end", "cut by its length", "last row", "comma"],
    )
    def test_damaged_response_writes_nothing_and_exits_8(
        self, user: User, node: ScriptedNode, body: bytes, damage: str
    ) -> None:
        user.write_profile(node, "retries = 0")
        gzipped = gzip.compress(body)
        corrupted = bytearray(gzipped)
        corrupted[len(corrupted) // 2] ^= 0xFF
        last = body.rindex(b"}")
        response = {
            "broken gzip": framed(bytes(corrupted), len(corrupted), b"Content-Encoding: gzip"),
            "cut gzip": framed(gzipped[:-20], len(gzipped) - 20, b"Content-Encoding: gzip"),
            "no UTF-8": body.replace(b'"platform":"', b'"platform":"\xff', 1),
            "no UTF-8 at the end": body[:last] + b',"x":"\xc3"}',
            "cut by its length": framed(body, len(body) - 1),
            "last row": body[: body.rindex(b'"') - 2] + b"\x01" + body[body.rindex(b'"') - 2 :],
            "comma": body[: body.rindex(b"]")] + b",]}",
        }[damage]
        if response.startswith(b"HTTP"):
            node.send_bytes(response)
        else:
            node.respond(response)
        assert run_with_all_options(user) == ("", {8})

    def test_complete_response_is_written_unchanged(self, user: User, node: ScriptedNode, body: bytes) -> None:
        user.write_profile(node, "retries = 0")
        for response in (framed(body, len(body)), chunked(body), b"HTTP/1.0 200 OK\r\n\r\n" + body):
            node.send_bytes(response)
        gzipped = gzip.compress(body)
        node.send_bytes(framed(gzipped, len(gzipped), b"Content-Encoding: gzip"))
        deflated = zlib.compress(body)
        node.send_bytes(framed(deflated, len(deflated), b"Content-Encoding: deflate"))
        for _ in range(5):
            result = user.run("candidates", ISO, "--json")
            assert (result.code, result.out, result.err) == (0, body.decode() + "\n", "")
