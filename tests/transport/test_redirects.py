"""Redirects are not followed."""

from __future__ import annotations

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


def test_redirect_to_invalid_url_exits_6(user: User, node: ScriptedNode) -> None:
    node.respond("", 302, ("Location: http://[/]\x1b",))
    user.write_profile(node)
    result = user.run("candidates", ISO)
    assert (result.code, result.out, len(node.requests)) == (6, "", 1)
    assert "a redirect, which zsiso does not follow: " in result.err
    assert "\x1b" not in result.err
