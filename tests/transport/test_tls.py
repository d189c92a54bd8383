"""TLS with nginx in front of the node: certificate verification and the message of each failure."""

from __future__ import annotations

import socket
import subprocess
import threading
from pathlib import Path

import pytest
import trustme

from tests.helpers.runner import ISO, SESSION, Result, User
from tests.helpers.scripted_node import ScriptedNode
from tests.helpers.tls_site import (
    BROKEN_HINT,
    FOLDER_HINT,
    NOW,
    ONE_DAY,
    SUCCESS,
    UNKNOWN_CA,
    Site,
    check_names,
    expect_tls_failure,
)

CLOCK_HINT = "renew the certificate, or correct this machine's clock if it is wrong"
NAME_HINT = "use a name in the url that the certificate contains, or issue a certificate for this one"
WARNING = 'warning: TLS certificate verification is disabled in profile "prod" (insecure = true)\n'


@pytest.mark.external
class TestCertificateAuthority:
    def test_private_ca_is_not_trusted_by_default(self, site: Site) -> None:
        assert site.run(site.start_nginx()) == UNKNOWN_CA

    def test_ca_file_makes_private_ca_trusted(self, site: Site) -> None:
        url = site.start_nginx()
        for ca_file in ("ca.pem", "../zsiso/ca.pem", "~/.config/zsiso/ca.pem", str(site.user.config.parent / "ca.pem")):
            assert check_names(site.run(url, f'ca_file = "{ca_file}"')) == SUCCESS

    def test_ssl_cert_file_variable_makes_private_ca_trusted(self, site: Site) -> None:
        env = {"SSL_CERT_FILE": str(site.user.config.parent / "ca.pem")}
        assert check_names(site.run(site.start_nginx(), env=env)) == SUCCESS

    def test_ca_file_replaces_system_certificates(self, site: Site) -> None:
        env = {"SSL_CERT_FILE": str(site.user.config.parent / "ca.pem")}
        site.write_file("other.pem", trustme.CA().cert_pem.bytes())
        assert site.run(site.start_nginx(), 'ca_file = "other.pem"', env=env) == UNKNOWN_CA

    def test_self_signed_certificate_is_its_own_ca_file(self, site: Site, tmp_path: Path) -> None:
        key_file = tmp_path / "made.pem"
        subject = ("-subj", "/CN=node", "-addext", "subjectAltName=IP:127.0.0.1")
        command = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject)
        subprocess.run([*command, "-keyout", key_file, "-out", tmp_path / "crt.pem"], check=True, capture_output=True)
        certificate = (tmp_path / "crt.pem").read_bytes()
        url = site.start_nginx(key_file.read_bytes() + certificate)
        assert site.run(url) == UNKNOWN_CA
        site.write_file("node.pem", certificate)
        assert check_names(site.run(url, 'ca_file = "node.pem"')) == SUCCESS

    @pytest.mark.parametrize(
        ("content", "message", "hint"),
        [
            (None, "cannot read ca_file FILE: No such file or directory", FOLDER_HINT),
            ("a folder", "cannot read ca_file FILE: Is a directory", FOLDER_HINT),
            (b"", "ca_file FILE contains no certificate", "in PEM format it begins with -----BEGIN CERTIFICATE-----"),
            (
                b"\x30\x82\xff",
                "ca_file FILE contains no certificate",
                "in PEM format it begins with -----BEGIN CERTIFICATE-----",
            ),
            (
                b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "ca_file FILE: invalid PEM",
                BROKEN_HINT,
            ),
        ],
    )
    def test_invalid_ca_file_exits_3(self, site: Site, content: bytes | str | None, message: str, hint: str) -> None:
        file = site.user.config.parent / "other.pem"
        if isinstance(content, bytes):
            file.write_bytes(content)
        elif content is not None:
            file.mkdir()
        result = site.run("https://127.0.0.1:1", 'ca_file = "other.pem"')
        assert result == Result(3, "", f"zsiso: {message.replace('FILE', str(file))}\nhint: {hint}\n")

    def test_ca_file_with_insecure_exits_3(self, site: Site) -> None:
        result = site.run("https://127.0.0.1:1", 'ca_file = "ca.pem"\ninsecure = true')
        assert (result.code, result.out) == (3, "")
        assert "profiles.prod.insecure can't be combined with ca_file\n" in result.err


