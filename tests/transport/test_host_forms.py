"""The forms in which a URL can name a host: a dot at the end, IPv6, a zone."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import pytest
import trustme

from tests.helpers.proxies import EMPTY_RESPONSE, PATH
from tests.helpers.runner import ISO, Result, User
from tests.helpers.scripted_node import ScriptedNode, run_scripted_node

EMPTY = Result(0, EMPTY_RESPONSE + "\n", "")


@pytest.fixture
def ipv6_node() -> Iterator[ScriptedNode]:
    with run_scripted_node("::1") as server:
        server.respond(EMPTY_RESPONSE)
        yield server


def run_json(user: User, url: str, settings: str = "", env: dict[str, str] | None = None) -> Result:
    user.write_config(f'[profiles.a]\nurl = "{url}"\nsession = "some-session"\nretries = 0\n{settings}\n')
    return user.run("candidates", ISO, "--json", env=env)


def port_of(node: ScriptedNode) -> str:
    return node.url.rpartition(":")[2]


class TestDotAtTheEnd:
    @pytest.mark.parametrize("host", ["localhost", "localhost."])
    def test_dot_is_neither_in_sni_nor_in_the_check_of_the_name(
        self, user: User, node: ScriptedNode, authority: trustme.CA, host: str
    ) -> None:
        names: list[str | None] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        context.sni_callback = lambda _socket, name, _context: names.append(name)
        node.respond(EMPTY_RESPONSE)
        node.use_tls(context)
        url = node.url.replace("127.0.0.1", host)
        assert run_json(user, url, 'ca_file = "ca.pem"') == EMPTY
        assert names == ["localhost"]
        assert node.requests[0].headers["host"] == url.removeprefix("https://")

    def test_certificate_for_another_name_is_rejected(
        self, user: User, node: ScriptedNode, authority: trustme.CA
    ) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("example.com").configure_cert(context)
        node.use_tls(context)
        result = run_json(user, node.url.replace("127.0.0.1", "localhost."), 'ca_file = "ca.pem"')
        assert (result.code, result.out, node.requests) == (7, "", [])


class TestZone:
    @pytest.mark.parametrize("zone", ["%251", "%1"])
    def test_zone_is_used_to_connect_and_not_sent(self, user: User, ipv6_node: ScriptedNode, zone: str) -> None:
        assert run_json(user, ipv6_node.url.replace("]", f"{zone}]")) == EMPTY
        assert ipv6_node.requests[0].headers["host"] == f"[::1]:{port_of(ipv6_node)}"

    @pytest.mark.parametrize("host", ["::1%1", "[::1%1]", "[::1%251]"])
    def test_zone_is_accepted_in_zstack_host(self, user: User, ipv6_node: ScriptedNode, host: str) -> None:
        env = {"ZSTACK_HOST": host, "ZSTACK_PORT": port_of(ipv6_node)}
        env |= {"ZSTACK_ACCESS_KEY_ID": "some-id", "ZSTACK_ACCESS_KEY_SECRET": "some-secret"}
        assert user.run("candidates", ISO, "--json", env=env) == EMPTY

    def test_zone_is_not_in_the_check_of_the_name(
        self, user: User, ipv6_node: ScriptedNode, authority: trustme.CA
    ) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("::1").configure_cert(context)
        ipv6_node.use_tls(context)
        assert run_json(user, ipv6_node.url.replace("]", "%251]"), 'ca_file = "ca.pem"') == EMPTY

    def test_no_proxy_excludes_address_with_zone(self, user: User, ipv6_node: ScriptedNode) -> None:
        env = {"HTTP_PROXY": "http://127.0.0.1:1", "NO_PROXY": "::/16"}
        assert run_json(user, ipv6_node.url.replace("]", "%251]"), env=env) == EMPTY


class TestIpv6ThroughProxy:
    @pytest.mark.parametrize(
        ("host", "target"),
        [
            ("[::1]", "[::1]:443"),
            ("[::1]:443", "[::1]:443"),
            ("[::1]:8443", "[::1]:8443"),
            ("[FD00::1]:8443", "[fd00::1]:8443"),
            ("[fe80::1%25eth0]:8443", "[fe80::1]:8443"),
            ("[fe80::1%25eth0]", "[fe80::1]:443"),
            ("10.0.0.5:8443", "10.0.0.5:8443"),
            ("zstack.invalid", "zstack.invalid:443"),
        ],
    )
    def test_connect_request_has_brackets(self, user: User, node: ScriptedNode, host: str, target: str) -> None:
        node.respond("", 403)
        result = run_json(user, f"https://{host}", env={"HTTPS_PROXY": node.url})
        assert (result.code, result.out) == (7, "")
        [request] = node.requests
        assert (request.method, request.target.lower(), request.headers["host"].lower()) == ("CONNECT", target, target)
        assert "authorization" not in request.headers

    @pytest.mark.parametrize(
        ("host", "in_target"),
        [
            ("[::1]", "[::1]"),
            ("[::1]:8080", "[::1]:8080"),
            ("[fe80::1%25eth0]:8080", "[fe80::1]:8080"),
            ("zstack.invalid", "zstack.invalid"),
        ],
    )
    def test_request_to_http_proxy_has_brackets(
        self, user: User, node: ScriptedNode, host: str, in_target: str
    ) -> None:
        node.respond(EMPTY_RESPONSE)
        assert run_json(user, f"http://{host}", env={"HTTP_PROXY": node.url}) == EMPTY
        [request] = node.requests
        assert (request.target, request.headers["host"]) == (f"http://{in_target}{PATH}", in_target)
