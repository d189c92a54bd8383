"""TLS to the proxy itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import trustme

from tests.helpers.mock_cloud import run_mock_cloud
from tests.helpers.proxies import connected_through, run_verbosely, server_context
from tests.helpers.runner import User
from tests.helpers.scripted_node import ScriptedNode
from tests.helpers.servers import run_tls_front
from zsiso.mock_node import MockAuthConfig


@pytest.mark.external
class TestTlsToTheProxy:
    @pytest.fixture
    def theirs(self) -> trustme.CA:
        """The CA of the proxy, which is another than the node's."""
        return trustme.CA()

    @pytest.fixture
    def secret_way(self, proxy: str, theirs: trustme.CA, user: User) -> Iterator[dict[str, str]]:
        """The environment that names a proxy that speaks TLS, and trusts its CA."""
        theirs.cert_pem.write_to_path(user.home / "theirs.pem")
        with run_tls_front(proxy, server_context(theirs)) as address:
            yield {"ALL_PROXY": f"https://{address}", "SSL_CERT_FILE": str(user.home / "theirs.pem")}

    @pytest.mark.parametrize("way", ["plain", "secure"])
    def test_that_is_trusted(
        self, request: pytest.FixtureRequest, user: User, way: str, secret_way: dict[str, str]
    ) -> None:
        node: ScriptedNode = request.getfixturevalue(way)
        result = run_verbosely(user, node.url, env=secret_way)
        assert connected_through(result) == (secret_way["ALL_PROXY"].removeprefix("https://"), "ALL_PROXY")

    @pytest.mark.parametrize("way", ["plain", "secure"])
    def test_that_is_not_trusted(
        self, request: pytest.FixtureRequest, user: User, way: str, secret_way: dict[str, str]
    ) -> None:
        node: ScriptedNode = request.getfixturevalue(way)
        result = run_verbosely(user, node.url, env={"ALL_PROXY": secret_way["ALL_PROXY"]})
        assert (result.code, result.out, node.requests) == (7, "", [])
        assert "\nzsiso: the certificate of the proxy is not trusted: " in result.err
        assert result.err.endswith(
            "\nhint: set SSL_CERT_FILE to a file with the CA's certificate: ca_file in the profile does not apply to a proxy\n"
        )
        assert "retrying in" not in result.err

    def test_that_is_not_spoken(self, user: User, plain: ScriptedNode) -> None:
        with run_mock_cloud(MockAuthConfig()) as elsewhere:
            proxy = elsewhere.url.removeprefix("http://").removesuffix("/zstack")
            result = run_verbosely(user, plain.url, env={"ALL_PROXY": f"https://{proxy}"})
        assert (result.code, result.out) == (7, "")
        assert "\nzsiso: the proxy does not use TLS on this port: " in result.err
        assert result.err.endswith(
            "\nhint: begin the proxy's URL with http://, which most proxies use for https requests, too\n"
        )

    @pytest.mark.parametrize("way", ["plain", "secure"])
    def test_what_doctor_sees(
        self, request: pytest.FixtureRequest, user: User, way: str, secret_way: dict[str, str]
    ) -> None:
        node: ScriptedNode = request.getfixturevalue(way)
        run_verbosely(user, node.url, env=secret_way)
        shown = user.run("doctor", env=secret_way).out
        tls = {
            "plain": "skipped  TLS:            not used: the url is http\n",
            "secure": "ok       TLS:            the certificate of",
        }
        assert tls[way] in shown
        untrusted = user.run("doctor", env={"ALL_PROXY": secret_way["ALL_PROXY"]})
        assert untrusted.code == 7
        assert "FAILED   node:           the certificate of the proxy is not trusted: " in untrusted.out