@pytest.mark.external
class TestServerCertificate:
    def test_expired_certificate_exits_7(self, site: Site) -> None:
        url = site.start_nginx(site.certificate(begins=NOW - 9 * ONE_DAY, ends=NOW - ONE_DAY))
        assert site.run(url, 'ca_file = "ca.pem"') == expect_tls_failure(
            "the certificate of the management node has expired", CLOCK_HINT
        )

    def test_certificate_not_valid_yet_exits_7(self, site: Site) -> None:
        url = site.start_nginx(site.certificate(begins=NOW + ONE_DAY, ends=NOW + 9 * ONE_DAY))
        assert site.run(url, 'ca_file = "ca.pem"') == expect_tls_failure(
            "the certificate of the management node is not valid yet", CLOCK_HINT
        )

    @pytest.mark.parametrize("name", ["zstack.example.com", "127.0.0.2", "*.0.0.1"])
    def test_certificate_for_another_name_exits_7(self, site: Site, name: str) -> None:
        result = site.run(site.start_nginx(site.certificate(name)), 'ca_file = "ca.pem"')
        assert result == expect_tls_failure("the certificate of the management node is for another name: …", NAME_HINT)

    def test_certificate_for_name_in_url_is_accepted(self, site: Site) -> None:
        url = site.start_nginx(site.certificate("localhost", "::1")).replace("127.0.0.1", "localhost")
        assert check_names(site.run(url, 'ca_file = "ca.pem"')) == SUCCESS


@pytest.mark.external
class TestProtocolMismatch:
    def test_https_url_for_http_port_exits_7(self, site: Site) -> None:
        result = site.run(site.node.replace("http:", "https:").removesuffix("/zstack"))
        assert result == expect_tls_failure(
            "the management node does not use TLS on this port: …",
            "if the port does not use TLS, begin the url with http://; or use another port",
        )

    def test_http_url_for_tls_port_of_nginx_exits_6(self, site: Site) -> None:
        result = site.run(site.start_nginx().replace("https:", "http:"))
        assert (result.code, result.out) == (6, "")
        assert result.err.startswith("zsiso: this port requires https://\n  response: <html>")
        assert result.err.endswith("\nhint: begin the url in the profile with https://\n")

    @pytest.mark.parametrize(
        "error_page",
        [
            "Bad Request\nThis combination of host and port requires TLS.\n",
            "Client sent an HTTP request to an HTTPS server.\n",
            "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
        ],
    )
    def test_http_url_for_tls_port_of_other_servers_gets_https_hint(
        self, site: Site, node: ScriptedNode, error_page: str
    ) -> None:
        node.respond(error_page, 400)
        assert site.run(node.url).err.endswith("\nhint: begin the url in the profile with https://\n")

    def test_tls_alert_to_http_request_exits_8(self, site: Site, node: ScriptedNode) -> None:
        node.send_bytes(b"\x15\x03\x01\x00\x02\x02\x46")
        result = site.run(node.url)
        assert result.code == 8
        assert result.err.endswith("\nhint: if the port uses TLS, begin the url with https://\n")


@pytest.mark.external
class TestInsecure:
    def test_insecure_accepts_any_certificate_with_warning(self, site: Site) -> None:
        url = site.start_nginx(trustme.CA().issue_cert("elsewhere").private_key_and_cert_chain_pem.bytes())
        for options in ([], ["--quiet"]):
            assert check_names(site.run(url, "insecure = true", *options)) == Result(0, "", WARNING)

    def test_insecure_false_verifies_certificate(self, site: Site) -> None:
        assert site.run(site.start_nginx(), "insecure = false") == UNKNOWN_CA

    def test_completion_prints_no_insecure_warning(self, site: Site) -> None:
        site.write_profile(site.start_nginx(), "insecure = true")
        result = site.user.run("candidates", "3e5", env={"_ZSISO_COMPLETE": "words"})
        assert (result.code, result.err) == (0, "")
        assert f"\t{ISO}\t" in result.out


def test_plain_text_response_to_tls_handshake_exits_7(user: User) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=respond_in_plain_text, args=(listener,), daemon=True).start()
        port = listener.getsockname()[1]
        user.write_config(f'[profiles.a]\nurl = "https://127.0.0.1:{port}"\nsession = "{SESSION}"')
        result = user.run("candidates", ISO)
    assert (result.code, result.out) == (7, "")
    assert result.err.startswith("zsiso: the management node does not use TLS on this port: wrong version number\n")


def respond_in_plain_text(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
