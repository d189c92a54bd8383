"""Redirects are not followed."""

from __future__ import annotations

import re

import pytest

from tests.helpers.runner import ISO, SESSION, User
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node


def test_redirect_is_not_followed(user: User, node: ScriptedNode) -> None:
    node.respond("", 302, ("Location: http://elsewhere.example/login",))
    user.write_profile(node)
    result = user.run("candidates", ISO)
    assert (result.code, result.out, len(node.requests)) == (6, "", 1)
    assert "a redirect, which zsiso does not follow\n  location: http://elsewhere.example/login\n" in result.err


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "credentials",
    [f'session = "{SESSION}"', 'account = "admin"\npassword = "some-password"'],
    ids=["session", "account"],
)
def test_redirect_target_receives_no_credentials(user: User, node: ScriptedNode, status: int, credentials: str) -> None:
    with run_scripted_node() as target:
        target.respond('{"inventories": [], "inventory": {"uuid": "some-session"}}')
        node.respond("moved", status, (f"Location: {target.url}/zstack",))
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\n{credentials}\n')
        result = user.run("candidates", ISO)
        assert (result.code, result.out, len(node.requests), target.requests) == (6, "", 1, [])
        assert (
            f"returned status {status}: a redirect, which zsiso does not follow\n  location: {target.url}/zstack\n"
            in result.err
        )


@pytest.mark.parametrize(
    "location",
    [
        "node-1:8443",
        "mailto:x",
        "mailto:x@example.com",
        "http://[/]",
        "http://[::1",
        "http://node:port/",
        "//",
        "/zstack/v2",
        "v2/images",
        "?a=b",
        "http:/x",
        "javascript:alert(1)",
        "http://" + "a" * 400,
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_to_what_is_no_url_is_shown_and_exits_6(
    user: User, node: ScriptedNode, location: str, status: int
) -> None:
    node.respond("", status, (f"Location: {location}",))
    user.write_profile(node)
    result = user.run("candidates", ISO)
    assert (result.code, result.out, len(node.requests)) == (6, "", 1)
    message = f"the management node returned status {status}: a redirect, which zsiso does not follow"
    assert result.err.startswith(f"zsiso: {message}\n  location: {location}\n")


@pytest.mark.parametrize("location", [b"http://[/]\x1b[31m", b"node-1\xff:\xe2\x80\xae8443", b"\xf0\x9f\x98"])
def test_hostile_redirect_is_shown_without_control_characters(user: User, node: ScriptedNode, location: bytes) -> None:
    node.send_bytes(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n")
    user.write_profile(node)
    result = user.run("candidates", ISO)
    assert (result.code, result.out, len(node.requests)) == (6, "", 1)
    assert "a redirect, which zsiso does not follow\n  location: " in result.err
    assert not re.search("[\x1b\u202e]", result.err)


def test_redirect_without_location_exits_6(user: User, node: ScriptedNode) -> None:
    node.respond("", 302)
    user.write_profile(node)
    result = user.run("candidates", ISO)
    assert (result.code, result.out) == (6, "")
    assert result.err.startswith("zsiso: the management node returned status 302\n")
