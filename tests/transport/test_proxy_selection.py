"""Which proxy is used."""

from __future__ import annotations

import re

import pytest

from tests.helpers.proxies import NOWHERE, PATH, connected_through, run_verbosely
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "nonsense://x", "127.0.0.1:x"])
def test_a_proxy_that_can_t_be_used(user: User, node: ScriptedNode, proxy: str) -> None:
    node.respond('{"inventories": []}')
    user.write_profile(node)
    result = user.run("candidates", ISO, env={"ALL_PROXY": proxy})
    assert (result.code, result.out, node.requests) == (3, "", [])
    assert "Traceback" not in result.err
    assert "ALL_PROXY" in result.err


@pytest.mark.external
class TestWhich:
    @pytest.mark.parametrize(
        ("env", "named_by"),
        [
            ({}, None),
            ({"HTTP_PROXY": "http://PROXY"}, "HTTP_PROXY"),
            ({"HTTP_PROXY": "PROXY"}, "HTTP_PROXY"),
            ({"HTTP_PROXY": "http://PROXY/"}, "HTTP_PROXY"),
            ({"http_proxy": "http://PROXY"}, "http_proxy"),
            ({"http_proxy": "http://PROXY", "HTTP_PROXY": NOWHERE}, "http_proxy"),
            ({"ALL_PROXY": "http://PROXY"}, "ALL_PROXY"),
            ({"all_proxy": "http://PROXY"}, "all_proxy"),
            ({"HTTP_PROXY": "http://PROXY", "ALL_PROXY": NOWHERE}, "HTTP_PROXY"),
            ({"HTTP_PROXY": "http://PROXY", "HTTPS_PROXY": NOWHERE}, "HTTP_PROXY"),
            ({"HTTPS_PROXY": NOWHERE}, None),
            ({"HTTP_PROXY": "", "ALL_PROXY": ""}, None),
            ({"HTTP_PROXY": NOWHERE, "NO_PROXY": "127.0.0.1"}, None),
            ({"HTTP_PROXY": NOWHERE, "NO_PROXY": "example.com, 127.0.0.1"}, None),
            ({"HTTP_PROXY": NOWHERE, "NO_PROXY": "NODE"}, None),
            ({"HTTP_PROXY": NOWHERE, "NO_PROXY": "*"}, None),
            ({"ALL_PROXY": NOWHERE, "no_proxy": "127.0.0.1"}, None),
            ({"HTTP_PROXY": "http://PROXY", "NO_PROXY": "127.0.0.1:1,7.0.0.1,example.com"}, "HTTP_PROXY"),
        ],
    )
    def test_by_the_environment(
        self, user: User, proxy: str, plain: ScriptedNode, env: dict[str, str], named_by: str | None
    ) -> None:
        node = plain.url.removeprefix("http://")
        env = {name: value.replace("PROXY", proxy).replace("NODE", node) for name, value in env.items()}
        assert connected_through(run_verbosely(user, plain.url, env=env)) == (proxy if named_by else node, named_by)
        assert ("via" in plain.requests[0].headers) == (named_by is not None)

    @pytest.mark.parametrize(
        ("env", "named_by"),
        [
            ({"HTTPS_PROXY": "http://PROXY"}, "HTTPS_PROXY"),
            ({"https_proxy": "PROXY"}, "https_proxy"),
            ({"ALL_PROXY": "http://PROXY", "HTTP_PROXY": NOWHERE}, "ALL_PROXY"),
            ({"HTTP_PROXY": NOWHERE}, None),
            ({"HTTPS_PROXY": NOWHERE, "NO_PROXY": "NODE"}, None),
        ],
    )
    def test_for_https(
        self, user: User, proxy: str, secure: ScriptedNode, env: dict[str, str], named_by: str | None
    ) -> None:
        node = secure.url.removeprefix("https://")
        env = {name: value.replace("PROXY", proxy).replace("NODE", node) for name, value in env.items()}
        assert connected_through(run_verbosely(user, secure.url, env=env)) == (proxy if named_by else node, named_by)
        # What goes through a tunnel is not seen, nor added to.
        assert "via" not in secure.requests[0].headers
        assert secure.requests[0].target == PATH

    def test_the_profile_s_wins(self, user: User, proxy: str, plain: ScriptedNode) -> None:
        env = {"HTTP_PROXY": NOWHERE, "NO_PROXY": "*"}
        result = run_verbosely(user, plain.url, f'proxy = "http://{proxy}"', env=env)
        assert connected_through(result) == (proxy, "the profile")

    def test_the_profile_may_want_none(self, user: User, plain: ScriptedNode) -> None:
        result = run_verbosely(user, plain.url, "proxy = false", env={"HTTP_PROXY": NOWHERE, "ALL_PROXY": NOWHERE})
        assert connected_through(result) == (plain.url.removeprefix("http://"), None)

    @pytest.mark.parametrize("more", ["", f'proxy = "{NOWHERE}"'])
    def test_the_mock_node_needs_none(self, user: User, more: str) -> None:
        result = run_verbosely(
            user, "http://zstack.example.com", more, "--mock", env={"HTTP_PROXY": NOWHERE, "ALL_PROXY": NOWHERE}
        )
        assert (result.code, "proxy" in result.err) == (0, False)

    @pytest.mark.parametrize("value", ["true", '""', "3", '["http://h"]'])
    def test_that_is_none(self, user: User, value: str) -> None:
        result = run_verbosely(user, "http://127.0.0.1:1", f"proxy = {value}")
        assert (result.code, result.out) == (3, "")
        assert result.err == (
            f"zsiso: {user.config}: profiles.prod.proxy must be the URL of a proxy, or false\n"
            'hint: write proxy = "http://proxy.example.com:3128", or false for no proxy\n'
        )


@pytest.mark.external
def test_doctor_tells_of_the_proxy(user: User, plain: ScriptedNode, proxy: str) -> None:
    user.write_profile(plain)
    shown = user.run("doctor", env={"HTTP_PROXY": proxy}).out
    node = plain.url.removeprefix("http://")
    line = rf"^ok       node:           {node} responded in \d+ ms through the proxy {proxy} \(HTTP_PROXY\)$"
    assert re.search(line, shown, re.MULTILINE)
