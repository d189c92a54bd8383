"""Which failures are retried, after which delay, and how often."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Mapping
from datetime import datetime, timezone

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode
from zsiso.api.failures import is_transient
from zsiso.errors import (
    ApiError,
    ConfigError,
    ConnectError,
    ConnectionLostError,
    CredentialsError,
    DeadlineExceededError,
    OutputError,
    TlsError,
    UnexpectedResponseError,
    ZsisoError,
)
from zsiso.transport import retry
from zsiso.transport.body import Body
from zsiso.transport.messages import ApiRequest, ApiResponse, ConnectionInfo

WHOLE = '{"inventories": []}'
PAGE = b"<html>busy</html>"
CONSIDERED = json.dumps({"error": {"code": "SYS.1006", "details": "no"}}).encode()
NOW = datetime(2026, 11, 24, 10, 0, 0, tzinfo=timezone.utc)


def reply(status: int, body: bytes = PAGE, headers: Mapping[str, str] | None = None) -> ApiResponse:
    connection = ConnectionInfo("127.0.0.1 port 1", 0.0, None, {})
    return ApiResponse(ApiRequest("GET", "/x", base_url="http://n"), status, headers or {}, Body(body), NOW, connection)


class TestTheTable:
    @pytest.mark.parametrize(
        ("outcome", "again"),
        [
            (ConnectError("refused"), True),
            (ConnectError("no such host", retryable=False), False),
            (ConnectionLostError("reset, or cut short"), True),
            (DeadlineExceededError("no time is left"), False),
            (TlsError("a stranger"), False),
            (UnexpectedResponseError("not HTTP"), False),
            (ApiError("a redirect to nowhere"), False),
            (ConfigError("no proxy"), False),
            (CredentialsError("the proxy's"), False),
            (OutputError("no room for it"), False),
            *((reply(status), True) for status in (429, 502, 503, 504)),
            *((reply(status, b""), True) for status in (429, 502, 503, 504)),
            *((reply(status, CONSIDERED), False) for status in (429, 502, 503, 504)),
            *((reply(status), False) for status in (200, 204, 206, 301, 302, 304, 400, 401, 403, 404, 405, 407, 500, 501, 505)),
        ],
    )  # fmt: skip
    def test_what_is_tried_again(self, outcome: ApiResponse | ZsisoError, again: bool) -> None:
        assert (retry.retry_delay(outcome, 1, 0.0, is_transient) is not None) is again

    @pytest.mark.parametrize(
        ("again", "chance", "seconds"),
        [(1, 0.0, 0.5), (1, 0.5, 0.375), (1, 1.0, 0.25), (2, 0.0, 1.0), (2, 1.0, 0.5), (3, 0.0, 2.0), (9, 0.0, 128.0)],
    )
    def test_waits_grow_and_differ(self, again: int, chance: float, seconds: float) -> None:
        assert retry.retry_delay(ConnectionLostError("x"), again, chance, is_transient) == seconds

    @pytest.mark.parametrize(
        ("asked", "seconds"),
        [
            ("7", 7.0),
            ("0", 0.5),
            (" 3 ", 3.0),
            ("9" * 5000, 9_999_999_999.0),
            ("Tue, 24 Nov 2026 10:00:09 GMT", 9.0),
            ("Tue, 24 Nov 2026 10:00:09", 9.0),
            ("Tue, 24 Nov 2026 09:00:00 GMT", 0.5),
            ("soon", 0.5),
            ("-5", 0.5),
            ("1.5", 0.5),
            ("٣", 0.5),
            ("", 0.5),
        ],
    )
    @pytest.mark.parametrize("status", [429, 503])
    def test_a_wait_that_is_asked_for(self, status: int, asked: str, seconds: float) -> None:
        assert retry.retry_delay(reply(status, headers={"retry-after": asked}), 1, 0.0, is_transient) == seconds


def resets(connection: socket.socket) -> None:
    # Closed with a linger of no seconds, a connection is reset.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def respond_with(status: int, body: str = "busy", *headers: str) -> Callable[[ScriptedNode], None]:
    return lambda node: node.respond(body, status, headers)


PASSES: dict[str, Callable[[ScriptedNode], None]] = {
    "reset": lambda node: node.act(resets),
    "ended": lambda node: node.send_bytes(b""),
    "cut in the head": lambda node: node.send_bytes(b"HTTP/1.1 200 OK\r\nConte"),
    "cut in the body": lambda node: node.send_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + WHOLE.encode()),
    "429": respond_with(429),
    "502": respond_with(502),
    "503": respond_with(503, "<html>"),
    "504": respond_with(504),
}


class TestOnTheWire:
    @pytest.mark.parametrize("fault", PASSES)
    def test_what_passes(self, user: User, node: ScriptedNode, fault: str) -> None:
        PASSES[fault](node)
        node.respond(WHOLE)
        user.write_profile(node)
        assert user.run("candidates", ISO, "--json").out == WHOLE + "\n"
        assert len({request.headers["x-job-uuid"] for request in node.requests}) == 2

    @pytest.mark.parametrize(("more", "tries"), [("", 3), ("retries = 0", 1), ("retries = 1", 2)])
    def test_how_often(self, user: User, node: ScriptedNode, more: str, tries: int) -> None:
        node.respond("busy", 502)
        user.write_profile(node, more)
        result = user.run("candidates", ISO)
        assert (result.code, result.out, len(node.requests)) == (6, "", tries)
        assert ("attempts: 3" in result.err) == (tries == 3)

    @pytest.mark.parametrize("written", ["-1", "1.5", "true", '"2"'])
    def test_no_number_of_retries(self, user: User, node: ScriptedNode, written: str) -> None:
        user.write_profile(node, f"retries = {written}")
        result = user.run("candidates", ISO)
        assert (result.code, node.requests) == (3, [])
        assert "profiles.test.retries must be a whole number, 0 or more\n" in result.err

    def test_each_is_told(self, user: User, node: ScriptedNode) -> None:
        node.respond("busy", 503)
        node.respond(WHOLE)
        user.write_profile(node)
        told = user.run("candidates", ISO, "-v").err
        assert re.findall(r"^[*<].*", re.sub(r"[\d.]+ (s|ms)\b", r"N \1", told), re.MULTILINE) == [
            f"< 503, 4 bytes from 127.0.0.1 port {node.url.rpartition(':')[2]}",
            "* connect N ms, wait N ms, body N ms",
            "* status 503; retrying in N s (attempt 2 of 3)",
            f"< 200, 19 bytes from 127.0.0.1 port {node.url.rpartition(':')[2]}",
            "* connect N ms, wait N ms, body N ms",
        ]

    def test_no_wait_beyond_the_deadline(self, user: User, node: ScriptedNode) -> None:
        # An hour is asked for, and half a minute is left: it fails at once.
        node.respond("busy", 503, ("Retry-After: 3600",))
        user.write_profile(node)
        result = user.run("candidates", ISO)
        assert (result.code, result.out, len(node.requests)) == (6, "", 1)

    def test_a_login_is_tried_again(self, user: User, node: ScriptedNode) -> None:
        node.respond("busy", 502)
        node.respond('{"inventory": {"uuid": "5e551044"}}')
        node.respond(WHOLE)
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\naccount = "admin"\npassword = "hunter22"\n')
        assert user.run("candidates", ISO, "--json").out == WHOLE + "\n"
        assert [request.method for request in node.requests] == ["PUT", "PUT", "GET"]

    def test_an_access_key_signs_each_try(self, user: User, node: ScriptedNode) -> None:
        node.respond("busy", 502)
        node.respond(WHOLE)
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\naccess_key_id = "id"\naccess_key_secret = "secret"\n')
        assert user.run("candidates", ISO, "--json").out == WHOLE + "\n"
        assert all(request.headers["authorization"].startswith("ZStack id:") for request in node.requests)
