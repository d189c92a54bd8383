"""``--timeout`` and the profile's timeout."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

EMPTY = '{"inventories": []}'


class TestTimeout:
    @pytest.mark.parametrize("typed", ["0", "-1", "nan", "inf", "soon", ""])
    def test_must_be_a_positive_number(self, user: User, node: ScriptedNode, typed: str) -> None:
        node.respond(EMPTY)
        user.write_profile(node)
        result = user.run("candidates", ISO, "--timeout", typed)
        assert (result.code, result.out, node.requests) == (2, "", [])
        assert "--timeout" in result.err

    def test_may_be_longer_than_anyone_waits(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY)
        user.write_profile(node)
        assert user.run("candidates", ISO, "--timeout", "1e300").code == 0

    @pytest.mark.parametrize("where", ["option", "profile"])
    def test_ends_a_call_that_is_not_answered(self, user: User, node: ScriptedNode, where: str) -> None:
        node.hang()
        user.write_profile(node, "timeout = 0.2" if where == "profile" else "")
        options = ["--timeout", "0.2"] if where == "option" else []
        result = user.run("candidates", ISO, *options)
        assert (result.code, result.out) == (7, "")
        assert result.err.startswith(
            "zsiso: timed out after 0.2 s waiting for a response\n  request: GET http://127.0.0.1:"
        )
        assert "--timeout SECONDS" in result.err

    def test_ends_a_body_that_drips(self, user: User, node: ScriptedNode) -> None:
        def drip(connection: object) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")  # type: ignore[attr-defined]
            while not node.ended.wait(0.05):
                connection.sendall(b" ")  # type: ignore[attr-defined]

        node.act(drip)
        user.write_profile(node)
        result = user.run("candidates", ISO, "--json", "--timeout", "0.5")
        assert (result.code, result.out) == (7, "")
