"""Which certificates are trusted: intermediates, the node's own, those of SSL_CERT_FILE and SSL_CERT_DIR."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from tests.helpers.proxies import EMPTY_RESPONSE
from tests.helpers.runner import ISO, Result, User
from tests.helpers.scripted_node import ScriptedNode

EMPTY = Result(0, EMPTY_RESPONSE + "\n", "")
UNTRUSTED = "zsiso: the certificate of the management node is not trusted: "


@pytest.fixture
def issuer(node: ScriptedNode) -> trustme.CA:
    """An intermediate CA, which has issued the node's certificate."""
    intermediate = trustme.CA().create_child_ca()
    use_certificate(node, intermediate.issue_cert("127.0.0.1"))
    return intermediate


def use_certificate(node: ScriptedNode, certificate: trustme.LeafCert) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    node.respond(EMPTY_RESPONSE)
    node.use_tls(context)


def run_with_ca_file(user: User, node: ScriptedNode, pem: bytes) -> Result:
    user.write_profile(node, 'ca_file = "ca.pem"')
    (user.config.parent / "ca.pem").write_bytes(pem)
    return user.run("candidates", ISO, "--json")


def run_with_variables(user: User, node: ScriptedNode, **env: str | Path) -> Result:
    user.write_profile(node)
    return user.run("candidates", ISO, "--json", env={name: str(value) for name, value in env.items()})


class TestPartialChain:
    def test_issuing_intermediate_is_enough_in_ca_file(
        self, user: User, node: ScriptedNode, issuer: trustme.CA
    ) -> None:
        assert run_with_ca_file(user, node, issuer.cert_pem.bytes()) == EMPTY

    def test_issuing_intermediate_is_enough_in_ssl_cert_file(
        self, user: User, node: ScriptedNode, issuer: trustme.CA, tmp_path: Path
    ) -> None:
        issuer.cert_pem.write_to_path(tmp_path / "ca.pem")
        assert run_with_variables(user, node, SSL_CERT_FILE=tmp_path / "ca.pem") == EMPTY

    def test_own_certificate_of_node_is_enough_in_ca_file(self, user: User, node: ScriptedNode) -> None:
        certificate = trustme.CA().issue_cert("127.0.0.1")
        use_certificate(node, certificate)
        assert run_with_ca_file(user, node, certificate.cert_chain_pems[0].bytes()) == EMPTY

    def test_own_certificate_of_node_must_be_for_its_name(self, user: User, node: ScriptedNode) -> None:
        certificate = trustme.CA().issue_cert("zstack.example.com")
        use_certificate(node, certificate)
        result = run_with_ca_file(user, node, certificate.cert_chain_pems[0].bytes())
        assert (result.code, result.out, node.requests) == (7, "", [])
        assert "the certificate of the management node is for another name: " in result.err

    def test_another_intermediate_is_not_enough(self, user: User, node: ScriptedNode, issuer: trustme.CA) -> None:
        del issuer
        result = run_with_ca_file(user, node, trustme.CA().create_child_ca().cert_pem.bytes())
        assert (result.code, result.out, node.requests) == (7, "", [])
        assert result.err.startswith(UNTRUSTED)


@pytest.mark.usefixtures("issuer")
class TestVariables:
    def test_ssl_cert_file_that_cannot_be_read_is_named(self, user: User, node: ScriptedNode, tmp_path: Path) -> None:
        file = tmp_path / "missing.pem"
        result = run_with_variables(user, node, SSL_CERT_FILE=file)
        assert (result.code, result.out) == (7, "")
        assert result.err.startswith(UNTRUSTED)
        assert f"\n  SSL_CERT_FILE: cannot read {file}: No such file or directory\n" in result.err
        assert result.err.endswith(
            "\nhint: set SSL_CERT_FILE or SSL_CERT_DIR to the certificate of the CA, or unset it\n"
        )

    @pytest.mark.parametrize("content", [b"", b"\x30\x82", b"-----BEGIN PRIVATE KEY-----\n"])
    def test_ssl_cert_file_without_certificate_is_named(
        self, user: User, node: ScriptedNode, tmp_path: Path, content: bytes
    ) -> None:
        (tmp_path / "ca.pem").write_bytes(content)
        result = run_with_variables(user, node, SSL_CERT_FILE=tmp_path / "ca.pem")
        assert result.code == 7
        assert f"\n  SSL_CERT_FILE: {tmp_path}/ca.pem contains no certificate\n" in result.err

    def test_ssl_cert_dir_that_cannot_be_read_is_named(self, user: User, node: ScriptedNode, tmp_path: Path) -> None:
        result = run_with_variables(user, node, SSL_CERT_DIR=tmp_path / "missing")
        assert result.code == 7
        assert f"\n  SSL_CERT_DIR: cannot read {tmp_path}/missing: No such file or directory\n" in result.err

    def test_ssl_cert_dir_without_hashed_names_is_named(
        self, user: User, node: ScriptedNode, issuer: trustme.CA, tmp_path: Path
    ) -> None:
        issuer.cert_pem.write_to_path(tmp_path / "ca.pem")
        result = run_with_variables(user, node, SSL_CERT_DIR=tmp_path)
        assert result.code == 7
        assert f"\n  SSL_CERT_DIR: {tmp_path} contains no certificate that `openssl rehash` has named\n" in result.err

    def test_empty_variables_are_not_set(
        self, user: User, node: ScriptedNode, issuer: trustme.CA, tmp_path: Path
    ) -> None:
        result = run_with_variables(user, node, SSL_CERT_FILE="", SSL_CERT_DIR="")
        assert result.code == 7
        assert result.err.startswith(UNTRUSTED)
        assert "SSL_CERT" not in result.err
        issuer.cert_pem.write_to_path(tmp_path / "ca.pem")
        assert run_with_variables(user, node, SSL_CERT_FILE=tmp_path / "ca.pem", SSL_CERT_DIR="") == EMPTY

    def test_variables_are_not_named_where_ca_file_is_used(self, user: User, node: ScriptedNode) -> None:
        user.environ["SSL_CERT_FILE"] = "/missing.pem"
        result = run_with_ca_file(user, node, trustme.CA().cert_pem.bytes())
        assert result.code == 7
        assert "SSL_CERT_FILE" not in result.err
