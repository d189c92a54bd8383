"""The time limit: ``--timeout`` and timeout in the profile."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode

EMPTY_RESPONSE = '{"inventories": []}'


class TestTimeout:
    @pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "soon", ""])
    def test_timeout_that_is_not_positive_exits_2(self, user: User, node: ScriptedNode, value: str) -> None:
        node.respond(EMPTY_RESPONSE)
        user.write_profile(node)
        result = user.run("candidates", ISO, "--timeout", value)
        assert (result.code, result.out, node.requests) == (2, "", [])
        assert "--timeout" in result.err

    def test_very_long_timeout_is_accepted(self, user: User, node: ScriptedNode) -> None:
        node.respond(EMPTY_RESPONSE)
        user.write_profile(node)
        assert user.run("candidates", ISO, "--timeout", "1e300").code == 0

    @pytest.mark.parametrize("source", ["option", "profile"])
    def test_timeout_ends_request_without_response(self, user: User, node: ScriptedNode, source: str) -> None:
        node.hang()
        user.write_profile(node, "timeout = 0.2" if source == "profile" else "")
        options = ["--timeout", "0.2"] if source == "option" else []
        result = user.run("candidates", ISO, *options)
        assert (result.code, result.out) == (7, "")
        assert result.err.startswith(
            "zsiso: timed out after 0.2 s waiting for a response\n  request: GET http://127.0.0.1:"
        )
        assert "--timeout SECONDS" in result.err

    def test_timeout_ends_slow_response_body(self, user: User, node: ScriptedNode) -> None:
        def send_slowly(connection: object) -> None:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")  # type: ignore[attr-defined]
            while not node.ended.wait(0.05):
                connection.sendall(b" ")  # type: ignore[attr-defined]

        node.act(send_slowly)
        user.write_profile(node)
        result = user.run("candidates", ISO, "--json", "--timeout", "0.5")
        assert (result.code, result.out) == (7, "")
