"""TLS with a real nginx in front of the node: which certificates are trusted, and what each failure says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import trustme

from tests.helpers.runner import ISO, Result
from tests.helpers.scripted_node import ScriptedNode
from tests.helpers.tls_site import (
    A_DAY,
    BROKEN_HINT,
    FOLDER_HINT,
    NOW,
    UNKNOWN_CA,
    WELL,
    Site,
    failed,
    verdict,
)

CLOCK_HINT = "renew the certificate, or correct this machine's clock if it is wrong"
NAME_HINT = "use a name in the url that the certificate contains, or issue a certificate for this one"
WARNING = 'warning: TLS certificate verification is disabled in profile "prod" (insecure = true)\n'


@pytest.mark.external
class TestAuthorities:
    def test_a_private_one_is_not_trusted(self, site: Site) -> None:
        assert site.run(site.start_nginx()) == UNKNOWN_CA

    def test_unless_a_file_says_so(self, site: Site) -> None:
        url = site.start_nginx()
        for place in ("ca.pem", "../zsiso/ca.pem", "~/.config/zsiso/ca.pem", str(site.user.config.parent / "ca.pem")):
            assert verdict(site.run(url, f'ca_file = "{place}"')) == WELL

    def test_or_the_environment(self, site: Site) -> None:
        env = {"SSL_CERT_FILE": str(site.user.config.parent / "ca.pem")}
        assert verdict(site.run(site.start_nginx(), env=env)) == WELL

    def test_a_file_is_instead_of_the_system_s(self, site: Site) -> None:
        env = {"SSL_CERT_FILE": str(site.user.config.parent / "ca.pem")}
        site.write_file("other.pem", trustme.CA().cert_pem.bytes())
        assert site.run(site.start_nginx(), 'ca_file = "other.pem"', env=env) == UNKNOWN_CA

    def test_a_certificate_that_has_signed_itself(self, site: Site, tmp_path: Path) -> None:
        made = tmp_path / "made.pem"
        subject = ("-subj", "/CN=node", "-addext", "subjectAltName=IP:127.0.0.1")
        command = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject)
        subprocess.run([*command, "-keyout", made, "-out", tmp_path / "crt.pem"], check=True, capture_output=True)
        certificate = (tmp_path / "crt.pem").read_bytes()
        url = site.start_nginx(made.read_bytes() + certificate)
        assert site.run(url) == UNKNOWN_CA
        site.write_file("node.pem", certificate)
        assert verdict(site.run(url, 'ca_file = "node.pem"')) == WELL

    @pytest.mark.parametrize(
        ("content", "said", "hint"),
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
    def test_a_file_that_can_t_be(self, site: Site, content: bytes | str | None, said: str, hint: str) -> None:
        file = site.user.config.parent / "other.pem"
        if isinstance(content, bytes):
            file.write_bytes(content)
        elif content is not None:
            file.mkdir()
        result = site.run("https://127.0.0.1:1", 'ca_file = "other.pem"')
        assert result == Result(3, "", f"zsiso: {said.replace('FILE', str(file))}\nhint: {hint}\n")

    def test_a_file_that_makes_no_odds(self, site: Site) -> None:
        result = site.run("https://127.0.0.1:1", 'ca_file = "ca.pem"\ninsecure = true')
        assert (result.code, result.out) == (3, "")
        assert "profiles.prod.insecure can't be combined with ca_file\n" in result.err


@pytest.mark.external
class TestCertificates:
    def test_that_has_expired(self, site: Site) -> None:
        url = site.start_nginx(site.certificate(begins=NOW - 9 * A_DAY, ends=NOW - A_DAY))
        assert site.run(url, 'ca_file = "ca.pem"') == failed(
            "the certificate of the management node has expired", CLOCK_HINT
        )

    def test_that_is_not_valid_yet(self, site: Site) -> None:
        url = site.start_nginx(site.certificate(begins=NOW + A_DAY, ends=NOW + 9 * A_DAY))
        assert site.run(url, 'ca_file = "ca.pem"') == failed(
            "the certificate of the management node is not valid yet", CLOCK_HINT
        )

    @pytest.mark.parametrize("name", ["zstack.example.com", "127.0.0.2", "*.0.0.1"])
    def test_for_another_name(self, site: Site, name: str) -> None:
        result = site.run(site.start_nginx(site.certificate(name)), 'ca_file = "ca.pem"')
        assert result == failed("the certificate of the management node is for another name: …", NAME_HINT)

    def test_for_a_name_that_is_asked(self, site: Site) -> None:
        url = site.start_nginx(site.certificate("localhost", "::1")).replace("127.0.0.1", "localhost")
        assert verdict(site.run(url, 'ca_file = "ca.pem"')) == WELL


@pytest.mark.external
class TestNoTls:
    def test_where_it_was_expected(self, site: Site) -> None:
        result = site.run(site.node.replace("http:", "https:").removesuffix("/zstack"))
        assert result == failed(
            "the management node does not use TLS on this port: …",
            "if the port does not use TLS, begin the url with http://; or use another port",
        )

    def test_asked_of_nginx_that_speaks_it(self, site: Site) -> None:
        result = site.run(site.start_nginx().replace("https:", "http:"))
        assert (result.code, result.out) == (6, "")
        assert result.err.startswith("zsiso: this port requires https://\n  response: <html>")
        assert result.err.endswith("\nhint: begin the url in the profile with https://\n")

    @pytest.mark.parametrize(
        "page",
        [
            "Bad Request\nThis combination of host and port requires TLS.\n",
            "Client sent an HTTP request to an HTTPS server.\n",
            "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
        ],
    )
    def test_asked_of_others_that_speak_it(self, site: Site, node: ScriptedNode, page: str) -> None:
        node.respond(page, 400)
        assert site.run(node.url).err.endswith("\nhint: begin the url in the profile with https://\n")

    def test_answered_with_an_alert(self, site: Site, node: ScriptedNode) -> None:
        node.send_bytes(b"\x15\x03\x01\x00\x02\x02\x46")
        result = site.run(node.url)
        assert result.code == 8
        assert result.err.endswith("\nhint: if the port uses TLS, begin the url with https://\n")


@pytest.mark.external
class TestInsecure:
    def test_whoever_answers_is_believed(self, site: Site) -> None:
        url = site.start_nginx(trustme.CA().issue_cert("elsewhere").private_key_and_cert_chain_pem.bytes())
        for options in ([], ["--quiet"]):
            assert verdict(site.run(url, "insecure = true", *options)) == Result(0, "", WARNING)

    def test_false_is_as_if_left_out(self, site: Site) -> None:
        assert site.run(site.start_nginx(), "insecure = false") == UNKNOWN_CA

    def test_completion_says_nothing(self, site: Site) -> None:
        site.write_profile(site.start_nginx(), "insecure = true")
        result = site.user.run("candidates", "3e5", env={"_ZSISO_COMPLETE": "words"})
        assert (result.code, result.err) == (0, "")
        assert f"\t{ISO}\t" in result.out
