"""A profile from environment variables alone."""

from __future__ import annotations

import pytest

from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode


class TestEnvironmentProfile:
    @pytest.mark.parametrize(
        ("variables", "authorization"),
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
    def test_environment_supplies_each_kind_of_credentials(
        self, user: User, node: ScriptedNode, variables: dict[str, str], authorization: str
    ) -> None:
        if any("ACCOUNT" in name for name in variables):
            node.respond('{"inventory": {"uuid": "a-session"}}')
        node.respond('{"inventories": []}')
        host, port = node.url.removeprefix("http://").split(":")
        url_variables = (
            {"ZSTACK_HOST": host, "ZSTACK_PORT": port} if "ZSTACK" in str(variables) else {"ZSISO_URL": node.url}
        )
        result = user.run("candidates", ISO, "--json", env={**variables, **url_variables})
        assert (result.code, result.err) == (0, "")
        assert node.requests[-1].path.startswith("/zstack/v1/images/iso/")
        assert node.requests[-1].headers["authorization"].startswith(authorization)
        if "ZSISO_TIMEZONE" in variables:
            assert node.requests[-1].headers["date"].endswith(" Asia/Shanghai")

    @pytest.mark.parametrize(
        ("variables", "message"),
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
    def test_invalid_credentials_in_environment_exit_3(
        self, user: User, variables: dict[str, str], message: str
    ) -> None:
        result = user.run("candidates", ISO, env={"ZSISO_URL": "http://127.0.0.1:1", **variables})
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith(f"zsiso: {message}hint: ")

    def test_zsiso_variables_and_profiles_override_terraform_variables(self, user: User, node: ScriptedNode) -> None:
        node.respond('{"inventories": []}')
        terraform_variables = {
            "ZSTACK_HOST": "127.0.0.1",
            "ZSTACK_PORT": "1",
            "ZSTACK_ACCESS_KEY_ID": "i",
            "ZSTACK_ACCESS_KEY_SECRET": "s",
        }
        zsiso_variables = {"ZSISO_URL": node.url, "ZSISO_SESSION": "some-session"}
        assert user.run("candidates", ISO, env={**terraform_variables, **zsiso_variables}).code == 0
        assert user.run("candidates", ISO, "-p", "x", env=terraform_variables).code == 3
        user.write_profile(node)
        assert user.run("candidates", ISO, env=terraform_variables).code == 0

    @pytest.mark.parametrize(
        ("host", "port", "url"),
        [
            ("10.0.0.5", "", "http://10.0.0.5:8080/zstack"),
            ("::1", "90", "http://[::1]:90/zstack"),
            ("h", "80", "http://h:80/zstack"),
        ],
    )
    def test_terraform_host_and_port_form_the_url(self, user: User, host: str, port: str, url: str) -> None:
        env = {"ZSTACK_HOST": host, "ZSTACK_PORT": port, "ZSTACK_ACCESS_KEY_ID": "i", "ZSTACK_ACCESS_KEY_SECRET": "s"}
        result = user.run("doctor", "--timeout", "0.2", env=env)
        assert f"url: {url} (ZSTACK_HOST)\n" in result.out

    @pytest.mark.parametrize("host", ["http://u:hunter22@h", "h/x", "http://10.0.0.1", "h?x", "a b"])
    def test_invalid_terraform_host_exits_3(self, user: User, host: str) -> None:
        env = {"ZSTACK_HOST": host, "ZSTACK_ACCESS_KEY_ID": "i", "ZSTACK_ACCESS_KEY_SECRET": "s"}
        result = user.run("candidates", ISO, env=env)
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith("zsiso: ZSTACK_HOST must be a host name or an IP address\n")
        assert "hunter22" not in result.err

    @pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8080x", "٣"])
    def test_invalid_terraform_port_exits_3(self, user: User, port: str) -> None:
        env = {"ZSTACK_HOST": "h", "ZSTACK_PORT": port, "ZSTACK_ACCESS_KEY_ID": "i", "ZSTACK_ACCESS_KEY_SECRET": "s"}
        result = user.run("candidates", ISO, env=env)
        assert (result.code, result.out) == (3, "")
        assert result.err.startswith("zsiso: ZSTACK_PORT must be a number from 1 to 65535\n")
