"""JSON that nests deeper and deeper, in a process whose stack is its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

pytestmark = pytest.mark.usefixtures("unmeasured")

# About where some decoder no longer takes it, or what sorts and shows it does not.
DEPTHS = (100, *range(940, 1004), 1200, 2000, 5000, 9000, 100_000)

ALL_OF_THEM = """
import json, sys
from zsiso import main
codes = {int(main.run(["candidates", sys.argv[1], *more])) for more in json.loads(sys.argv[2])}
sys.stderr.write(f"codes: {sorted(codes)}")
"""


def run_in_ways(user: User, ways: Sequence[Sequence[str]]) -> tuple[str, set[int]]:
    """Return stdout and the exit codes of a process that runs ``candidates`` in these ways, one by one."""
    done = subprocess.run(
        [sys.executable, "-c", ALL_OF_THEM, ISO, json.dumps(ways)],
        env=user.environ,
        cwd=user.home,
        capture_output=True,
        timeout=120,
        check=False,
    )
    said = done.stderr.decode()
    assert "Traceback" not in said
    return done.stdout.decode(), set(json.loads(said.splitlines()[-1].removeprefix("codes: ")))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "opening"), [(b"name", b"["), (b"name", b'{"a":'), (b"vmNics", b"["), (b"vmNics", b'[{"vmNics":')]
)
def test_nesting_is_shown_or_refused(user: User, node: ScriptedNode, field: bytes, opening: bytes) -> None:
    closing = bytes({ord("["): ord("]"), ord("{"): ord("}")}[char] for char in reversed(opening) if char in b"[{")
    user.write_profile(node, "retries = 0")
    ways = [["-o", "csv"], ["-o", "tree"]]
    for depth in DEPTHS:
        times = depth // len(closing)
        for _ in ways:
            node.respond(b'{"inventories":[{"%b":%b1%b}]}' % (field, opening * times, closing * times))
    out, codes = run_in_ways(user, ways * len(DEPTHS))
    assert out
    assert codes == {0, 8}


@pytest.mark.slow
@pytest.mark.parametrize("key", ["code", "details", "cause"])
def test_nesting_in_an_error(user: User, node: ScriptedNode, key: str) -> None:
    user.write_profile(node, "retries = 0")
    for depth in DEPTHS:
        node.respond(f'{{"error":{{"{key}":{"[" * depth}{"]" * depth}}}}}')
    out, codes = run_in_ways(user, [[]] * len(DEPTHS))
    assert (out, codes) == ("", {6, 8})
