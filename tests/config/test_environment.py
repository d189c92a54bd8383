"""A profile from environment variables alone."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode


class TestEnvironment:
    @pytest.mark.parametrize(
        ("variables", "kind"),
        [
            ({"ZSISO_SESSION": "some-session"}, "OAuth some-session"),
            ({"ZSISO_ACCOUNT": "admin", "ZSISO_PASSWORD": "some-password"}, "OAuth a-session"),
            ({"ZSISO_ACCESS_KEY_ID": "id", "ZSISO_ACCESS_KEY_SECRET": "s"}, "ZStack id:"),
            (
                {"ZSISO_ACCESS_KEY_ID": "id", "ZSISO_ACCESS_KEY_SECRET": "s", "ZSISO_TIMEZONE": "Asia/Shanghai"},
                "ZStack id:",
            ),
            ({"ZSTACK_ACCOUNT_NAME": "admin", "ZSTACK_ACCOUNT_PASSWORD": "some-password"}, "OAuth a-session"),
            ({"ZSTACK_ACCESS_KEY_ID": "id", "ZSTACK_ACCESS_KEY_SECRET": "s"}, "ZStack id:"),
        ],
    )
    def test_each_kind(self, user: User, node: ScriptedNode, variables: dict[str, str], kind: str) -> None:
        if any("ACCOUNT" in name for name in variables):
            node.respond('{"inventory": {"uuid": "a-session"}}')
        node.respond('{"inventories": []}')
        host, port = node.url.removeprefix("http://").split(":")
        where = {"ZSTACK_HOST": host, "ZSTACK_PORT": port} if "ZSTACK" in str(variables) else {"ZSISO_URL": node.url}
        result = user.run("candidates", ISO, "--json", env={**variables, **where})
        assert (result.code, result.err) == (0, "")
        assert node.requests[-1].path.startswith("/zstack/v1/images/iso/")
        assert node.requests[-1].headers["authorization"].startswith(kind)
        if "ZSISO_TIMEZONE" in variables:
            assert node.requests[-1].headers["date"].endswith(" CST")

    @pytest.mark.parametrize(
        ("variables", "said"),
        [
            ({}, "ZSISO_URL is set, but no credentials\n"),
            (
                {"ZSISO_SESSION": "x", "ZSISO_ACCOUNT": "y"},
                "ZSISO_SESSION and ZSISO_ACCOUNT are two kinds of credentials\n",
            ),
            ({"ZSISO_PASSWORD": "x"}, "ZSISO_PASSWORD requires ZSISO_ACCOUNT, which is missing\n"),
            ({"ZSISO_ACCESS_KEY_ID": "x"}, "ZSISO_ACCESS_KEY_ID requires ZSISO_ACCESS_KEY_SECRET, which is missing\n"),
            ({"ZSISO_SESSION": "a b"}, "ZSISO_SESSION has a character that is not allowed in a header\n"),
            (
                {"ZSISO_ACCESS_KEY_ID": "x", "ZSISO_ACCESS_KEY_SECRET": "y", "ZSISO_TIMEZONE": "Mars/X"},
                'ZSISO_TIMEZONE is an unknown time zone: "Mars/X"\n',
            ),
        ],
    )
    def test_what_is_wrong_is_called_by_its_variable(self, user: User, variables: dict[str, str], said: str) -> None:
        result = user.run("candidates", ISO, env={"ZSISO_URL": "http://127.0.0.1:1", **variables})
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith(f"zsiso: {said}hint: ")

    def test_terraform_s_names_count_last(self, user: User, node: ScriptedNode) -> None:
        node.respond('{"inventories": []}')
        terraform = {
            "ZSTACK_HOST": "127.0.0.1",
            "ZSTACK_PORT": "1",
            "ZSTACK_ACCESS_KEY_ID": "i",
            "ZSTACK_ACCESS_KEY_SECRET": "s",
        }
        mine = {"ZSISO_URL": node.url, "ZSISO_SESSION": "some-session"}
        assert user.run("candidates", ISO, env={**terraform, **mine}).code == 0
        assert user.run("candidates", ISO, "-p", "x", env=terraform).code == 3
        user.write_profile(node)
        assert user.run("candidates", ISO, env=terraform).code == 0

    @pytest.mark.parametrize(
        ("host", "port", "asked"),
        [
            ("10.0.0.5", "", "http://10.0.0.5:8080/zstack"),
            ("::1", "90", "http://[::1]:90/zstack"),
            ("h", "80", "http://h:80/zstack"),
        ],
    )
    def test_terraform_s_host_and_port(self, user: User, host: str, port: str, asked: str) -> None:
        env = {"ZSTACK_HOST": host, "ZSTACK_PORT": port, "ZSTACK_ACCESS_KEY_ID": "i", "ZSTACK_ACCESS_KEY_SECRET": "s"}
        result = user.run("doctor", "--timeout", "0.2", env=env)
        assert f"url: {asked} (ZSTACK_HOST)\n" in result.out

    @pytest.mark.parametrize("host", ["http://u:hunter22@h", "h/x", "http://10.0.0.1", "h?x", "a b"])
    def test_terraform_s_host_that_can_t_be(self, user: User, host: str) -> None:
        env = {"ZSTACK_HOST": host, "ZSTACK_ACCESS_KEY_ID": "i", "ZSTACK_ACCESS_KEY_SECRET": "s"}
        result = user.run("candidates", ISO, env=env)
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith("zsiso: ZSTACK_HOST must be a host name or an IP address\n")
        assert "hunter22" not in result.err

    @pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8080x", "٣"])
    def test_terraform_s_port_that_can_t_be(self, user: User, port: str) -> None:
        env = {"ZSTACK_HOST": "h", "ZSTACK_PORT": port, "ZSTACK_ACCESS_KEY_ID": "i", "ZSTACK_ACCESS_KEY_SECRET": "s"}
        result = user.run("candidates", ISO, env=env)
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith("zsiso: ZSTACK_PORT must be a number from 1 to 65535\n")
