"""NO_PROXY: what it excludes is connected to without the proxy, which sees no session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.helpers.proxies import EMPTY_RESPONSE
from tests.helpers.runner import ISO, User
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node


@pytest.fixture
def own_proxy() -> Iterator[ScriptedNode]:
    """A server that answers as a proxy, and as the node behind it."""
    with run_scripted_node() as server:
        server.respond(EMPTY_RESPONSE)
        yield server


@pytest.fixture
def ipv6_node() -> Iterator[ScriptedNode]:
    with run_scripted_node("::1") as server:
        server.respond(EMPTY_RESPONSE)
        yield server


def is_proxy_used(user: User, url: str, own_proxy: ScriptedNode, **env: str) -> bool:
    """Return whether the one request of a run went to the proxy."""
    user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\nretries = 0\n')
    before = len(own_proxy.requests)
    result = user.run("candidates", ISO, env={"http_proxy": own_proxy.url, **env})
    used = len(own_proxy.requests) > before
    # A name that does not exist cannot be reached without the proxy.
    assert result.code == 0 or (not used and result.code == 7), result.err
    return used


@pytest.mark.parametrize(
    "no_proxy",
    [
        "127.0.0.1",
        "127.0.0.0/8",
        "127.0.0.99/8",
        "0.0.0.0/0",
        "127.0.0.1/32",
        "example.com,127.0.0.1",
        " example.com , 127.0.0.1 ",
        "example.com 127.0.0.1",
        "\texample.com,\t127.0.0.1\t",
        ",,127.0.0.1,",
        "127.0.0.1:PORT",
        "127.0.0.0/8:PORT",
        "*",
        " * ",
        "127.0.0.1.",
    ],
)
def test_no_proxy_entry_excludes_ipv4_address(
    user: User, http_node: ScriptedNode, own_proxy: ScriptedNode, no_proxy: str
) -> None:
    entries = no_proxy.replace("PORT", http_node.url.rpartition(":")[2])
    assert not is_proxy_used(user, http_node.url, own_proxy, NO_PROXY=entries)
    assert len(http_node.requests) == 1


@pytest.mark.parametrize(
    "no_proxy",
    [
        "127.0.0.2",
        "127.0.0.1:1",
        "10.0.0.0/8",
        "127.0.0.0/33",
        "127.0.0.0/x",
        "/8",
        "::1",
        "::/0",
        "7.0.0.1",
        ".0.0.1",
        "localhost",
        ".",
        ":",
        "[",
        "[]",
        "127.0.0.1:",
    ],
)
def test_no_proxy_entry_for_other_host_keeps_proxy(
    user: User, http_node: ScriptedNode, own_proxy: ScriptedNode, no_proxy: str
) -> None:
    assert is_proxy_used(user, http_node.url, own_proxy, NO_PROXY=no_proxy)


@pytest.mark.parametrize("no_proxy", ["::1", "[::1]", "::1/128", "::/0", "[::1]:PORT", "0:0:0:0:0:0:0:1", "x, ::1"])
def test_no_proxy_entry_excludes_ipv6_address(
    user: User, ipv6_node: ScriptedNode, own_proxy: ScriptedNode, no_proxy: str
) -> None:
    entries = no_proxy.replace("PORT", ipv6_node.url.rpartition(":")[2])
    assert not is_proxy_used(user, ipv6_node.url, own_proxy, NO_PROXY=entries)
    assert len(ipv6_node.requests) == 1


@pytest.mark.parametrize("no_proxy", ["fd00::/8", "::2", "127.0.0.1", "[::1]:1", "0.0.0.0/0"])
def test_no_proxy_entry_for_other_address_keeps_proxy_for_ipv6(
    user: User, ipv6_node: ScriptedNode, own_proxy: ScriptedNode, no_proxy: str
) -> None:
    assert is_proxy_used(user, ipv6_node.url, own_proxy, NO_PROXY=no_proxy)


@pytest.mark.parametrize(
    ("url", "no_proxy", "is_excluded"),
    [
        ("http://zstack.invalid", "zstack.invalid", True),
        ("http://zstack.invalid", "ZSTACK.Invalid", True),
        ("http://zstack.invalid", "invalid", True),
        ("http://zstack.invalid", ".invalid", True),
        ("http://zstack.invalid", "*.invalid", True),
        ("http://zstack.invalid", ".zstack.invalid", True),
        ("http://zstack.invalid", "zstack.invalid.", True),
        ("http://zstack.invalid.", "zstack.invalid", True),
        ("http://zstack.invalid", "zstack.invalid:80", True),
        ("http://zstack.invalid:80", "zstack.invalid:80", True),
        ("http://zstack.invalid", "zstack.invalid:443", False),
        ("http://zstack.invalid:8080", "zstack.invalid:80", False),
        ("http://zstack.invalid", "stack.invalid", False),
        ("http://zstack.invalid", "other.zstack.invalid", False),
        ("http://zstack.invalid", "zstack", False),
        ("http://zstack.invalid", "127.0.0.0/8", False),
        ("http://b\u00fccher.invalid", "b\u00fccher.invalid", True),
        ("http://b\u00fccher.invalid", "xn--bcher-kva.invalid", True),
        ("http://xn--bcher-kva.invalid", ".B\u00dcCHER.invalid", True),
        ("http://zstack.invalid", "\udcff.invalid", False),
    ],
)
def test_no_proxy_domain_excludes_itself_and_what_is_below(
    user: User, own_proxy: ScriptedNode, url: str, no_proxy: str, *, is_excluded: bool
) -> None:
    assert is_proxy_used(user, url, own_proxy, NO_PROXY=no_proxy) is not is_excluded


def test_short_form_of_address_is_in_network_of_no_proxy(
    user: User, http_node: ScriptedNode, own_proxy: ScriptedNode
) -> None:
    url = http_node.url.replace("127.0.0.1", "127.1")
    assert not is_proxy_used(user, url, own_proxy, NO_PROXY="127.0.0.0/8")
    assert len(http_node.requests) == 1


class TestEmptyVariables:
    def test_empty_no_proxy_leaves_upper_case_one_in_force(
        self, user: User, http_node: ScriptedNode, own_proxy: ScriptedNode
    ) -> None:
        assert not is_proxy_used(user, http_node.url, own_proxy, no_proxy="", NO_PROXY="127.0.0.1")
        assert is_proxy_used(user, http_node.url, own_proxy, no_proxy="example.com", NO_PROXY="127.0.0.1")
        assert is_proxy_used(user, http_node.url, own_proxy, no_proxy="", NO_PROXY="")

    @pytest.mark.parametrize("name", ["HTTP_PROXY", "all_proxy", "ALL_PROXY"])
    def test_empty_http_proxy_leaves_other_variable_in_force(
        self, user: User, http_node: ScriptedNode, own_proxy: ScriptedNode, name: str
    ) -> None:
        env = {"http_proxy": "", "HTTP_PROXY": "", "all_proxy": "", name: own_proxy.url}
        assert is_proxy_used(user, http_node.url, own_proxy, **env)

    def test_http_proxy_in_cgi_script_is_not_read(
        self, user: User, http_node: ScriptedNode, own_proxy: ScriptedNode
    ) -> None:
        env = {"http_proxy": "", "HTTP_PROXY": own_proxy.url, "REQUEST_METHOD": "GET"}
        assert not is_proxy_used(user, http_node.url, own_proxy, **env)
