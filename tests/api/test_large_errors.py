"""Error objects of any size are understood."""

from __future__ import annotations

import json

import pytest

from tests.helpers.proxies import EMPTY_RESPONSE
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

SIZES = [70_000, 1_000_000, 2**20, 5_000_000]


def make_large_error(code: str, size: int, *, code_first: bool = True) -> str:
    """Return an error object of at least so many bytes."""
    first, second = {"code": code, "description": "short"}, {"details": "x" * size}
    return json.dumps({"error": {**first, **second} if code_first else {**second, **first}})


@pytest.mark.parametrize("size", SIZES)
class TestLargeError:
    @pytest.mark.parametrize("status", [503, 200, 401])
    def test_expired_session_is_renewed(self, user: User, node: ScriptedNode, size: int, status: int) -> None:
        login = '{{"inventory": {{"uuid": "{}-session"}}}}'
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\naccount = "admin"\npassword = "some-password"\n')
        node.respond(login.format("first"))
        node.respond(EMPTY_RESPONSE)
        assert user.run("candidates", ISO).code == 0
        node.forget_actions()
        node.respond(make_large_error("ID.1001", size), status)
        node.respond(login.format("second"))
        node.respond(EMPTY_RESPONSE)
        result = user.run("candidates", ISO, "--json")
        assert (result.code, result.out, result.err) == (0, EMPTY_RESPONSE + "\n", "")
        assert node.requests[-1].headers["authorization"] == "OAuth second-session"

    @pytest.mark.parametrize("code_first", [True, False])
    @pytest.mark.parametrize("status", [503, 404, 200])
    def test_missing_iso_exits_5_without_retry(
        self, user: User, node: ScriptedNode, size: int, status: int, *, code_first: bool
    ) -> None:
        user.write_profile(node)
        node.respond(make_large_error("SYS.1003", size, code_first=code_first), status)
        result = user.run("candidates", ISO)
        assert (result.code, result.out, len(node.requests)) == (5, "", 1)
        assert result.err.startswith("zsiso: ISO not found on the management node (SYS.1003)\n")
        assert len(result.err) < 2000


@pytest.mark.parametrize("body", ["<html>" + "x" * 2_000_000, '{"inventories": [' + "1," * 500_000 + "1]}"])
def test_large_page_of_an_outage_is_retried(user: User, node: ScriptedNode, body: str) -> None:
    user.write_profile(node)
    node.respond(body, 503)
    node.respond(EMPTY_RESPONSE)
    assert user.run("candidates", ISO).code == 0
    assert len(node.requests) == 2


def test_error_larger_than_max_body_is_known_by_its_status(user: User, node: ScriptedNode) -> None:
    user.write_profile(node, "retries = 0\nmax_body = 50_000")
    node.respond(make_large_error("SYS.1003", 70_000), 503)
    result = user.run("candidates", ISO)
    assert (result.code, result.out) == (6, "")
    assert "returned status 503" in result.err
