"""Memory limits: responses that expand when they are decompressed or parsed."""

from __future__ import annotations

import gzip
import subprocess
import zlib

import pytest

from tests.helpers.raw_responses import framed
from tests.helpers.runner import ISO, PROGRAM, User
from tests.helpers.scripted_node import ScriptedNode

pytestmark = pytest.mark.usefixtures("unmeasured")


@pytest.mark.slow
class TestMemoryLimit:
    @pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip", "gzip, gzip, gzip", "br", "zstd"])
    def test_gzip_bomb_is_rejected(self, user: User, node: ScriptedNode, coding: str) -> None:
        compressed = make_gzip_bomb(coding)
        assert len(compressed) < 2_000_000
        node.send_bytes(framed(compressed, len(compressed), b"Content-Encoding: " + coding.encode()))
        user.write_profile(node, "retries = 0\nmax_body = 20_000_000")
        code, message = run_within(500, user, "candidates", ISO)
        expected = (
            "zsiso: response larger than max_body (20000000 bytes)"
            if coding in {"gzip", "deflate"}
            else f"zsiso: the response cannot be decompressed: its Content-Encoding is {coding}"
        )
        assert (code, message.splitlines()[0]) == (8, expected)

    @pytest.mark.parametrize("place", ["rows", "a field", "an object", "beside"])
    def test_ten_million_elements_stay_within_memory_limit(self, user: User, node: ScriptedNode, place: str) -> None:
        parts = {
            "rows": (b'{"inventories":[', b"{},", b"{}]}"),
            "a field": (b'{"inventories":[{"name":"a","vmNics":[', b"1,", b"1]}]}"),
            "an object": (b'{"inventories":[{"name":"a","vmNics":{', b'"a":1,', b'"b":2}}]}'),
            "beside": (b'{"inventories":[{"name":"a"}],"x":[', b"[],", b"1]}"),
        }
        head, item, tail = parts[place]
        node.respond(head + item * 9_999_999 + tail)
        user.write_profile(node, "retries = 0")
        code, message = run_within(300, user, "candidates", ISO, "-o", "name")
        out_of_memory = "zsiso: not enough memory for the response"
        assert (code, message.partition("\n")[0]) in {(0, ""), (8, out_of_memory)}

    @pytest.mark.parametrize("command", ["yes", "sh -c 'yes >&2'"])
    def test_endless_output_of_secret_command_stays_within_memory_limit(
        self, user: User, node: ScriptedNode, command: str
    ) -> None:
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "{command}" }}\n')
        code, message = run_within(300, user, "candidates", ISO, "--timeout", "2")
        assert (code, message.partition(" the command")[0]) == (7, "zsiso: timed out after 2 s waiting for")


def make_gzip_bomb(coding: str) -> bytes:
    """Return 100 million zero bytes, compressed; a coding that zsiso does not accept is compressed with gzip."""
    data = b"\x00" * 100_000_000
    for step in coding.split(", "):
        data = zlib.compress(data, 9) if step == "deflate" else gzip.compress(data, 9)
    return data


def run_within(mebibytes: int, user: User, *arguments: str) -> tuple[int, str]:
    """Return the exit code and stderr of a run that may use at most ``mebibytes`` MiB of address space."""
    completed = subprocess.run(
        ["bash", "-c", f'ulimit -v {mebibytes * 1024}; exec "$0" "$@"', *PROGRAM, *arguments],
        env=user.environ,
        cwd=user.home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=120,
        check=False,
    )
    return completed.returncode, completed.stderr.decode()
