"""Error responses: the exit code and the message of each."""

from __future__ import annotations

import json

import pytest

from tests.helpers.failures import HTML_PAGE, REQUEST_LINES, make_error, mask_addresses
from tests.helpers.runner import ISO, SESSION, User
from tests.helpers.scripted_node import ScriptedNode


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (503, make_error("ID.1000"), 4),
        (503, make_error("ID.1001"), 4),
        (503, make_error("ID.1002"), 4),
        (503, make_error("ID.1006"), 4),
        (503, make_error("SYS.1003"), 5),
        (503, make_error("SYS.1006"), 6),
        (503, make_error("SYS.1007"), 6),
        (503, '{"error": {}}', 6),
        (503, '{"error": {"code": ["ID.1001"]}}', 6),
        # error.code takes precedence over the status.
        (200, make_error("ID.1001"), 4),
        (404, make_error("SYS.1003"), 5),
        (401, make_error("SYS.1006"), 6),
        (200, '{"inventories": [], "error": {"code": "ID.1002"}}', 4),
        # Without an error object the status decides.
        (401, "who are you", 4),
        (403, "requestTimeTooSkewed", 4),
        (400, "missing header: Authorization", 4),
        (400, "bad things", 6),
        (404, "no api mapping to /v1", 6),
        (405, "Request method 'GET' not supported", 6),
        (500, "", 6),
        (502, HTML_PAGE, 6),
        (503, HTML_PAGE, 6),
        (503, '{"error": "text"}', 6),
        (503, '{"inventories": []}', 6),
        (504, "", 6),
        (302, "", 6),
        (304, "", 6),
        (599, "", 6),
        # Status 200 with unexpected content.
        (200, "", 8),
        (200, HTML_PAGE, 8),
        (200, "null", 8),
        (200, "[]", 8),
        (200, '{"inventory": {}}', 8),
        (200, '{"inventories": {}}', 8),
        (200, '{"inventories": null}', 8),
        (200, '{"inventories": [1]}', 8),
        (200, '{"inventories": [NaN]}', 8),
        (200, '{"inventories": [{"a": Infinity}]}', 8),
        (200, '\ufeff{"inventories": []}', 8),
        (200, '{"inventories": []', 8),
        (200, '{"inventories": []}{}', 8),
        (200, '{"inventories": [' + "[" * 100_000 + "]" * 100_000 + "]}", 8),
        (204, "", 8),
        (206, '{"inventories": []}', 8),
    ],
)
@pytest.mark.parametrize("output", ["table", "json"])
def test_error_response_decides_exit_code(
    user: User, node: ScriptedNode, status: int, body: str, code: int, output: str
) -> None:
    node.respond(body, status)
    user.write_profile(node, "retries = 0")
    result = user.run("candidates", ISO, *(["--json"] if output == "json" else []))
    assert (result.code, result.out) == (code, "")
    assert "Traceback" not in result.err
    assert mask_addresses(result.err).count(REQUEST_LINES) == 1
    assert len(node.requests) == 1


@pytest.mark.parametrize("body", [b'{"inventories": [{"name": "\xff"}]}', '{"inventories": []}'.encode("utf-16")])
def test_response_that_is_not_utf_8_exits_8(user: User, node: ScriptedNode, body: bytes) -> None:
    node.respond(body)
    user.write_profile(node)
    result = user.run("candidates", ISO, "--json")
    assert (result.code, result.out) == (8, "")
    assert "not UTF-8 (byte " in result.err


def test_api_error_shows_all_details_and_causes(user: User, node: ScriptedNode) -> None:
    api_error = {
        "code": "SYS.1006",
        "description": "operation error",
        "details": "the image\nis gone",
        "elaboration": "ask the storage",
        "cause": {"code": "HOST.1", "description": "no host", "cause": {"code": "X.9", "details": "deepest"}},
    }
    node.respond(json.dumps({"error": api_error}), 503)
    user.write_profile(node)
    assert mask_addresses(user.run("candidates", ISO).err) == (
        "zsiso: the management node rejected the request (SYS.1006)\n"
        "  SYS.1006: operation error: the image is gone\n"
        "  elaboration: ask the storage\n"
        "  caused by HOST.1: no host\n"
        "  caused by X.9: deepest\n"
        f"{REQUEST_LINES}"
        "hint: search the management node's log for the job UUID\n"
    )


def test_api_error_without_code_is_reported(user: User, node: ScriptedNode) -> None:
    node.respond('{"error": {}}', 503)
    user.write_profile(node)
    assert mask_addresses(user.run("candidates", ISO).err) == (
        f"zsiso: the management node rejected the request\n{REQUEST_LINES}hint: search the management node's log for the job UUID\n"
    )


def test_error_message_shows_job_uuid_of_request(user: User, node: ScriptedNode) -> None:
    node.respond("", 500)
    user.write_profile(node)
    result = user.run("candidates", ISO)
    assert f"  job UUID: {node.requests[0].headers['x-job-uuid']}\n" in result.err


def test_plain_text_error_is_escaped_and_truncated(user: User, node: ScriptedNode) -> None:
    node.respond("no api \x1b[31mmapping\u202e to " + "x" * 5000, 404)
    user.write_profile(node)
    assert mask_addresses(user.run("candidates", ISO).err) == (
        "zsiso: the management node returned status 404\n"
        r"  response: no api \x1b[31mmapping\u202e to " + "x" * 576 + "…\n"
        f"{REQUEST_LINES}"
        "hint: check the path of the profile's url: it is /zstack unless a proxy changes it\n"
    )


def test_unexpected_response_shows_expected_and_received_content(user: User, node: ScriptedNode) -> None:
    node.respond(HTML_PAGE)
    user.write_profile(node)
    assert mask_addresses(user.run("candidates", ISO).err) == (
        "zsiso: unexpected response (status 200): not JSON (Expecting value: byte 0)\n"
        '  expected: a JSON object whose "inventories" is a list of objects\n'
        "  response: <html> <head><title>502 Bad Gateway</title></head>\n"
        f"{REQUEST_LINES}"
        "hint: check that the profile's url is that of a management node, with /zstack or the path of a proxy at its end\n"
    )


def test_session_in_api_error_is_redacted(user: User, node: ScriptedNode) -> None:
    node.respond(make_error("ID.1001", details=f"session[uuid:{SESSION}] expired"), 503)
    user.write_profile(node)
    result = user.run("candidates", ISO)
    assert SESSION not in result.err
    assert "session[uuid:***] expired" in result.err
