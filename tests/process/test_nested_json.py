"""Deeply nested JSON, in a process with a stack of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

pytestmark = pytest.mark.usefixtures("unmeasured")

# Depths near the limits of the decoders, and of the code that sorts and formats the values.
DEPTHS = (100, *range(940, 1004), 1200, 2000, 5000, 9000, 100_000)

RUN_ALL = """
import json, sys
from zsiso import main
codes = {int(main.run(["candidates", sys.argv[1], *more])) for more in json.loads(sys.argv[2])}
sys.stderr.write(f"codes: {sorted(codes)}")
"""


def run_with_options(user: User, option_lists: Sequence[Sequence[str]]) -> tuple[str, set[int]]:
    """Run ``candidates`` with each list of options, in one process; return its stdout and the exit codes."""
    completed = subprocess.run(
        [sys.executable, "-c", RUN_ALL, ISO, json.dumps(option_lists)],
        env=user.environ,
        cwd=user.home,
        capture_output=True,
        timeout=120,
        check=False,
    )
    stderr = completed.stderr.decode()
    assert "Traceback" not in stderr
    return completed.stdout.decode(), set(json.loads(stderr.splitlines()[-1].removeprefix("codes: ")))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "opening"), [(b"name", b"["), (b"name", b'{"a":'), (b"vmNics", b"["), (b"vmNics", b'[{"vmNics":')]
)
def test_nested_row_is_shown_or_rejected(user: User, node: ScriptedNode, field: bytes, opening: bytes) -> None:
    closing = bytes({ord("["): ord("]"), ord("{"): ord("}")}[char] for char in reversed(opening) if char in b"[{")
    user.write_profile(node, "retries = 0")
    option_lists = [["-o", "csv"], ["-o", "tree"]]
    for depth in DEPTHS:
        repeats = depth // len(closing)
        for _ in option_lists:
            node.respond(b'{"inventories":[{"%b":%b1%b}]}' % (field, opening * repeats, closing * repeats))
    out, codes = run_with_options(user, option_lists * len(DEPTHS))
    assert out
    assert codes == {0, 8}


@pytest.mark.slow
@pytest.mark.parametrize("key", ["code", "details", "cause"])
def test_nested_api_error_exits_6_or_8(user: User, node: ScriptedNode, key: str) -> None:
    user.write_profile(node, "retries = 0")
    for depth in DEPTHS:
        node.respond(f'{{"error":{{"{key}":{"[" * depth}{"]" * depth}}}}}')
    out, codes = run_with_options(user, [[]] * len(DEPTHS))
    assert (out, codes) == ("", {6, 8})
