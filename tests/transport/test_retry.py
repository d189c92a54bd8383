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

EMPTY_RESPONSE = '{"inventories": []}'
HTML_PAGE = b"<html>busy</html>"
API_ERROR = json.dumps({"error": {"code": "SYS.1006", "details": "no"}}).encode()
NOW = datetime(2026, 11, 24, 10, 0, 0, tzinfo=timezone.utc)


def make_response(status: int, body: bytes = HTML_PAGE, headers: Mapping[str, str] | None = None) -> ApiResponse:
    connection = ConnectionInfo("127.0.0.1 port 1", 0.0, None, {})
    return ApiResponse(ApiRequest("GET", "/x", base_url="http://n"), status, headers or {}, Body(body), NOW, connection)


def describe_result(value: object) -> str | None:
    """Return the id of a result: its status and size, or its type."""
    if isinstance(value, ApiResponse):
        return f"{value.status} with {len(value.body)} bytes"
    return type(value).__name__ if isinstance(value, ZsisoError) else None


class TestRetryDelay:
    @pytest.mark.parametrize(
        ("result", "is_retried"),
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
            *((make_response(status), True) for status in (429, 502, 503, 504)),
            *((make_response(status, b""), True) for status in (429, 502, 503, 504)),
            *((make_response(status, API_ERROR), False) for status in (429, 502, 503, 504)),
            *((make_response(status), False) for status in (200, 204, 206, 301, 302, 304, 400, 401, 403, 404, 405, 407, 500, 501, 505)),
        ],
        ids=describe_result,
    )  # fmt: skip
    def test_retry_follows_transient_failures_only(self, result: ApiResponse | ZsisoError, is_retried: bool) -> None:
        assert (retry.retry_delay(result, 1, 0.0, is_transient) is not None) is is_retried

    @pytest.mark.parametrize(
        ("attempt", "jitter", "seconds"),
        [(1, 0.0, 0.5), (1, 0.5, 0.375), (1, 1.0, 0.25), (2, 0.0, 1.0), (2, 1.0, 0.5), (3, 0.0, 2.0), (9, 0.0, 128.0)],
    )
    def test_retry_delay_grows_and_has_jitter(self, attempt: int, jitter: float, seconds: float) -> None:
        assert retry.retry_delay(ConnectionLostError("x"), attempt, jitter, is_transient) == seconds

    @pytest.mark.parametrize(
        ("retry_after", "seconds"),
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
            # Dates that no datetime can hold.
            ("Tue, 24 Nov 99999 10:00:09 GMT", 0.5),
            ("Tue, 24 Nov 99999999999999999999 10:00:09 GMT", 0.5),
            ("Tue, 99 Nov 2026 10:00:09 GMT", 0.5),
            ("Tue, 24 Nov 2026 10:00:09 +99999999999", 0.5),
            ("Fri, 31 Dec 9999 23:59:59 -1200", 0.5),
        ],
    )
    @pytest.mark.parametrize("status", [429, 503])
    def test_retry_delay_obeys_retry_after_header(self, status: int, retry_after: str, seconds: float) -> None:
        assert (
            retry.retry_delay(make_response(status, headers={"retry-after": retry_after}), 1, 0.0, is_transient)
            == seconds
        )


def reset_connection(connection: socket.socket) -> None:
    # With a linger time of 0 seconds, close() sends a reset.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def respond_with(status: int, body: str = "busy", *headers: str) -> Callable[[ScriptedNode], None]:
    return lambda node: node.respond(body, status, headers)


TRANSIENT_FAULTS: dict[str, Callable[[ScriptedNode], None]] = {
    "reset": lambda node: node.act(reset_connection),
    "ended": lambda node: node.send_bytes(b""),
    "cut in the head": lambda node: node.send_bytes(b"HTTP/1.1 200 OK\r\nConte"),
    "cut in the body": lambda node: node.send_bytes(
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + EMPTY_RESPONSE.encode()
    ),
    "429": respond_with(429),
    "502": respond_with(502),
    "503": respond_with(503, "<html>"),
    "504": respond_with(504),
}


class TestRetry:
    @pytest.mark.parametrize("fault", TRANSIENT_FAULTS)
    def test_retry_succeeds_after_transient_failure(self, user: User, node: ScriptedNode, fault: str) -> None:
        TRANSIENT_FAULTS[fault](node)
        node.respond(EMPTY_RESPONSE)
        user.write_profile(node)
        assert user.run("candidates", ISO, "--json").out == EMPTY_RESPONSE + "\n"
        assert len({request.headers["x-job-uuid"] for request in node.requests}) == 2

    @pytest.mark.parametrize(("setting", "attempts"), [("", 3), ("retries = 0", 1), ("retries = 1", 2)])
    def test_retry_stops_after_configured_number_of_retries(
        self, user: User, node: ScriptedNode, setting: str, attempts: int
    ) -> None:
        node.respond("busy", 502)
        user.write_profile(node, setting)
        result = user.run("candidates", ISO)
        assert (result.code, result.out, len(node.requests)) == (6, "", attempts)
        assert ("attempts: 3" in result.err) == (attempts == 3)

    @pytest.mark.parametrize("value", ["-1", "1.5", "true", '"2"'])
    def test_invalid_retries_setting_exits_3(self, user: User, node: ScriptedNode, value: str) -> None:
        user.write_profile(node, f"retries = {value}")
        result = user.run("candidates", ISO)
        assert (result.code, node.requests) == (3, [])
        assert "profiles.test.retries must be a whole number, 0 or more\n" in result.err

    def test_verbose_shows_each_retry(self, user: User, node: ScriptedNode) -> None:
        node.respond("busy", 503)
        node.respond(EMPTY_RESPONSE)
        user.write_profile(node)
        verbose_lines = user.run("candidates", ISO, "-v").err
        assert re.findall(r"^[*<].*", re.sub(r"[\d.]+ (s|ms)\b", r"N \1", verbose_lines), re.MULTILINE) == [
            f"< 503, 4 bytes from 127.0.0.1 port {node.url.rpartition(':')[2]}",
            "* connect N ms, wait N ms, body N ms",
            "* status 503; retrying in N s (attempt 2 of 3)",
            f"< 200, 19 bytes from 127.0.0.1 port {node.url.rpartition(':')[2]}",
            "* connect N ms, wait N ms, body N ms",
        ]

    def test_no_retry_when_retry_after_exceeds_deadline(self, user: User, node: ScriptedNode) -> None:
        # The node asks for an hour, and half a minute remains: the command fails at once.
        node.respond("busy", 503, ("Retry-After: 3600",))
        user.write_profile(node)
        result = user.run("candidates", ISO)
        assert (result.code, result.out, len(node.requests)) == (6, "", 1)

    def test_retry_repeats_login(self, user: User, node: ScriptedNode) -> None:
        node.respond("busy", 502)
        node.respond('{"inventory": {"uuid": "5e551044"}}')
        node.respond(EMPTY_RESPONSE)
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\naccount = "admin"\npassword = "hunter22"\n')
        assert user.run("candidates", ISO, "--json").out == EMPTY_RESPONSE + "\n"
        assert [request.method for request in node.requests] == ["PUT", "PUT", "GET"]

    def test_retry_is_signed_with_access_key(self, user: User, node: ScriptedNode) -> None:
        node.respond("busy", 502)
        node.respond(EMPTY_RESPONSE)
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\naccess_key_id = "id"\naccess_key_secret = "secret"\n')
        assert user.run("candidates", ISO, "--json").out == EMPTY_RESPONSE + "\n"
        assert all(request.headers["authorization"].startswith("ZStack id:") for request in node.requests)
