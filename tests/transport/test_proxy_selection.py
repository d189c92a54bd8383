"""Proxy selection: the profile, the environment variables, or no proxy."""

from __future__ import annotations

import re

import pytest

from tests.helpers.proxies import CLOSED_PORT_URL, PATH, find_connection, run_verbosely
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "nonsense://x", "127.0.0.1:x"])
def test_invalid_proxy_url_in_environment_exits_3(user: User, node: ScriptedNode, proxy: str) -> None:
    node.respond('{"inventories": []}')
    user.write_profile(node)
    result = user.run("candidates", ISO, env={"ALL_PROXY": proxy})
    assert (result.code, result.out, node.requests) == (3, "", [])
    assert "Traceback" not in result.err
    assert "ALL_PROXY" in result.err


@pytest.mark.external
class TestProxySelection:
    @pytest.mark.parametrize(
        ("env", "source"),
        [
            ({}, None),
            ({"HTTP_PROXY": "http://PROXY"}, "HTTP_PROXY"),
            ({"HTTP_PROXY": "PROXY"}, "HTTP_PROXY"),
            ({"HTTP_PROXY": "http://PROXY/"}, "HTTP_PROXY"),
            ({"http_proxy": "http://PROXY"}, "http_proxy"),
            ({"http_proxy": "http://PROXY", "HTTP_PROXY": CLOSED_PORT_URL}, "http_proxy"),
            ({"ALL_PROXY": "http://PROXY"}, "ALL_PROXY"),
            ({"all_proxy": "http://PROXY"}, "all_proxy"),
            ({"HTTP_PROXY": "http://PROXY", "ALL_PROXY": CLOSED_PORT_URL}, "HTTP_PROXY"),
            ({"HTTP_PROXY": "http://PROXY", "HTTPS_PROXY": CLOSED_PORT_URL}, "HTTP_PROXY"),
            ({"HTTPS_PROXY": CLOSED_PORT_URL}, None),
            ({"HTTP_PROXY": "", "ALL_PROXY": ""}, None),
            ({"HTTP_PROXY": CLOSED_PORT_URL, "NO_PROXY": "127.0.0.1"}, None),
            ({"HTTP_PROXY": CLOSED_PORT_URL, "NO_PROXY": "example.com, 127.0.0.1"}, None),
            ({"HTTP_PROXY": CLOSED_PORT_URL, "NO_PROXY": "NODE"}, None),
            ({"HTTP_PROXY": CLOSED_PORT_URL, "NO_PROXY": "*"}, None),
            ({"ALL_PROXY": CLOSED_PORT_URL, "no_proxy": "127.0.0.1"}, None),
            ({"HTTP_PROXY": "http://PROXY", "NO_PROXY": "127.0.0.1:1,7.0.0.1,example.com"}, "HTTP_PROXY"),
        ],
    )
    def test_environment_selects_proxy_for_http(
        self, user: User, proxy: str, http_node: ScriptedNode, env: dict[str, str], source: str | None
    ) -> None:
        node = http_node.url.removeprefix("http://")
        env = {name: value.replace("PROXY", proxy).replace("NODE", node) for name, value in env.items()}
        assert find_connection(run_verbosely(user, http_node.url, env=env)) == (proxy if source else node, source)
        assert ("via" in http_node.requests[0].headers) == (source is not None)

    @pytest.mark.parametrize(
        ("env", "source"),
        [
            ({"HTTPS_PROXY": "http://PROXY"}, "HTTPS_PROXY"),
            ({"https_proxy": "PROXY"}, "https_proxy"),
            ({"ALL_PROXY": "http://PROXY", "HTTP_PROXY": CLOSED_PORT_URL}, "ALL_PROXY"),
            ({"HTTP_PROXY": CLOSED_PORT_URL}, None),
            ({"HTTPS_PROXY": CLOSED_PORT_URL, "NO_PROXY": "NODE"}, None),
        ],
    )
    def test_environment_selects_proxy_for_https(
        self, user: User, proxy: str, https_node: ScriptedNode, env: dict[str, str], source: str | None
    ) -> None:
        node = https_node.url.removeprefix("https://")
        env = {name: value.replace("PROXY", proxy).replace("NODE", node) for name, value in env.items()}
        assert find_connection(run_verbosely(user, https_node.url, env=env)) == (proxy if source else node, source)
        # A proxy cannot read what goes through its tunnel, and adds no header.
        assert "via" not in https_node.requests[0].headers
        assert https_node.requests[0].target == PATH

    def test_proxy_of_profile_overrides_environment(self, user: User, proxy: str, http_node: ScriptedNode) -> None:
        env = {"HTTP_PROXY": CLOSED_PORT_URL, "NO_PROXY": "*"}
        result = run_verbosely(user, http_node.url, f'proxy = "http://{proxy}"', env=env)
        assert find_connection(result) == (proxy, "the profile")

    def test_proxy_false_in_profile_disables_environment_proxy(self, user: User, http_node: ScriptedNode) -> None:
        result = run_verbosely(
            user, http_node.url, "proxy = false", env={"HTTP_PROXY": CLOSED_PORT_URL, "ALL_PROXY": CLOSED_PORT_URL}
        )
        assert find_connection(result) == (http_node.url.removeprefix("http://"), None)

    @pytest.mark.parametrize("setting", ["", f'proxy = "{CLOSED_PORT_URL}"'])
    def test_mock_node_uses_no_proxy(self, user: User, setting: str) -> None:
        result = run_verbosely(
            user,
            "http://zstack.example.com",
            setting,
            "--mock",
            env={"HTTP_PROXY": CLOSED_PORT_URL, "ALL_PROXY": CLOSED_PORT_URL},
        )
        assert (result.code, "proxy" in result.err) == (0, False)

    @pytest.mark.parametrize("value", ["true", '""', "3", '["http://h"]'])
    def test_invalid_proxy_setting_exits_3(self, user: User, value: str) -> None:
        result = run_verbosely(user, "http://127.0.0.1:1", f"proxy = {value}")
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: {user.config}: profiles.prod.proxy must be the URL of a proxy, or false\n"
            'hint: write proxy = "http://proxy.example.com:3128", or false for no proxy\n'
        )


@pytest.mark.external
def test_doctor_shows_the_proxy(user: User, http_node: ScriptedNode, proxy: str) -> None:
    user.write_profile(http_node)
    report = user.run("doctor", env={"HTTP_PROXY": proxy}).out
    node = http_node.url.removeprefix("http://")
    line = rf"^ok       node:           {node} responded in \d+ ms through the proxy {proxy} \(HTTP_PROXY\)$"
    assert re.search(line, report, re.MULTILINE)
