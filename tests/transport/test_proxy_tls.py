"""TLS to the proxy itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import trustme

from tests.helpers.mock_cloud import run_mock_cloud
from tests.helpers.proxies import find_connection, run_verbosely, server_context
from tests.helpers.runner import User
from tests.helpers.scripted_node import ScriptedNode
from tests.helpers.servers import run_tls_front
from zsiso.mock_node import MockAuthConfig


@pytest.mark.external
class TestProxyTls:
    @pytest.fixture
    def proxy_authority(self) -> trustme.CA:
        """The CA of the proxy, different from the CA of the node."""
        return trustme.CA()

    @pytest.fixture
    def tls_proxy_environ(self, proxy: str, proxy_authority: trustme.CA, user: User) -> Iterator[dict[str, str]]:
        """The variables that select a proxy with HTTPS and trust its CA."""
        proxy_authority.cert_pem.write_to_path(user.home / "proxy_ca.pem")
        with run_tls_front(proxy, server_context(proxy_authority)) as address:
            yield {"ALL_PROXY": f"https://{address}", "SSL_CERT_FILE": str(user.home / "proxy_ca.pem")}

    @pytest.mark.parametrize("node_fixture", ["http_node", "https_node"])
    def test_trusted_proxy_certificate_is_accepted(
        self, request: pytest.FixtureRequest, user: User, node_fixture: str, tls_proxy_environ: dict[str, str]
    ) -> None:
        node: ScriptedNode = request.getfixturevalue(node_fixture)
        result = run_verbosely(user, node.url, env=tls_proxy_environ)
        assert find_connection(result) == (tls_proxy_environ["ALL_PROXY"].removeprefix("https://"), "ALL_PROXY")

    @pytest.mark.parametrize("node_fixture", ["http_node", "https_node"])
    def test_untrusted_proxy_certificate_exits_7(
        self, request: pytest.FixtureRequest, user: User, node_fixture: str, tls_proxy_environ: dict[str, str]
    ) -> None:
        node: ScriptedNode = request.getfixturevalue(node_fixture)
        result = run_verbosely(user, node.url, env={"ALL_PROXY": tls_proxy_environ["ALL_PROXY"]})
        assert (result.code, result.out, node.requests) == (7, "", [])
        assert "\nzsiso: the certificate of the proxy is not trusted: " in result.err
        assert result.err.endswith(
            "\nhint: set SSL_CERT_FILE to a file with the CA's certificate: ca_file in the profile does not apply to a proxy\n"
        )
        assert "retrying in" not in result.err

    def test_https_url_for_plain_proxy_exits_7(self, user: User, http_node: ScriptedNode) -> None:
        with run_mock_cloud(MockAuthConfig()) as plain_server:
            proxy = plain_server.url.removeprefix("http://").removesuffix("/zstack")
            result = run_verbosely(user, http_node.url, env={"ALL_PROXY": f"https://{proxy}"})
        assert (result.code, result.out) == (7, "")
        assert "\nzsiso: the proxy does not use TLS on this port: " in result.err
        assert result.err.endswith(
            "\nhint: begin the proxy's URL with http://, which most proxies use for https requests, too\n"
        )

    @pytest.mark.parametrize("node_fixture", ["http_node", "https_node"])
    def test_doctor_checks_certificates_of_proxy_and_node(
        self, request: pytest.FixtureRequest, user: User, node_fixture: str, tls_proxy_environ: dict[str, str]
    ) -> None:
        node: ScriptedNode = request.getfixturevalue(node_fixture)
        run_verbosely(user, node.url, env=tls_proxy_environ)
        report = user.run("doctor", env=tls_proxy_environ).out
        tls_check = {
            "http_node": "skipped  TLS:            not used: the url is http\n",
            "https_node": "ok       TLS:            the certificate of",
        }
        assert tls_check[node_fixture] in report
        untrusted = user.run("doctor", env={"ALL_PROXY": tls_proxy_environ["ALL_PROXY"]})
        assert untrusted.code == 7
        assert "FAILED   node:           the certificate of the proxy is not trusted: " in untrusted.out
