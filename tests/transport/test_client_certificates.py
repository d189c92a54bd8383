"""Client certificates: cert_file and key_file."""

from __future__ import annotations

import shutil
import ssl
import subprocess

import pytest
import trustme

from tests.helpers.runner import ISO, SESSION, Result
from tests.helpers.scripted_node import ScriptedNode
from tests.helpers.tls_site import (
    BROKEN_HINT,
    CLIENT_HINT,
    FOLDER_HINT,
    SUCCESS,
    Site,
    check_names,
    expect_tls_failure,
)
from zsiso import mock_node


@pytest.mark.external
class TestClientCertificates:
    @pytest.fixture
    def nginx_url(self, site: Site) -> str:
        """The URL of an nginx that requires a client certificate of the site's CA."""
        issued = site.authority.issue_cert("job@example.com")
        key, certificate = issued.private_key_pem.bytes(), issued.cert_chain_pems[0].bytes()
        for name, pem in (("job.key", key), ("job.crt", certificate), ("job.pem", certificate + key)):
            site.write_file(name, pem)
        return site.start_nginx(
            settings=f"ssl_client_certificate {site.user.config.parent}/ca.pem; ssl_verify_client on;",
        )

    @pytest.mark.parametrize(
        "settings", ['cert_file = "job.pem"', 'cert_file = "job.crt"\nkey_file = "~/.config/zsiso/job.key"']
    )
    def test_client_certificate_of_trusted_ca_is_accepted(self, site: Site, nginx_url: str, settings: str) -> None:
        assert check_names(site.run(nginx_url, f'ca_file = "ca.pem"\n{settings}')) == SUCCESS

    @pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
    def test_curl_command_sends_client_certificate(self, site: Site, nginx_url: str) -> None:
        site.write_profile(nginx_url, 'ca_file = "ca.pem"\ncert_file = "job.crt"\nkey_file = "job.key"')
        command = site.user.run("candidates", ISO, "--curl").out
        completed = subprocess.run(
            ["sh", "-c", command], env={**site.user.environ, "ZSISO_SESSION": SESSION}, capture_output=True, check=True
        )
        assert (completed.stdout, completed.stderr) == (mock_node.example_inventory(), b"")

    def test_missing_client_certificate_exits_4(self, site: Site, nginx_url: str) -> None:
        result = site.run(nginx_url, 'ca_file = "ca.pem"')
        assert (result.code, result.out) == (4, "")
        assert result.err.startswith("zsiso: the management node requires a client certificate that it trusts\n")
        assert "No required SSL certificate was sent" in result.err
        assert result.err.endswith(f"\nhint: {CLIENT_HINT}\n")

    def test_client_certificate_of_unknown_ca_exits_4(self, site: Site, nginx_url: str) -> None:
        site.write_file("other.pem", trustme.CA().issue_cert("job").private_key_and_cert_chain_pem.bytes())
        result = site.run(nginx_url, 'ca_file = "ca.pem"\ncert_file = "other.pem"')
        assert (result.code, result.out) == (4, "")
        assert "The SSL certificate error" in result.err
        assert result.err.endswith(f"\nhint: {CLIENT_HINT}\n")

    @pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
    @pytest.mark.parametrize("settings", ["", 'cert_file = "other.pem"'])
    def test_tls_alert_about_client_certificate_exits_7(
        self, site: Site, node: ScriptedNode, version: ssl.TLSVersion, settings: str
    ) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = version
        site.authority.issue_cert("127.0.0.1").configure_cert(context)
        site.authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
        node.use_tls(context)
        site.write_file("other.pem", trustme.CA().issue_cert("job").private_key_and_cert_chain_pem.bytes())
        result = site.run(node.url, f'ca_file = "ca.pem"\n{settings}')
        assert result == expect_tls_failure(
            "the management node rejected the client certificate, or requires one: …", CLIENT_HINT
        )

    @pytest.mark.parametrize(
        ("settings", "message", "hint"),
        [
            ('cert_file = "no.crt"', "cannot read cert_file FOLDER/no.crt: No such file or directory", FOLDER_HINT),
            (
                'cert_file = "job.crt"\nkey_file = "."',
                "cannot read key_file FOLDER: Is a directory",
                FOLDER_HINT,
            ),
            (
                'cert_file = "job.key"',
                "cert_file FOLDER/job.key contains no certificate",
                "in PEM format it begins with -----BEGIN CERTIFICATE-----",
            ),
            (
                'cert_file = "job.crt"',
                "cert_file FOLDER/job.crt contains no private key",
                "if the private key is in another file, set key_file to that file",
            ),
            (
                'cert_file = "job.crt"\nkey_file = "ca.pem"',
                "key_file FOLDER/ca.pem contains no private key",
                "in PEM format it begins with -----BEGIN PRIVATE KEY-----",
            ),
            (
                'cert_file = "ca.pem"\nkey_file = "job.key"',
                "cert_file FOLDER/ca.pem, key_file FOLDER/job.key: the private key does not match the certificate",
                "set key_file to the private key of this certificate",
            ),
            (
                'cert_file = "job.crt"\nkey_file = "torn.key"',
                "cert_file FOLDER/job.crt, key_file FOLDER/torn.key: invalid PEM",
                BROKEN_HINT,
            ),
        ],
    )
    def test_invalid_client_certificate_file_exits_3(
        self, site: Site, nginx_url: str, settings: str, message: str, hint: str
    ) -> None:
        folder = site.user.config.parent
        site.write_file("torn.key", (folder / "job.key").read_bytes()[:60])
        expected_error = f"zsiso: {message}\nhint: {hint}\n".replace("FOLDER", str(folder))
        assert site.run(nginx_url, settings) == Result(3, "", expected_error)

    @pytest.mark.parametrize("openssl_options", [[], ["-traditional"]])
    def test_encrypted_private_key_exits_3_without_prompt(
        self, site: Site, nginx_url: str, openssl_options: list[str]
    ) -> None:
        folder = site.user.config.parent
        command = [
            "openssl",
            "pkey",
            "-in",
            "job.key",
            "-aes256",
            "-passout",
            "pass:x",
            *openssl_options,
            "-out",
            "locked.key",
        ]
        subprocess.run(command, cwd=folder, check=True)
        expected_error = (
            f"zsiso: the private key in {folder}/locked.key is encrypted; zsiso reads unencrypted keys only\n"
            "hint: save a copy without a passphrase, with mode 0600: `openssl pkey -in KEY -out FILE`\n"
        )
        settings = 'cert_file = "job.crt"\nkey_file = "locked.key"'
        assert site.run(nginx_url, settings) == Result(3, "", expected_error)
        # OpenSSL does not ask for the passphrase on a terminal either.
        on_terminal = site.user.run_on_terminal("candidates", ISO, columns=300, env={"NO_COLOR": "1"})
        assert (on_terminal.code, on_terminal.out, on_terminal.err) == (3, "", expected_error)

    def test_key_file_without_cert_file_exits_3(self, site: Site) -> None:
        result = site.run("https://127.0.0.1:1", 'key_file = "job.key"')
        assert (result.code, result.out) == (3, "")
        assert "profiles.prod.key_file requires cert_file, which is missing\n" in result.err
