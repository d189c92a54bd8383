"""Proxies that fail: exit codes and messages."""

from __future__ import annotations

import re

import pytest
import trustme

from tests.helpers.proxies import HINT, PATH, run_verbosely
from tests.helpers.runner import Result, User
from tests.helpers.scripted_node import ScriptedNode, refusing_port


@pytest.mark.external
class TestProxyFailure:
    @staticmethod
    def mask_addresses(result: Result, **names: str) -> str:
        message = re.sub(r"job UUID: [0-9a-f]{32}", "job UUID: JOB", result.err)
        for name, address in names.items():
            message = message.replace(address, name)
        return message[message.index("zsiso: ") :]

    def test_error_page_of_proxy_exits_6(self, user: User, proxy: str) -> None:
        node = f"127.0.0.1:{refusing_port()}"
        result = run_verbosely(user, f"http://{node}", env={"HTTP_PROXY": proxy})
        assert (result.code, result.out) == (6, "")
        message = self.mask_addresses(result, PROXY=proxy, NODE=node)
        assert message.startswith(
            "zsiso: proxy PROXY (HTTP_PROXY), or the server behind it, returned status 500\n  response: "
        )
        assert "Tinyproxy was unable to connect to the remote web server." in message
        assert f"  request: GET http://NODE{PATH}\n  proxy: PROXY (HTTP_PROXY)\n  job UUID: JOB\n" in message

    @pytest.mark.parametrize("status", [502, 503, 504])
    def test_gateway_error_names_the_proxy(self, user: User, node: ScriptedNode, status: int) -> None:
        node.respond("<html>no route", status)
        proxy = node.url.removeprefix("http://")
        result = run_verbosely(user, "http://zstack.example.com", "retries = 0", env={"HTTP_PROXY": proxy})
        assert result.code == 6
        assert self.mask_addresses(result, PROXY=proxy) == (
            f"zsiso: proxy PROXY (HTTP_PROXY), or the server behind it, returned status {status}\n"
            "  response: <html>no route\n"
            f"  request: GET http://zstack.example.com{PATH}\n"
            "  proxy: PROXY (HTTP_PROXY)\n"
            "  job UUID: JOB\n"
            "hint: check that the management node is running, then try again\n"
        )

    def test_api_error_through_proxy_names_the_node(self, user: User, node: ScriptedNode, proxy: str) -> None:
        node.respond('{"error": {"code": "SYS.1006"}}', 503)
        result = run_verbosely(user, node.url, env={"HTTP_PROXY": proxy})
        assert "zsiso: the management node rejected the request (SYS.1006)\n" in result.err

    @pytest.mark.usefixtures("authority")
    def test_failed_proxy_tunnel_exits_7_after_retry(self, user: User, proxy: str) -> None:
        node = f"127.0.0.1:{refusing_port()}"
        result = run_verbosely(user, f"https://{node}", "retries = 1", env={"HTTPS_PROXY": proxy})
        assert (result.code, result.out) == (7, "")
        assert self.mask_addresses(result, PROXY=proxy, NODE=node) == (
            "zsiso: proxy PROXY (HTTPS_PROXY) did not forward the request: 500 Unable to connect\n"
            f"  request: GET https://NODE{PATH}\n"
            "  proxy: PROXY (HTTPS_PROXY)\n"
            "  attempts: 2\n"
            "  job UUID: JOB\n"
            f"hint: {HINT}\n"
        )

    @pytest.mark.parametrize(
        ("status", "code", "tries"), [(403, 7, 1), (404, 7, 1), (407, 4, 1), (429, 7, 2), (502, 7, 2), (503, 7, 2)]
    )
    @pytest.mark.usefixtures("authority")
    def test_refused_proxy_tunnel_sends_no_session(
        self, user: User, node: ScriptedNode, status: int, code: int, tries: int
    ) -> None:
        node.respond("<html>", status)
        result = run_verbosely(user, "https://zstack.example.com", "retries = 1", env={"HTTPS_PROXY": node.url})
        assert (result.code, result.out) == (code, "")
        # The connection to the proxy is not encrypted, so it must not carry the session.
        assert [(request.method, "authorization" in request.headers) for request in node.requests] == [
            ("CONNECT", False)
        ] * tries

    @pytest.mark.parametrize("node_fixture", ["http_node", "https_node"])
    def test_proxy_connection_refused_exits_7(
        self, request: pytest.FixtureRequest, user: User, node_fixture: str
    ) -> None:
        node: ScriptedNode = request.getfixturevalue(node_fixture)
        proxy = f"127.0.0.1:{refusing_port()}"
        result = run_verbosely(user, node.url, "retries = 0", env={"ALL_PROXY": f"http://{proxy}"})
        assert (result.code, result.out, node.requests) == (7, "", [])
        assert self.mask_addresses(result, PROXY=proxy, URL=node.url) == (
            "zsiso: proxy PROXY (ALL_PROXY) could not be reached: Connection refused\n"
            f"  request: GET URL{PATH}\n"
            "  proxy: PROXY (ALL_PROXY)\n"
            "  job UUID: JOB\n"
            f"hint: {HINT}\n"
        )

    def test_untrusted_node_certificate_behind_proxy_exits_7(
        self, user: User, https_node: ScriptedNode, proxy: str
    ) -> None:
        trustme.CA().cert_pem.write_to_path(user.config.parent / "ca.pem")
        result = run_verbosely(user, https_node.url, env={"ALL_PROXY": proxy})
        assert (result.code, result.out, https_node.requests) == (7, "", [])
        assert "\nzsiso: the certificate of the management node is not trusted: " in result.err

    @pytest.mark.parametrize("scheme", ["socks4", "socks5", "socks5h"])
    def test_socks_proxy_exits_3(self, user: User, http_node: ScriptedNode, scheme: str) -> None:
        result = run_verbosely(user, http_node.url, f'proxy = "{scheme}://127.0.0.1:1080"')
        assert (result.code, result.out, http_node.requests) == (3, "", [])
        if scheme == "socks4":
            assert "zsiso: the proxy URL of the profile is not a valid URL for a proxy\n" in result.err
        else:
            assert result.err.endswith(
                "zsiso: proxy 127.0.0.1:1080 (the profile) uses SOCKS, which requires the package socksio\n"
                "hint: run `pipx inject zsiso socksio`, or `pip install socksio` where zsiso is installed\n"
            )
